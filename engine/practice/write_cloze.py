"""
Cloze drafts: a narrative, some of whose answers are taken out.

The types of the blanks follow the weights of the options; answers that can be read elsewhere are avoided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.practice.bank import Sentence, band_of
from engine.practice.pen import Ask, Item, Pen, Size, fit
from engine.practice.script import count_units, join
from engine.practice.source import sentences_from
from engine.practice.words import WordSentence, word_blank

LENGTH = (80, 140)
BLANKS = (3, 5)
# The option weights know three groups; the bank's five types belong to them.
GROUPS = {
    "connector": "connector",
    "collocation": "collocation",
    "vocabulary": "collocation",
    "grammar": "grammar",
    "particle": "grammar",
}
READABLE_IS_SERIOUS = ("vocabulary", "collocation")  # elsewhere in the passage; kinds.md: a note for the others
WEIGHTS = {"connector": 0.4, "collocation": 0.3, "grammar": 0.3}


def write_cloze(pen: Pen, options: Mapping[str, Any], ask: Ask) -> Item:
    """The `passage` and the `blanks` of one draft."""
    pairs = sentences_from(pen, ask, str(options.get("explain_in") or "")) if ask.source else _narrative(pen, ask)
    sentences, texts = [sentence for sentence, _ in pairs], [text for _, text in pairs]
    blanks: list[Item] = []
    for place in sorted(_choose(pen, options, ask, sentences, join(texts, pen.bank.lang))):
        sentence = sentences[place]
        number = len(blanks) + 1
        texts[place] = f"{pen.say(sentence.before)}{{{{{number}}}}}{pen.say(sentence.after)}"
        blanks.append(_blank(number, sentence))
    return {"passage": join(texts, pen.bank.lang), "blanks": blanks}


def add_sentences(body: Item, sentences: Sequence[str], lang: str) -> None:
    """Put sentences at the end of the passage."""
    body["passage"] = join([body["passage"], *sentences], lang)


def add_blanks(body: Item, sentences: Sequence[WordSentence], options: Mapping[str, Any], lang: str) -> None:
    """Put sentences at the end of the passage, each with its word blanked."""
    others = list(body["blanks"])
    for sentence in sentences:
        number = len(body["blanks"]) + 1
        add_sentences(body, [f"{sentence.before}{{{{{number}}}}}{sentence.after}"], lang)
        body["blanks"].append(word_blank(number, sentence.word, others, options, lang))


def _narrative(pen: Pen, ask: Ask) -> list[tuple[Sentence, str]]:
    """The sentences with what they say in this draft."""
    lang, length = pen.bank.lang, ask.length or LENGTH
    need = (ask.blanks or BLANKS)[1]

    def size(pair: tuple[Sentence, str]) -> Size:
        return Size(count_units(pair[1], lang), 1)

    beats = pen.beats("narrative", pen.bank.narrative[band_of(ask.level)])
    chunks = ((sentence, pen.say(sentence.whole)) for sentence in beats)
    return fit(chunks, size, length, pen.aim(length), (need, 1_000))


def _choose(pen: Pen, options: Mapping[str, Any], ask: Ask, sentences: list[Sentence], text: str) -> set[int]:
    """Places of the sentences that carry a blank."""
    low, high = ask.blanks or BLANKS
    wanted = min(low + int(pen.unit("blanks") * (high - low + 1)), len(sentences))
    folded, words = text.casefold(), pen.bank.lang == "en"
    groups = [GROUPS.get(sentence.type, "grammar") for sentence in sentences]
    clear = [_times(sentence.answer.casefold(), folded, words) == 1 for sentence in sentences]
    ranks = pen.ranks("blank", len(sentences))
    order = sorted(range(len(sentences)), key=lambda place: (not clear[place], ranks[place]))
    usable = [place for place in order if clear[place] or sentences[place].type not in READABLE_IS_SERIOUS]
    chosen: dict[str, int] = {}

    def take(places: list[int], most: int) -> None:
        for place in places:
            answer = sentences[place].answer.casefold()
            if len(chosen) < most and answer not in chosen:
                chosen[answer] = place

    asked = [place for place, sentence in enumerate(sentences) if sentence.asked]
    take(asked, high)
    wanted = max(wanted, len(chosen))
    weights = _weights(options)
    for group, share in _shares(weights, wanted).items():
        take([place for place in usable if groups[place] == group], len(chosen) + share)
    # A group short of sentences leaves room: for the other groups wished for, then, up to the low end, for any.
    take([place for place in usable if groups[place] in weights], wanted)
    take(usable, low)
    take(order, low)
    return set(chosen.values())


def _weights(options: Mapping[str, Any]) -> dict[str, float]:
    given = {group: options.get(group, weight) for group, weight in WEIGHTS.items()}
    sound = {group: weight for group, weight in given.items() if isinstance(weight, int | float) and 0 < weight <= 1}
    return sound or WEIGHTS


def _shares(weights: Mapping[str, float], wanted: int) -> dict[str, int]:
    """Whole numbers by weight, largest remainder first."""
    total = sum(weights.values())
    exact = {group: wanted * weight / total for group, weight in weights.items()}
    shares = {group: int(share) for group, share in exact.items()}
    by_remainder = sorted(exact, key=lambda group: shares[group] - exact[group])
    for group in by_remainder[: wanted - sum(shares.values())]:
        shares[group] += 1
    return shares


def _times(answer: str, text: str, words: bool) -> int:
    """How often an answer occurs in the text; as whole words, "for" is not in "before"."""
    if not words:
        return text.count(answer)
    times, place = 0, text.find(answer)
    while place >= 0:
        end = place + len(answer)
        times += not (text[place - 1 : place].isalnum() or text[end : end + 1].isalnum())
        place = text.find(answer, end)
    return times


def _blank(number: int, sentence: Sentence) -> Item:
    return {
        "id": number,
        "answer": sentence.answer,
        "acceptable": list(sentence.acceptable),
        "type": sentence.type,
        "hint": sentence.hint,
        "distractors": list(sentence.distractors),
        "explanation": sentence.explanation,
    }
