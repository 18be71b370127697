"""
Reading drafts: a narrative, a question about its main idea, and questions about words of its sentences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from engine.practice.bank import Sentence, band_of
from engine.practice.pen import Ask, Item, Pen, Size, fit
from engine.practice.script import count_units, join
from engine.practice.source import sentences_from

LENGTH = (80, 140)
QUESTIONS = (3, 3)
OPTIONS = 4
WORDS = ("vocabulary", "collocation")  # questions about these are of the type vocabulary
EXPLAINS = {"en": "zh", "ja": "zh", "zh": "en"}
GAP = "____"


def write_reading(pen: Pen, options: Mapping[str, Any], ask: Ask) -> Item:
    """The `text` and the `questions` of one draft."""
    sentences = sentences_from(pen, ask) if ask.source else _narrative(pen, ask)
    words = _words(str(options.get("explain_in") or ""), pen.bank.lang)
    wanted = ask.counts.get("questions", QUESTIONS)[0]
    chosen = _choose(pen, sentences, wanted - 1)
    questions = [_main_idea(pen, words), *(_gap(pen, sentence, words) for sentence, _ in chosen)]
    first = int(pen.unit("place") * OPTIONS)
    for number, question in enumerate(questions, 1):
        question["options"] = _placed(question["options"], question["answer"], first + number)
    text = join([said for _, said in sentences], pen.bank.lang)
    return {"text": text, "questions": [{"id": number, **one} for number, one in enumerate(questions, 1)]}


def add_sentences(body: Item, sentences: Sequence[str], lang: str) -> None:
    """Put sentences at the end of the text."""
    body["text"] = join([body["text"], *sentences], lang)


def _narrative(pen: Pen, ask: Ask) -> list[tuple[Sentence, str]]:
    """The sentences with what they say in this draft."""
    lang, length = pen.bank.lang, ask.length or LENGTH

    def size(pair: tuple[Sentence, str]) -> Size:
        return Size(count_units(pair[1], lang), 1)

    beats = pen.beats("reading", pen.bank.narrative[band_of(ask.level)])
    return fit(((sentence, pen.say(sentence.whole)) for sentence in beats), size, length, pen.aim(length))


def _choose(pen: Pen, sentences: Sequence[tuple[Sentence, str]], wanted: int) -> list[tuple[Sentence, str]]:
    """Sentences to ask about, in reading order: no question may say the answer of another one, or its own."""
    ranks = pen.ranks("question", len(sentences))
    order = sorted(range(len(sentences)), key=lambda place: (not _is_fair(pen, sentences[place][0]), ranks[place]))
    places: list[int] = []
    for strict in (True, False):
        for place in order:
            fits = place not in places and len(places) < wanted
            if fits and (not strict or all(_apart(pen, sentences[place][0], sentences[other][0]) for other in places)):
                places.append(place)
    return [sentences[place] for place in sorted(places)]


def _is_fair(pen: Pen, sentence: Sentence) -> bool:
    """Whether the answer is not in the rest of its sentence and is not conspicuous by its length."""
    longest = max(len(text) for text in sentence.distractors)
    asked = (_asked(pen, sentence) + pen.bank.easier(_bank()[pen.bank.lang]["main"])).casefold()
    return len(sentence.answer) < 2 * longest and sentence.answer.casefold() not in asked


def _apart(pen: Pen, one: Sentence, other: Sentence) -> bool:
    """Whether neither question says the other's answer."""
    pairs = ((one, other), (other, one))
    return all(first.answer.casefold() not in _asked(pen, second).casefold() for first, second in pairs)


def _asked(pen: Pen, sentence: Sentence) -> str:
    """The question about a sentence."""
    shown = pen.say(sentence.before) + GAP + pen.say(sentence.after)
    return pen.bank.easier(_bank()[pen.bank.lang]["gap"]).replace("{sentence}", shown)


def _main_idea(pen: Pen, words: Mapping[str, str]) -> Item:
    bank, easier = _bank()[pen.bank.lang], pen.bank.easier
    right, wrong = easier(pen.pick("right", bank["right"])), list(map(easier, bank["wrong"]))
    ranks = pen.ranks("wrong", len(wrong))
    others = sorted(wrong, key=lambda text: ranks[wrong.index(text)])[: OPTIONS - 1]
    return {
        "type": "main_idea",
        "question": easier(bank["main"]),
        "options": [right, *others],
        "answer": right,
        "explanation": words["main"],
    }


def _gap(pen: Pen, sentence: Sentence, words: Mapping[str, str]) -> Item:
    return {
        "type": "vocabulary" if sentence.type in WORDS else "detail",
        "question": _asked(pen, sentence),
        "options": [sentence.answer, *sentence.distractors],
        "answer": sentence.answer,
        "explanation": words["gap"].replace("{sentence}", pen.say(sentence.whole)),
    }


def _placed(options: Sequence[str], answer: str, place: int) -> list[str]:
    """The options with the answer at a place that moves from question to question."""
    others = [text for text in options if text != answer]
    place %= len(others) + 1
    return [*others[:place], answer, *others[place:]]


def _words(explain_in: str, lang: str) -> Mapping[str, str]:
    explain = _bank()["explain"]
    found: Mapping[str, str] = explain.get(explain_in) or explain[EXPLAINS[lang]]
    return found


@cache
def _bank() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "bank" / "reading.json").read_text(encoding="utf-8"))
    return found
