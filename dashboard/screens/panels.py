"""
Charts on a page, each in a box under its title; fields for a period.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard.charts.panel import ChartPanel
from dashboard.charts.paper import CONFIG
from dashboard.text import _


def chart_box(panel: ChartPanel, page: str) -> None:
    """Draw a chart under its title."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{panel.title}**")
        st.caption(panel.sentence)
        st.plotly_chart(panel.figure, config=CONFIG, key=f"{page}_chart_{panel.key}", alt=panel.alt)


def empty_box(title: str, words: str) -> None:
    """The place of a chart that has nothing to show yet, with what to do."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{title}**")
        st.caption(words)


def one_of(title: str, options: Sequence[str], names: dict[str, str], key: str) -> str | None:
    """A field to choose one value; None: all of them."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = None
    chosen: str | None = st.selectbox(
        title,
        options,
        index=None,
        format_func=lambda one: names.get(one, one),
        placeholder=_("all"),
        key=key,
        persist_state="session",
    )
    return chosen


def period(page: str) -> tuple[date | None, date | None]:
    """The fields of a period; None: no bound."""
    first = st.date_input(_("First day"), value=None, key=f"{page}_first", format="YYYY-MM-DD", persist_state="session")
    last = st.date_input(_("Last day"), value=None, key=f"{page}_last", format="YYYY-MM-DD", persist_state="session")
    return first, last


def midnight_of(day: date | None, *, after: bool = False) -> float | None:
    """The unix time at which a local day begins, or ends (`after`)."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=int(after)), datetime.min.time()).timestamp()
