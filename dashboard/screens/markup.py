"""
Inert markup: a tree of elements and texts, drawn as escaped HTML here or as DOM nodes in the browser. Pure.

A text is only ever a text: `html` escapes it, and the review's component sets it as textContent.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

Element: TypeAlias = "tuple[str, dict[str, str], list[Node]]"
"""Name, attributes (class, lang, dir, href of a page of ours) and children; as JSON a list of three."""
Node: TypeAlias = "str | Element"

NAMES = frozenset(
    {
        "a",
        "article",
        "b",
        "bdi",
        "details",
        "div",
        "mark",
        "rt",
        "ruby",
        "section",
        "span",
        "summary",
        "table",
        "td",
        "th",
        "tr",
    }
)


def element(name: str, css: str, *children: Node | Iterable[Node], **attributes: str) -> Element:
    """
    An element.

    Args:
        name: One of `NAMES`.
        css: Its classes; empty: none.
        children: Nodes, or lists of nodes; an empty text is left out.
        attributes: Others, such as lang.
    """
    nodes: list[Node] = []
    for child in children:
        nodes += [child] if isinstance(child, str | tuple) else list(child)
    return name, {**({"class": css} if css else {}), **attributes}, [node for node in nodes if node]


def html(node: Node) -> str:
    """A node as HTML in which every text and value is escaped."""
    if isinstance(node, str):
        return escape(node, quote=True)
    name, attributes, children = node
    given = "".join(f' {key}="{escape(value, quote=True)}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(map(html, children))}</{name}>"
