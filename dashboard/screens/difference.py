"""
Two states of a draft side by side: which fields differ, and where. Contents -> inert HTML.

Everything a model or a person wrote is escaped: it can only be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from html import escape
from typing import Any

_PIECE = re.compile(r"\s+|[A-Za-zÀ-ɏ0-9'’-]+|.", re.DOTALL)
_GONE = "background:color-mix(in srgb, #d9534f 22%, transparent);text-decoration:line-through;border-radius:4px"
_NEW = "background:color-mix(in srgb, #1c9a82 26%, transparent);text-decoration:none;border-radius:4px"
_FIELD = "font-size:.8rem;letter-spacing:.04em;opacity:.65;margin:.7rem 0 .15rem"
_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6;font-size:.95rem"


def difference(before: Mapping[str, Any], after: Mapping[str, Any], lang: str = "") -> str:
    """
    The fields that differ, what was taken out struck through and what was added marked.

    Returns:
        HTML in which every piece of content is escaped; empty when nothing differs.
    """
    fields = "".join(
        f'<div style="{_FIELD}">{escape(path)}</div><div style="{_TEXT}">{_marked(old, new)}</div>'
        for path, old, new in changes(before, after)
    )
    return f'<div dir="auto" lang="{escape(lang, quote=True)}">{fields}</div>' if fields else ""


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """(field, old text, new text) of every text that differs; a field that is missing is an empty text."""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = (value if isinstance(value, Mapping) else {} for value in (before, after))
        for name in dict.fromkeys((*old, *new)):
            yield from changes(old.get(name), new.get(name), f"{path}.{name}" if path else str(name))
    elif isinstance(before, list) or isinstance(after, list):
        rows, others = (value if isinstance(value, list) else [] for value in (before, after))
        for place in range(max(len(rows), len(others))):
            one = rows[place] if place < len(rows) else None
            two = others[place] if place < len(others) else None
            yield from changes(one, two, f"{path} {place + 1}")
    elif before != after:
        yield path, "" if before is None else str(before), "" if after is None else str(after)


def _marked(old: str, new: str) -> str:
    """Both texts in one, word by word (character by character where words are not written apart)."""
    one, two = _PIECE.findall(old), _PIECE.findall(new)
    parts = []
    for what, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(escape("".join(one[a:b])))
            continue
        if b > a:
            parts.append(f'<del style="{_GONE}">{escape("".join(one[a:b]))}</del>')
        if d > c:
            parts.append(f'<ins style="{_NEW}">{escape("".join(two[c:d]))}</ins>')
    return "".join(parts)
