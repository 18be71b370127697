"""
A notification of the browser when a run ends or pauses, for those who ask for it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import labels, stops
from dashboard.labels import label
from dashboard.screens.runs.cards import goes_on
from dashboard.screens.runs.names import how_far
from dashboard.text import _
from engine import RunRow

COOKIE = "draftmill_notify"
KEY = "run_notify"
_component = st.components.v2.component("draftmill_notify", js=Path(__file__).with_name("notify.js").read_text("utf-8"))


def notifications(row: RunRow, now: str) -> None:
    """While a run goes on, a switch; when it has stopped, the notification. The choice is kept in a cookie."""
    goes = goes_on(row)
    if KEY not in st.session_state:
        st.session_state[KEY] = st.context.cookies.get(COOKIE) == "1"
    if goes:
        st.toggle(_("Notify me when it stops"), key=KEY, persist_state="session")
    title = f"{_('Run {run}', run=row.id)}: {label(labels.RUN_STATUS, now)}"
    body = " · ".join(filter(None, (how_far(row), stops.title_of(row))))
    data = {"run": row.id, "goes": goes, "wanted": bool(st.session_state[KEY]), "title": title, "body": body}
    _component(data={**data, "cookie": COOKIE}, key="draftmill_notify")
