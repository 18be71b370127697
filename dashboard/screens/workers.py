"""
Who works on what, where several processes share a database: a line on a run's page, a table on Health.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from dashboard import charts, shared
from dashboard.screens.units import duration
from dashboard.text import _, message_text
from engine import RunRow
from engine.reports import HeldRun, WorkerRow, owner_name

LONG_S = 10.0
"""A run that no worker has taken for so long says what to do."""


def working_line(row: RunRow) -> None:
    """Say which process works on a run that goes on; draw nothing where it is this one."""
    if shared.runner().holds(row) or row.state not in ("queued", "running"):
        return
    if row.owner is None:
        _waiting(row)
        return
    workers = shared.store().offers.workers()
    held = next((one for worker in workers for one in worker.held if one.run == row.id and one.share is None), None)
    words = _("In work at {process}", process=_name(row.owner))
    if held is not None and held.for_s is not None:
        words = _("{text} ({detail})", text=words, detail=_("for {time}", time=duration(held.for_s)))
    st.caption(f":material/engineering: {charts.plain(words)}")
    _shares_lines(row, workers)


def _shares_lines(row: RunRow, workers: Sequence[WorkerRow]) -> None:
    """Say who makes which share of the run; draw nothing where one process makes it whole."""
    for worker in workers:
        for one in worker.held:
            if one.run == row.id and one.share is not None:
                place = _("Share {number} of {total}", number=one.share, total=one.shares)
                words = _("{text} ({detail})", text=place, detail=_name(worker.owner))
                st.caption(f":material/group_work: {charts.plain(words)}")


def _name(owner: str) -> str:
    return message_text(owner_name(owner))


def _waiting(row: RunRow) -> None:
    if not row.offered:
        return
    st.caption(f":material/hourglass_empty: {_('Waiting for a worker.')}")
    if time.time() - row.created_at > LONG_S:
        st.caption(_("No worker has taken it yet. Start one with `draftmill worker`, with the same database."))


def _share(held: HeldRun) -> str:
    """Which share of its run; empty where it is made whole."""
    if not held.shares:
        return ""
    return _("in {n} shares", n=held.shares) if held.share is None else f"{held.share} / {held.shares}"


def workers_panel() -> None:
    """A table of the processes that work on runs; draw nothing where one process has the database to itself."""
    store = shared.store()
    if store.is_file:
        return
    st.header(_("Workers"))
    rows = [
        {
            _("Process"): _name(worker.owner),
            _("Last heartbeat"): duration(worker.silent_s),
            _("Run"): held.run,
            _("Share"): _share(held),
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
