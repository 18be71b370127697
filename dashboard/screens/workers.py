"""
Who works on what, where several processes share a database: a line on a run's page, a table on Health.
"""

from __future__ import annotations

import time

import streamlit as st

from dashboard import charts, shared
from dashboard.screens.units import duration
from dashboard.text import _, message_text
from engine import RunRow
from engine.reports import owner_name

LONG_S = 10.0
"""A run that no worker has taken for so long says what to do."""


def working_line(row: RunRow) -> None:
    """Say which process works on a run that goes on; draw nothing where it is this one."""
    if shared.runner().has(row.id) or row.state not in ("queued", "running"):
        return
    if row.owner is None:
        _waiting(row)
        return
    held = next((one for worker in shared.store().offers.workers() for one in worker.held if one.run == row.id), None)
    words = _("In work at {process}", process=message_text(owner_name(row.owner)))
    if held is not None and held.for_s is not None:
        words = _("{text} ({detail})", text=words, detail=_("for {time}", time=duration(held.for_s)))
    st.caption(f":material/engineering: {charts.plain(words)}")


def _waiting(row: RunRow) -> None:
    if not row.offered:
        return
    st.caption(f":material/hourglass_empty: {_('Waiting for a worker.')}")
    if time.time() - row.created_at > LONG_S:
        st.caption(_("No worker has taken it yet. Start one with `draftmill worker`, with the same database."))


def workers_panel() -> None:
    """A table of the processes that work on runs; draw nothing where one process has the database to itself."""
    store = shared.store()
    if store.is_file:
        return
    st.header(_("Workers"))
    rows = [
        {
            _("Process"): message_text(owner_name(worker.owner)),
            _("Last heartbeat"): duration(worker.silent_s),
            _("Run"): held.run,
            _("In work for"): duration(held.for_s),
            _("Drafts"): f"{held.drafted:,} / {held.planned:,}",
            _("Active requests"): held.in_flight,
        }
        for worker in store.offers.workers()
        for held in worker.held
    ]
    if rows:
        st.dataframe(rows, hide_index=True, alt=_("Workers"))
    else:
        st.caption(_("No process works on a run now."))
