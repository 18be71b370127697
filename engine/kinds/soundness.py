"""
Checks that every kind has in common: is the text in its language and whole, or damaged, foreign or repeating?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from engine.kinds.flags import flag
from engine.kinds.foreign import foreign_sentence
from engine.kinds.garbled import garbled, is_spaced
from engine.kinds.kind import Kind, Problem
from engine.kinds.language import (
    DOUBTFUL_SHARE,
    ENGLISH_SHARE,
    english_share,
    is_help_in,
    says_nothing,
)
from engine.kinds.layout import Choice, Entry, Help, layout, texts_of
from engine.kinds.meta import meta_text
from engine.kinds.refusals import refused
from engine.kinds.repetition import repetition
from engine.kinds.script import foreign, odd_characters, script_refusal
from engine.kinds.text import brief
from engine.kinds.units import count_units
from engine.spec import Lang, RunSpec, checked_as
from engine.work import Content, Flag

_MOST_PLACES = 5
_NAME = 3
_SEVERAL_SENTENCES = 40
"""Words or characters; no single sentence is as long."""
_SEVERAL = 3
_LOUD = 0.6
"""Of the letters; the filled blanks of a text in capitals may be small."""
_PICTURE = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_STOP = re.compile("[.!?。！？…\n]+")
_SMALL = re.compile(r"(?:\A|[.!?][\"'”’)]*\s+|\n)[\"'“‘(]*[a-z]")


def unreadable(text: str, lang: Lang) -> Problem | None:
    """Why a body cannot be used in its language."""
    if wrong := script_refusal(text, lang):
        return wrong
    if lang == "en" and (share := english_share(text)) < ENGLISH_SHARE:
        return refused("wrong_language", "wrong_language", share=round(share * 100))
    if said := repetition(text):
        return refused("repetition", "repetition", text=brief(said, 40))
    if meta := meta_text(text):
        return refused("meta", "meta", text=brief(meta, 40))
    return None


def soundness_flags(content: Content, text: str, kind: Kind, spec: RunSpec) -> Iterator[Flag]:
    """
    What a reviewer should look at in a draft of any kind.

    Args:
        content: Shaped and tidied.
        text: Its body.
        kind: Its kind.
        spec: Language and options it was made for.
    """
    texts = list(texts_of(content, layout(kind.fields)))
    if damaged := [(place, piece) for place, _, part in texts if (piece := garbled(part))]:
        yield flag("garbled", at=_places([place for place, _ in damaged]), piece=damaged[0][1])
    if _is_unpunctuated(text, spec.lang):
        yield flag("unpunctuated")
    if is_spaced(text, spec.lang) or is_spaced(str(content.get("title", "")), spec.lang):
        yield flag("spaced")
    pictures = _PICTURE.findall(text)
    if odd := odd_characters(text, spec.lang) or "".join(dict.fromkeys(pictures)) * (len(pictures) >= _SEVERAL):
        yield flag("odd_characters", characters=odd[:10])
    if spec.lang == "en" and english_share(text) < DOUBTFUL_SHARE:
        yield flag("language_doubtful")
    if strange := foreign_sentence(text, spec.lang):
        yield flag("foreign_sentence", text=brief(strange, 40))
    yield from _choices(texts, spec.lang)
    if strange_titles := [(place, text) for place, entry, text in texts if _is_foreign_title(entry, text, spec.lang)]:
        yield flag("foreign_title", at=_places([at for at, _ in strange_titles]), text=brief(strange_titles[0][1], 40))
    yield from _help(texts, spec)


def _is_unpunctuated(text: str, lang: Lang) -> bool:
    """
    Whether a text of several sentences has no full stop, begins most English sentences with a small letter, or has
    capital letters only.
    """
    if count_units(text, lang) < _SEVERAL_SENTENCES:
        return False
    small = len(_SMALL.findall(text)) if lang == "en" else 0
    is_loud = lang == "en" and sum(map(str.isupper, text)) > _LOUD * sum(map(str.isalpha, text))
    return is_loud or not _STOP.search(text) or small > len(_STOP.findall(text)) / 2


def _is_foreign_title(entry: Entry, text: str, lang: Lang) -> bool:
    """Whether a title is in another script; a name of a few letters may be one in any language."""
    return entry.name == "title" and foreign(text, lang) and sum(map(str.isalpha, text)) > _NAME


def _choices(texts: Iterable[tuple[str, Entry, str]], lang: Lang) -> Iterator[Flag]:
    strange = [(place, text) for place, entry, text in texts if entry.mark(Choice) and foreign(text, lang)]
    if strange:
        yield flag("foreign_choice", at=_places([place for place, _ in strange]), word=brief(strange[0][1], 20))


def _help(texts: Iterable[tuple[str, Entry, str]], spec: RunSpec) -> Iterator[Flag]:
    wanted: Any = getattr(spec.options.settled(spec.lang), "explain_in", None)
    language = checked_as(wanted) if wanted else None
    remarks = [(place, entry, text) for place, entry, text in texts if entry.mark(Help)]
    wanted_too = [(place, entry, text) for place, entry, text in texts if entry.name == "title"]
    empty = [place for place, _, text in (*wanted_too, *remarks) if says_nothing(text)]
    if empty:
        yield flag("help_missing", at=_places(empty))
    if language is None:
        return
    wrong = [
        place
        for place, entry, text in remarks
        if not is_help_in(text, language) and not (Help(own=True) in entry.marks and is_help_in(text, spec.lang))
    ]
    if wrong:
        yield flag("help_language", at=_places(wrong), language=wanted)


def _places(places: list[str]) -> str:
    distinct = list(dict.fromkeys(places))
    more = len(distinct) - _MOST_PLACES
    return ", ".join(distinct[:_MOST_PLACES]) + (f" (+{more})" if more > 0 else "")
