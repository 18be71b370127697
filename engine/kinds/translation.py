"""
The translation of a draft for its reader: a text for each line or sentence, asked for in the same call.

Optional: it is there where the options of the run name a language (`translate_to`). It never refuses a draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kinds.asked import figures
from engine.kinds.blocks import TRANSLATION
from engine.kinds.flags import flag
from engine.kinds.kind import Kind
from engine.kinds.language import is_help_in, says_nothing
from engine.kinds.passages import sentences_of
from engine.kinds.text import brief, clean
from engine.kinds.tokens import point
from engine.spec import Lang, Options, RunSpec, checked_as, language_name, prompt_name
from engine.work import Content, Flag

FIELD = TRANSLATION
MOST_LINES = 200
MOST_CHARACTERS = 2_000
_OTHER_NAMES = ("translations", "translated", "翻译", "译文", "訳", "翻訳")
_TEXT_KEYS = ("translation", "text", "translated")
_PER_UNIT: Mapping[Lang, float] = {"en": 1.8, "ja": 1.0, "zh": 1.2}
"""Tokens of a translation per unit of its text, in a language that takes many."""
_FEWEST, _MOST = 0.6, 1.7
"""Of the sentences of a passage: a translator joins and cuts some."""
_RULE = """# Translation
- Beside the fields of the example every item has a last field, "translation": a list of texts in {language}, one for
  each {what}, in the same order. Each says the whole of its {what} in natural {language}{filled}; nothing else
  is in it."""


def asked_language(options: Options) -> str:
    """The tag of the language that drafts are translated into; "" for none."""
    return str(getattr(options, "translate_to", None) or "")


def translation_rule(kind: Kind, options: Options) -> list[str]:
    """The part of the system message that asks for it; none where no language is named."""
    if not (tag := asked_language(options)):
        return []
    what = "line" if kind.lines else "sentence of the text"
    filled = ", its blanks filled in" if kind.answers else ""
    return [_RULE.format(language=prompt_name(tag), what=what, filled=filled)]


def translation_tokens(spec: RunSpec, level: int, *, top: bool, source: str = "") -> float:
    """Tokens of the translation of one item, in the middle of the length of its text or at its top."""
    if not asked_language(spec.options):
        return 0.0
    length = figures(spec.kind, spec.lang, level, spec.options, source)["length"]
    return _PER_UNIT[spec.lang] * point(length, top)


def with_translation(raw: Mapping[str, Any], kind: Kind, options: Options) -> dict[str, Any]:
    """
    An item with its translation as a list of texts, whatever a model made of it; without it, where none was asked for.

    Args:
        raw: The item as a reply or an editor gives it; it is not changed.
        kind: Its kind.
        options: Of the run.
    """
    names = (FIELD, *_OTHER_NAMES)
    rest = {name: value for name, value in raw.items() if name not in names}
    if FIELD not in kind.fields.model_fields or not asked_language(options):
        return {name: value for name, value in raw.items() if name != FIELD}
    given = next((raw[name] for name in names if raw.get(name)), None)
    found = _lines(given) or _lines_of_rows(rest)
    return {**rest, FIELD: found} if found else rest


def translation_flags(content: Content, kind: Kind, spec: RunSpec) -> Iterator[Flag]:
    """Whether it is there, has a text for each line or sentence, and is in its language where that can be checked."""
    tag = asked_language(spec.options)
    if not tag or FIELD not in kind.fields.model_fields:
        return
    found = [text for text in content.get(FIELD, ()) if not says_nothing(text)]
    wanted = len(kind.lines(content)) if kind.lines else len(sentences_of(kind.body(content), spec.lang))
    fits = len(found) == wanted if kind.lines else _FEWEST * wanted <= len(found) <= _MOST * wanted
    if not fits or len(found) < len(content.get(FIELD, ())):
        yield flag("translation_missing", count=len(found), wanted=wanted)
    checked = checked_as(tag)
    wrong = [text for text in found if checked and not is_help_in(text, checked)]
    if found and checked and (len(wrong) * 2 > len(found) or not is_help_in("\n".join(found), checked)):
        yield flag("translation_language", language=language_name(tag), text=brief((wrong or found)[0], 40))


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.split("\n")
    if isinstance(value, Mapping):
        value = list(value.values())
    found = [_text(one) for one in value[:MOST_LINES]] if isinstance(value, list) else []
    return found if any(found) else []


def _lines_of_rows(raw: Mapping[str, Any]) -> list[str]:
    """The translations that a model put into the lines of a script."""
    rows = raw.get("lines")
    own = [row.get(FIELD) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return _lines(own) if all(isinstance(one, str) for one in own) else []


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        value = next((value[name] for name in _TEXT_KEYS if isinstance(value.get(name), str)), "")
    return str(clean(value[:MOST_CHARACTERS])) if isinstance(value, str) else ""
