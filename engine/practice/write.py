"""
Drafts by number: (kind, lang, options, item, index, seed) gives one item of the reply, the same one each time.

Pure. Which index comes next is counted by the server, one series for each `series_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from engine.practice.bank import Bank, band_of
from engine.practice.bank.simpler import bank_for
from engine.practice.pen import Ask, Item, Pen
from engine.practice.translate import translated
from engine.practice.words import WordSentence, units_of, word_sentences

MOST_TITLE = 60


def _writers() -> Iterator[tuple[str, ModuleType]]:
    """The modules write_<kind>.py beside this one, each with the function write_<kind>."""
    for found in iter_modules([str(Path(__file__).parent)]):
        _, is_writer, kind = found.name.partition("write_")
        if is_writer:
            yield kind, import_module(f"engine.practice.{found.name}")


_MODULES = dict(sorted(_writers()))
WRITERS: dict[str, Callable[[Pen, Mapping[str, Any], Ask], Item]] = {
    kind: getattr(module, f"write_{kind}") for kind, module in _MODULES.items()
}
LANGS = ("en", "ja", "zh")


def takes(kind: str, options: Mapping[str, Any]) -> bool:
    """Whether a kind can be written with these options; a writer that refuses some has a function `takes`."""
    own = getattr(_MODULES[kind], "takes", None)
    return own is None or bool(own(options))


def series_of(kind: str, lang: str, options: Mapping[str, Any], level: int) -> str:
    """
    The series a draft is numbered in: drafts written from the same beats are in the same one.

    A writer whose levels share beats has a function `series` of its own.
    """
    own = getattr(_MODULES[kind], "series", None)
    return f"{kind} {lang} {own(options, level) if own else band_of(level)}"


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
        kind: One of `WRITERS`.
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
    pen = Pen(bank or bank_for(lang, ask.level), seed, index)
    body = _body(kind, pen, options, ask)
    answers = [blank["answer"].casefold() for blank in body.get("blanks", ())]
    made = {"id": ask.id, "title": _title(pen, ask.topic, avoid, answers), **body}
    return translated(made, str(options.get("translate_to") or ""), lang)


def _body(kind: str, pen: Pen, options: Mapping[str, Any], ask: Ask) -> Item:
    """The fields of a draft, with a sentence or a blank for each target word; the text is as much shorter."""
    module = _MODULES[kind]
    sentences = [] if ask.source else word_sentences(pen, ask.words)  # the words of a source are in it
    blanked = ask.blank_words and hasattr(module, "add_blanks")
    body = WRITERS[kind](pen, options, _shortened(ask, sentences, pen.bank.lang, blanked=blanked))
    if sentences and blanked:
        module.add_blanks(body, sentences, options, pen.bank.lang)
    elif sentences:
        module.add_sentences(body, [one.whole for one in sentences], pen.bank.lang)
    return body


def _shortened(ask: Ask, sentences: Sequence[WordSentence], lang: str, *, blanked: bool) -> Ask:
    """The ask without what the sentences bring."""
    units, blanks = units_of(sentences, lang), len(sentences) if blanked else 0
    return replace(ask, length=_less(ask.length, units), blanks=_less(ask.blanks, blanks))


def _less(ends: tuple[int, int] | None, by: int) -> tuple[int, int] | None:
    return ends and (max(1, ends[0] - by), max(1, ends[1] - by))


def _title(pen: Pen, topic: str, avoid: Collection[str], answers: Collection[str]) -> str:
    """A title that is not to be avoided and that gives no answer away."""
    titles = pen.bank.titles
    first = int(pen.unit("title") * len(titles))
    made = [_headed(pen, topic, titles[(first + step) % len(titles)]) for step in range(len(titles))]
    silent = [title for title in made if not any(answer in title.casefold() for answer in answers)] or made
    return next((title for title in silent if title not in avoid), silent[0])


def _headed(pen: Pen, topic: str, title: str) -> str:
    """Topic and title; a long topic is cut, never the title's own words. The topic is text, not a template."""
    rest = pen.say(title) + pen.bank.mark
    if not topic:
        return rest
    rest = (": " if pen.bank.lang == "en" else "：") + rest
    room = max(8, MOST_TITLE - len(rest))
    return (topic if len(topic) <= room else topic[: room - 1].rstrip() + "…") + rest
