"""
Reads a text, a number or a list of texts however a model wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_SEPARATORS = (r"\n", r"[;；、]", r"\|", r"\s/\s", r",\s", r",(?=\D)|，")
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)")
_COUNTED = re.compile(r"[(（]?([a-jA-J1-9])(?:[)）、]\s*|[.:：]\s+)(?=\S)")
_DIGITS = re.compile(r"\D*(\d{1,3})\D*")
_KEY = re.compile(r"[a-z]?|[a-z]*[_ ]?\d{1,2}", re.IGNORECASE)
_NONE = frozenset(("", "none", "null", "n/a", "na", "nil", "-", "—", "–", "无", "なし"))
_TEXT_KEYS = ("text", "value", "content", "phrase", "item", "option", "word", "name")


def only(value: Any) -> Any:
    """The one value of a list or a table of one; anything else as it is."""
    while isinstance(value, list | Mapping) and len(value) == 1:
        value = next(iter(value.values() if isinstance(value, Mapping) else value))
    return value


def read_text(value: Any) -> Any:
    """A text: also null, a number, parts in a list (a turn of a dialogue is "A: text"), and a table of one text."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | list | Mapping):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        texts = [one for one in value.values() if isinstance(one, str)]
        joined = ": " if len(texts) == 2 else "\n"
        return joined.join(texts) if len(texts) == len(value) else value
    parts = [one if isinstance(one, list) else read_text(one) for one in value]
    texts = [part for part in parts if isinstance(part, str)]
    return "\n".join(texts) if len(texts) == len(parts) else value


def read_texts(value: Any, *, in_words: bool) -> Any:
    """A list: also null, a table, and a text with an item per line or between separators."""
    if value is None or value is False or value == 0:
        return []
    if isinstance(value, Mapping):
        # {"a": "first"} counts its texts, {"phrase": "meaning"} explains them.
        value = list(value.values()) if all(_KEY.fullmatch(str(key)) for key in value) else list(value)
    if isinstance(value, str):
        value = _split(value.strip())
    if not isinstance(value, list):
        return value
    found = [text_of(one) for part in value for one in (part if isinstance(part, list) else [part]) if one is not None]
    found = without_numbers(found)
    return [] if in_words and says_none(found) else found


def without_numbers(texts: list[Any]) -> list[Any]:
    """Texts without the letters or numbers that count all of them: "a) but", "b) so"."""
    found = [_COUNTED.match(text) if isinstance(text, str) else None for text in texts]
    counters = "".join(one[1].lower() for one in found if one)
    if len(texts) < 2 or not all(found) or not ("abcdefghij".startswith(counters) or "123456789".startswith(counters)):
        return texts
    return [text[one.end() :] for text, one in zip(texts, found, strict=True) if one]


def says_none(texts: Sequence[Any]) -> bool:
    """Whether a list holds the word "none" instead of nothing."""
    return len(texts) == 1 and str(texts[0]).strip(" .").lower() in _NONE


def _split(text: str) -> list[str]:
    found = ([part for part in re.split(one, text) if part.strip()] for one in _SEPARATORS)
    parts = next((one for one in found if len(one) > 1), [text])
    return [_BULLET.sub("", part).strip() for part in parts if part.strip()]


def text_of(value: Any) -> Any:
    """The text of an entry of a list: a number, or the text of a table that says more about it."""
    if isinstance(value, Mapping):
        texts = [value[name] for name in _TEXT_KEYS if isinstance(value.get(name), str)]
        texts += [one for one in value.values() if isinstance(one, str)]
        return texts[0] if texts else value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def read_number(value: Any) -> Any:
    """A number also as "b1" or "{{1}}"."""
    found = _DIGITS.fullmatch(value) if isinstance(value, str) and len(value) < 20 else None
    return int(found[1]) if found else value
