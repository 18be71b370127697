"""
The filters: a search field, the rest behind one button, a removable chip for each that is on; and the order.

The address holds them. A widget is set from it before it is drawn and writes to it when it is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.exports import READABLE
from dashboard.screens.review.address import MOST_SAMPLED, OVERLAPS, SCORES, SORTS, TABS, VIEWS, Wanted
from dashboard.screens.review.state import page_state
from dashboard.screens.review.words import FIELD, FLAG, SORT, VIEW, value_words
from dashboard.text import _, plural
from engine.kinds import kind_names
from engine.reports import LANGS, LEVELS, Facets

CHIP = 28
"""Characters of a chip; the whole value is in its help."""
FACETS_S = 15


def filter_bar(wanted: Wanted, unknown: Sequence[str]) -> None:
    """Draw the filters."""
    chosen = dict(wanted.filters)
    with st.container(horizontal=True, vertical_alignment="center", key="review_filters"):
        _search(chosen.get("q", ""))
        others = len([field for field in chosen if field != "q"])
        words = plural("{n} filter", "{n} filters", others) if others else _("Filters")
        with st.popover(words, icon=":material/tune:", width="content"):
            _fields(wanted)
        for field, value in wanted.filters:
            _chip(field, value)
        if len(chosen) > 1:
            st.button(
                _("Clear"),
                type="tertiary",
                icon=":material/close:",
                on_click=_drop,
                args=(*chosen,),
                key="review_clear",
            )
        st.space("stretch")
        _readings()
        _sort(wanted)
        _view(wanted)
    if any(len(word) == 1 for word in chosen.get("q", "").split()):
        st.caption(_("A single character is searched in the newest 10,000 drafts only."))
    if unknown:
        st.caption(plain(_("Ignored unknown parts of the link: {parts}", parts=", ".join(unknown))))


def _search(text: str) -> None:
    st.session_state["review_q"] = text
    st.text_input(
        label(FIELD, "q"),
        key="review_q",
        placeholder=label(FIELD, "q"),
        label_visibility="collapsed",
        icon=":material/search:",
        width=300,
        on_change=_changed,
        args=("q",),
    )


def _readings() -> None:
    """A switch for pinyin and furigana, where their packages are installed and drafts have characters to read."""
    if READABLE and set(shared.store().drafts.langs()) & {"ja", "zh"}:
        page_state().readings = st.toggle(_("Readings"), key="review_readings", persist_state="session")


def _sort(wanted: Wanted) -> None:
    st.session_state["review_sort"] = wanted.order
    st.selectbox(
        _("Sort"),
        SORTS,
        format_func=lambda order: label(SORT, order),
        key="review_sort",
        on_change=_changed,
        args=("sort",),
        label_visibility="collapsed",
        width=180,
    )


def _view(wanted: Wanted) -> None:
    st.session_state["review_view"] = wanted.view
    st.segmented_control(
        _("View"),
        VIEWS,
        format_func=lambda view: label(VIEW, view),
        required=True,
        key="review_view",
        label_visibility="collapsed",
        on_change=turn,
        args=("view",),
    )


def turn(part: str) -> None:
    """Show another tab or view."""
    value = st.session_state[f"review_{part}"]
    put(part, None if value in (TABS[0], VIEWS[0]) else value)
    here = page_state()
    here.editing = None
    here.move()
    here.tell()


def _sample(wanted: Wanted) -> None:
    """A sample of the drafts found: a person who has no time for all reads a part that says something of all."""
    sample = wanted.get("sample")
    st.session_state["review_sample"] = int(sample) if sample else None
    st.number_input(
        _("Review a sample of"),
        min_value=1,
        max_value=MOST_SAMPLED,
        placeholder=_("all"),
        key="review_sample",
        on_change=_changed,
        args=("sample",),
        help=_("Drawn at random from the drafts of the other filters; it stays the same while you decide."),
        width="stretch",
    )


def _fields(wanted: Wanted) -> None:
    facets = _facets(shared.store().where)
    options: dict[str, Sequence[str]] = {
        "kind": kind_names(),
        "lang": LANGS,
        "level": [str(level) for level in LEVELS],
        "topic": facets.topics,
        "run": [str(run) for run in facets.runs],
        "model": facets.models,
        "flag": tuple(FLAG),
        "score": tuple(SCORES),
        "overlap": OVERLAPS,
    }
    with st.grid(2, min_column_width=200):
        for field, values in options.items():
            _field(field, values, wanted.get(field))
        _sample(wanted)


def _field(field: str, values: Sequence[str], value: str | None) -> None:
    st.session_state[f"review_{field}"] = value
    st.selectbox(
        label(FIELD, field),
        [*values, *([value] if value and value not in values else [])],
        index=None,
        format_func=lambda one: value_words(field, one),
        placeholder=_("all"),
        key=f"review_{field}",
        on_change=_changed,
        args=(field,),
        width="stretch",
    )


def _chip(field: str, value: str) -> None:
    words = value_words(field, value)
    brief = words if len(words) <= CHIP else words[: CHIP - 1] + "…"
    st.button(
        plain(_("{name}: {value}", name=label(FIELD, field), value=brief)),
        icon=":material/close:",
        icon_position="right",
        on_click=_drop,
        args=(field,),
        help=plain(words) if brief != words else None,
        key=f"review_drop_{field}",
    )


def _changed(field: str) -> None:
    value = st.session_state[f"review_{field}"]
    put(field, None if value is None else str(value))


def _drop(*fields: str) -> None:
    for field in fields:
        put(field, None)


def is_in(wanted: Wanted, draft: int) -> bool:
    """Whether a tab with its filters holds a draft."""
    return bool(shared.store().drafts.count(replace(wanted.chosen, ids=[draft])))


def put(field: str, value: str | None) -> None:
    """Write a part of the address; None or nothing takes it out."""
    if value:
        st.query_params[field] = value
    elif field in st.query_params:
        del st.query_params[field]


@st.cache_data(ttl=FACETS_S, show_spinner=False)
def _facets(_where: str) -> Facets:
    return shared.store().drafts.facets()
