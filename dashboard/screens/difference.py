"""
What an edit changed: two contents -> inert markup, field by field, what went struck through and what came marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from dashboard.screens.card import STYLE, direction
from dashboard.screens.markup import Element, Node, element, html

_TOKEN = re.compile(r"\{\{\d+\}\}|[A-Za-z0-9']+|\s+|.", re.DOTALL)


def difference(before: Mapping[str, Any], after: Mapping[str, Any], lang: str) -> str:
    """The difference as HTML for st.html, with its style; empty when nothing differs. See `changes`."""
    found = changes(before, after, lang)
    return STYLE + html(found) if found else ""


def changes(before: Mapping[str, Any], after: Mapping[str, Any], lang: str) -> Element | None:
    """
    Lay out what differs between two contents of one draft.

    Args:
        before: The content as it was.
        after: The content as it is, or as it is proposed.
        lang: Of the text.

    Returns:
        None when nothing differs.
    """
    old, new = dict(leaves(before)), dict(leaves(after))
    paths = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    if not paths:
        return None
    rows = (
        element("tr", "", element("th", "", path), element("td", "", _changed(old.get(path, ""), new.get(path, ""))))
        for path in paths
    )
    return element("div", "dm", element("table", "dm-facts", rows), lang=lang, dir=direction(lang))


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


def _changed(old: str, new: str) -> list[Node]:
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    parts: list[Node] = []
    for step, a_from, a_to, b_from, b_to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, come = "".join(a[a_from:a_to]), "".join(b[b_from:b_to])
        if step == "equal":
            parts.append(gone)
            continue
        parts += [element("span", "dm-old", gone)] if gone else []
        parts += [element("span", "dm-new", come)] if come else []
    return parts
