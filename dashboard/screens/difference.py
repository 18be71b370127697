"""
What an edit changed: two contents -> inert HTML, field by field, what went struck through and what came marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from html import escape
from typing import Any

from dashboard.screens.card import STYLE

_TOKEN = re.compile(r"\{\{\d+\}\}|[A-Za-z0-9']+|\s+|.", re.DOTALL)


def difference(before: Mapping[str, Any], after: Mapping[str, Any], lang: str) -> str:
    """
    Lay out what differs between two contents of one draft.

    Args:
        before: The content as it was.
        after: The content as it is, or as it is proposed.
        lang: Of the text.

    Returns:
        HTML in which every piece of content is escaped; empty when nothing differs.
    """
    old, new = dict(leaves(before)), dict(leaves(after))
    paths = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    if not paths:
        return ""
    rows = "".join(
        f"<tr><th>{escape(path)}</th><td>{_changed(old.get(path, ''), new.get(path, ''))}</td></tr>" for path in paths
    )
    return f'{STYLE}<div class="dm" lang="{escape(lang)}"><table class="dm-facts">{rows}</table></div>'


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a content with the way to it, such as ("blanks 1 hint", "...")."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, f"{path} {name}".strip())
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value, 1):
            yield from leaves(part, f"{path} {number}")
    else:
        yield path, str(value)


def _changed(old: str, new: str) -> str:
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    parts = []
    for step, a_from, a_to, b_from, b_to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, come = escape("".join(a[a_from:a_to])), escape("".join(b[b_from:b_to]))
        if step == "equal":
            parts.append(gone)
            continue
        parts.append(f'<span class="dm-old">{gone}</span>' if gone else "")
        parts.append(f'<span class="dm-new">{come}</span>' if come else "")
    return "".join(parts)
