"""
A run in words: its name, its topics, its state, how far it is.
"""

from __future__ import annotations

import streamlit as st

from dashboard import labels
from dashboard.labels import label
from dashboard.text import _, plural
from engine import RunRow


def state_badge(state: str) -> None:
    """The status of a run, as a chip."""
    st.badge(
        label(labels.RUN_STATUS, state),
        icon=labels.RUN_ICON.get(state, ":material/help:"),
        color=labels.RUN_COLOR.get(state, "gray"),
    )


def name(row: RunRow) -> str:
    """What a run is called: its number, kind, language and levels, all of them words of ours."""
    levels = _(", ").join(f"L{level}" for level in row.spec["levels"])
    kind, lang = label(labels.KIND, row.kind), label(labels.LANG, row.lang)
    if row.unit == "judgement":
        kind = _("Review of run {run}", run=row.parent_run)
    return f"{_('Run {run}', run=row.id)} · {kind} · {lang} · {levels}"


def how_far(row: RunRow) -> str:
    """How much of a run is there, in the words of what it makes."""
    have, planned = f"{row.totals.drafted:,}", f"{row.totals.planned:,}"
    return unit_words(row, "how_far_one" if row.totals.planned == 1 else "how_far", have=have, all=planned)


def speed(row: RunRow, rate: str) -> str:
    """A run's speed, in the words of what it makes."""
    return unit_words(row, "rate", rate=rate)


def unit_words(row: RunRow, what: str, **values: object) -> str:
    """A sentence about what a run makes, from `labels.UNIT`."""
    return _(labels.UNIT[row.unit][what], **values)


def topics(row: RunRow) -> str:
    """A run's topics in one line, as its writer wrote them."""
    named = row.spec["topics"]
    shown = _(", ").join(named[:5])
    more = len(named) - 5
    return f"{shown} {plural('and {n} more', 'and {n} more', more)}" if more > 0 else shown
