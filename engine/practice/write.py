"""
Drafts by number: (kind, lang, options, item, index, seed) gives one item of the reply, the same one each time.

Pure. Which index comes next is counted by the server, one series for each `series_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.practice.bank import Bank, band_of, load
from engine.practice.pen import Ask, Item, Pen
from engine.practice.write_alignment import write_alignment
from engine.practice.write_cloze import write_cloze
from engine.practice.write_shadowing import write_shadowing

MOST_TITLE = 60
WRITERS: dict[str, Callable[[Pen, Mapping[str, Any], Ask], Item]] = {
    "cloze": write_cloze,
    "shadowing": write_shadowing,
    "alignment": write_alignment,
}
LANGS = ("en", "ja", "zh")
GENRES = ("dialogue", "monologue", "news", "lecture")


def series_of(kind: str, lang: str, options: Mapping[str, Any], level: int) -> str:
    """
    The series a draft is numbered in: drafts written from the same beats are in the same one.

    News, lectures and alignment are written in part from beats that know no band, so their levels share a series.
    """
    if kind == "alignment":
        return f"{kind} {lang}"
    genre = options.get("genre", "dialogue") if kind == "shadowing" else ""
    band = "" if genre in ("news", "lecture") else band_of(level)
    return " ".join((kind, lang, genre, band))


def write(
    kind: str,
    lang: str,
    options: Mapping[str, Any],
    ask: Ask,
    index: int,
    seed: int = 0,
    *,
    avoid: Collection[str] = (),
    bank: Bank | None = None,
) -> Item:
    """
    Write one item as kinds.md shapes it, its fields in that order.

    Args:
        kind: cloze, shadowing or alignment.
        lang: en, ja or zh.
        options: The kind's options as plain JSON; what is missing or odd takes the default.
        ask: Id, topic, level, length and blanks.
        index: The draft's number in its series.
        seed: Chooses one of many series.
        avoid: Titles already used.
        bank: Another bank than the language's own.

    Raises:
        ValueError: the language's bank breaks its rules.
    """
    pen = Pen(bank or load(lang), seed, index)
    return {"id": ask.id, "title": _title(pen, ask.topic, avoid), **WRITERS[kind](pen, options, ask)}


def _title(pen: Pen, topic: str, avoid: Collection[str]) -> str:
    titles = pen.bank.titles
    first = int(pen.unit("title") * len(titles))
    made = [_headed(pen, topic, titles[(first + step) % len(titles)]) for step in range(len(titles) if avoid else 1)]
    return next((title for title in made if title not in avoid), made[0])


def _headed(pen: Pen, topic: str, title: str) -> str:
    """Topic and title; a long topic is cut, never the title's own words. The topic is text, not a template."""
    rest = pen.say(title) + pen.bank.mark
    if not topic:
        return rest
    rest = (": " if pen.bank.lang == "en" else "：") + rest
    room = max(8, MOST_TITLE - len(rest))
    return (topic if len(topic) <= room else topic[: room - 1].rstrip() + "…") + rest
