"""
Runs: all of them, or the one that ?run= names.
"""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.screens.runs.listing import runs_list
from dashboard.screens.runs.one import one_run
from dashboard.text import _
from engine import RunRow, UnknownRun


def show() -> None:
    """Draw the page."""
    named = shared.named("run")
    if named is None:
        runs_list()
        return
    try:
        row = shared.store().runs.get(int(named))
    except (ValueError, UnknownRun):
        _unknown(named)
        return
    if row.deleted_at is not None:
        _deleted(row)
        return
    one_run(row)


def _deleted(row: RunRow) -> None:
    st.title(_("Run {run}", run=row.id))
    at = datetime.fromtimestamp(row.deleted_at or 0.0).strftime("%Y-%m-%d %H:%M")
    st.info(_("The drafts of this run were deleted at {time}. Its calls stay in the accounts.", time=at))
    st.page_link(shared.RUNS, label=_("See all runs"), icon=":material/arrow_back:")


def _unknown(run: str) -> None:
    st.title(_("There is no such run"))
    st.caption(plain(_("Run {run} does not exist here. The link may be from another installation.", run=run)))
    st.page_link(shared.RUNS, label=_("See all runs"), icon=":material/arrow_back:")


show()
