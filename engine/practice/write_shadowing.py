"""
Shadowing drafts: dialogues from the pairs of turns; monologues, news and lectures from the other sentences of the bank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from engine.practice.bank import Pair, band_of
from engine.practice.pen import Ask, Item, Pen, Size, fit
from engine.practice.script import count_units, join, phrases
from engine.practice.source import pairs_from, said_from

LENGTHS = {"en": (50, 80), "ja": (150, 240), "zh": (135, 215)}
LINES = (6, 10)
PHRASES = (3, 6)
PACING = {1: "slow", 2: "slow", 3: "medium", 4: "medium", 5: "fast", 6: "fast"}


GENRES = ("dialogue", "monologue", "news", "lecture")


def takes(options: Mapping[str, Any]) -> bool:
    """Only the genres that the bank has sentences for."""
    return options.get("genre", "dialogue") in GENRES


def series(options: Mapping[str, Any], level: int) -> str:
    """News and lectures are written in part from beats that know no band, so their levels share a series."""
    genre = str(options.get("genre", "dialogue"))
    return genre if genre in ("news", "lecture") else f"{genre} {band_of(level)}"


def write_shadowing(pen: Pen, options: Mapping[str, Any], ask: Ask) -> Item:
    """`roles`, `lines`, `key_phrases`, `pacing` and `tips` of one draft."""
    genre = options.get("genre", "dialogue")
    if genre == "dialogue":
        pairs = _talk(pen, options, ask)
        lines = [turn for pair in pairs for turn in (("A", pair.a), ("B", pair.b))]
        keys = [pair.key for pair in pairs]
    else:
        lines = [("", text) for text in _speech(pen, genre, options, ask)]
        keys = []
    said = [(speaker, pen.say(text)) for speaker, text in lines]
    return {
        "roles": roles(pen) if genre == "dialogue" else [],
        "lines": [{"speaker": speaker, "text": text} for speaker, text in said],
        "key_phrases": key_phrases(keys, [text for _, text in said], pen.bank.lang),
        "pacing": PACING[ask.level],
        "tips": pen.say(pen.pick("tips", pen.bank.tips)),
    }


def add_sentences(body: Item, sentences: Sequence[str], lang: str) -> None:
    """Put sentences at the end of the last line: there are no more lines than asked for."""
    last = body["lines"][-1]
    last["text"] = join([last["text"], *sentences], lang)


def roles(pen: Pen) -> list[Item]:
    """The two speakers; A is the narrator of the bank's sentences, B the friend."""
    names = (("A", pen.values["name"]), ("B", pen.values["friend"]))
    return [
        {"label": label, "name": name, "gender": pen.bank.genders.get(name, "unspecified")} for label, name in names
    ]


def key_phrases(keys: list[str], texts: list[str], lang: str) -> list[str]:
    """Three to six phrases that occur in the texts: those of the bank first, then stretches of the texts themselves."""
    found = list(dict.fromkeys(key for key in keys if any(key in text for text in texts)))[: PHRASES[1]]
    by_text = [phrases(text, lang) for text in texts]
    for turn in range(3):
        for stretches in by_text:
            wanted = PHRASES[0] if keys else 5
            if len(found) < wanted and turn < len(stretches) and stretches[turn] not in found:
                found.append(stretches[turn])
    return found


def _talk(pen: Pen, options: Mapping[str, Any], ask: Ask) -> list[Pair]:
    lang, length = pen.bank.lang, ask.length or LENGTHS[pen.bank.lang]

    def size(pair: Pair) -> Size:
        return Size(count_units(pen.say(f"{pair.a}\n{pair.b}"), lang), 2)

    chunks = chain(pairs_from(pen, ask), pen.beats("dialogue", pen.bank.dialogue[band_of(ask.level)]))
    return fit(chunks, size, length, pen.aim(length), _lines(options))


def _speech(pen: Pen, genre: str, options: Mapping[str, Any], ask: Ask) -> list[str]:
    lang, length = pen.bank.lang, ask.length or LENGTHS[pen.bank.lang]

    def size(text: str) -> Size:
        return Size(count_units(pen.say(text), lang), 1)

    low, high = _lines(options)
    spoken = chain(said_from(pen, ask), _spoken(pen, genre, ask.level))
    return _laid_out(fit(spoken, size, length, pen.aim(length), (low, 1_000)), high, lang)


def _laid_out(sentences: list[str], most: int, lang: str) -> list[str]:
    """One sentence a line; several when there would be more lines than asked for."""
    step = -(-len(sentences) // max(1, most))
    return [join(sentences[first : first + step], lang) for first in range(0, len(sentences), step)]


def _spoken(pen: Pen, genre: str, level: int) -> Iterator[str]:
    bank = pen.bank
    if genre == "monologue":
        return (sentence.whole for sentence in pen.beats(genre, bank.narrative[band_of(level)]))
    if genre == "news":
        return pen.beats(genre, _turned(bank.report, pen.index))
    return _lecture(pen)


def _turned(beats: Sequence[Sequence[str]], index: int) -> list[Sequence[str]]:
    """
    The first beat, then the others from another place for every p x p drafts.

    A short report is three sentences: beyond p x p drafts two reports would share two. Told from other beats they do
    not.
    """
    rest = beats[1:]
    turn = 3 * (index // len(beats[0]) ** 2) % len(rest)
    return [beats[0], *rest[turn:], *rest[:turn]]


def _lecture(pen: Pen) -> Iterator[str]:
    """What is thought of a matter, then what is known about it."""
    opinion = pen.beats("lecture", _turned(pen.bank.opinion, pen.index))
    for _ in pen.bank.opinion:
        yield next(opinion)
    yield from pen.beats("lecture report", pen.bank.report)


def _lines(options: Mapping[str, Any]) -> tuple[int, int]:
    given = options.get("sentences")
    if isinstance(given, list) and len(given) == 2 and all(isinstance(end, int) for end in given):
        return given[0], given[1]
    return LINES
