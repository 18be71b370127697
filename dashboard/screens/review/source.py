"""
The passage a draft was made from, beside the draft: with the difference where the draft should have its words.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import shared
from dashboard.screens.card import direction
from dashboard.screens.markup import Node, element
from dashboard.text import _
from engine import DraftRow
from engine.kinds import differences, kind_of
from engine.reports import LANGS


def source_text(row: DraftRow, *, answers: bool) -> list[Node]:
    """The passage in a fold; nothing where there is none, or where it would reveal the answers."""
    source = _sources(row.run).get(row.topic, "")
    kind = kind_of(row.kind)
    keeps = kind.source is not None and kind.source.kept is not None
    if not source or not row.content or (keeps and kind.hides_answers and not answers):
        return []
    lang = next((one for one in LANGS if one == row.lang), LANGS[0])
    parts = differences(kind.body(row.content), source, lang) if keeps else [("equal", source, source)]
    changed = any(what != "equal" for what, _old, _new in parts)
    title = _("Source text: changed here") if changed else _("Source text: unchanged") if keeps else _("Source text")
    text = element("div", "dm dm-source", [*_marked(parts)], lang=row.lang, dir=direction(row.lang))
    return [element("details", "dm-changes", element("summary", "", title), text)]


def _marked(parts: list[tuple[str, str, str]]) -> list[Node]:
    nodes: list[Node] = []
    for what, old, new in parts:
        if what == "equal":
            nodes.append(old)
            continue
        nodes += [element("span", "dm-old", old)] if old else []
        nodes += [element("span", "dm-new", new)] if new else []
    return nodes


@st.cache_data(ttl=600, max_entries=64, show_spinner=False)
def _sources(run: int) -> Mapping[str, str]:
    """The passages of a run by topic; a run's own never change."""
    spec = shared.store().runs.get(run).spec
    sources = spec.get("sources") or ()
    return dict(zip(spec["topics"], (source["body"] for source in sources), strict=True)) if sources else {}
