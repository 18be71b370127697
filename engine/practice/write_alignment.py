"""
Alignment drafts: six steps from an easy dialogue to long writing, over one draft's names, place and time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any

from engine.practice.bank import Pair, band_of
from engine.practice.pen import Ask, Item, Pen, Size, fit
from engine.practice.script import count_units, join
from engine.practice.source import pairs_from, said_from
from engine.practice.write_shadowing import key_phrases

D1_PAIRS = 3
W4_LAP = 6  # a lap that W6 does not come to: the two stories of a draft share no sentence
# By the option `length`: pairs of D2, beats of T3, sentences of W4, fewest sentences of W6.
D2_PAIRS = {"short": 4, "medium": 5, "long": 6}
T3_BEATS = {"short": (0, 1, 2, 5), "medium": (0, 1, 2, 3, 4, 5), "long": (0, 1, 2, 3, 4, 5)}
W4_SENTENCES = {"short": 4, "medium": 5, "long": 6}
W6_SENTENCES = {"short": 8, "medium": 10, "long": 12}


def series(_options: Mapping[str, Any], _level: int) -> str:
    """Parts are written from beats that know no band, so all levels share a series."""
    return ""


def write_alignment(pen: Pen, options: Mapping[str, Any], ask: Ask) -> Item:
    """The steps D1, D2, T3, W4, T5 and W6 of one draft, without rubrics."""
    length = str(options.get("length", "medium"))
    length = length if length in D2_PAIRS else "medium"
    band = band_of(ask.level)
    return {
        "D1": _talk(pen, "D1", "easy", D1_PAIRS, 0),
        "D2": _talk(pen, "D2", band, D2_PAIRS[length], 1, ask),
        "T3": _discussion(pen, T3_BEATS[length]),
        "W4": _step(pen, "W4", _short_story(pen, band, W4_SENTENCES[length], ask), "checklist"),
        "T5": _step(pen, "T5", _email(pen), "templates"),
        "W6": _step(pen, "W6", _long_story(pen, band, W6_SENTENCES[length], ask), "outline"),
    }


def add_sentences(body: Item, sentences: Sequence[str], lang: str) -> None:
    """Put sentences at the end of the long story."""
    body["W6"]["exemplar"] = join([body["W6"]["exemplar"], *sentences], lang)


def _talk(pen: Pen, step: str, band: str, count: int, lap: int, ask: Ask | None = None) -> Item:
    own = pairs_from(pen, ask) if ask else ()
    pairs: list[Pair] = list(islice(chain(own, pen.beats("D1", pen.bank.dialogue[band], lap)), count))
    turns = [(speaker, pen.say(text)) for pair in pairs for speaker, text in (("A", pair.a), ("B", pair.b))]
    exemplar = "\n".join(f"{speaker}: {text}" for speaker, text in turns)
    phrases = key_phrases([pair.key for pair in pairs], [text for _, text in turns], pen.bank.lang)
    return _spoken(pen, step, exemplar, phrases)


def _discussion(pen: Pen, places: tuple[int, ...]) -> Item:
    beats = list(islice(pen.beats("T3", pen.bank.opinion), len(pen.bank.opinion)))
    said = [pen.say(beats[place]) for place in places if place < len(beats)]
    return _spoken(pen, "T3", join(said, pen.bank.lang), key_phrases([], said, pen.bank.lang))


def _short_story(pen: Pen, band: str, sentences: int, ask: Ask) -> str:
    beats = (sentence.whole for sentence in pen.beats("story", pen.bank.narrative[band], W4_LAP))
    return join([pen.say(text) for text in islice(chain(said_from(pen, ask), beats), sentences)], pen.bank.lang)


def _long_story(pen: Pen, band: str, sentences: int, ask: Ask) -> str:
    """W6 carries the length asked for: its range is wide, so the text ends soon after its low end."""

    def size(text: str) -> Size:
        return Size(count_units(text, pen.bank.lang), 1)

    low, high = ask.length or (0, 1_000)
    beats = (sentence.whole for sentence in pen.beats("story", pen.bank.narrative[band]))
    chunks = (pen.say(text) for text in chain(said_from(pen, ask), beats))
    return join(fit(chunks, size, (low, high), round(low * 1.1), (sentences, 1_000)), pen.bank.lang)


def _email(pen: Pen) -> str:
    said = [pen.say(text) for text in islice(pen.beats("T5", pen.bank.email), len(pen.bank.email))]
    return "\n".join([said[0], join(said[1:-1], pen.bank.lang), said[-1]])


def _spoken(pen: Pen, step: str, exemplar: str, phrases: list[str]) -> Item:
    return {
        **_task(pen, step),
        "exemplar": exemplar,
        "key_phrases": phrases,
        "patterns": _list(pen, step, "patterns"),
        "hints": _list(pen, step, "hints"),
    }


def _step(pen: Pen, step: str, exemplar: str, extra: str) -> Item:
    # The bank keeps lists of checklists and of outlines, the wire item holds one.
    name = extra if extra == "templates" else f"{extra}s"
    return {**_task(pen, step), "exemplar": exemplar, extra: _list(pen, step, name)}


def _task(pen: Pen, step: str) -> Item:
    return {"title": pen.say(_entry(pen, step, "titles")), "prompt": pen.say(_entry(pen, step, "prompts"))}


def _list(pen: Pen, step: str, name: str) -> list[str]:
    return [pen.say(text) for text in _entry(pen, step, name)]


def _entry(pen: Pen, step: str, name: str) -> Any:
    """The entries of a step's lists belong together by their place."""
    entries = pen.bank.steps[step][name]
    return entries[int(pen.unit(f"step {step}") * 1_000_003) % len(entries)]
