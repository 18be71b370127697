"""
Notices above a page: runs that were interrupted, with the button that goes on; a database that cannot be written.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.screens.refill import priced
from dashboard.text import _, error_text, message_text, plural, sentences
from engine import DraftmillError, RunRow, compare
from engine.reports import clock_time, interrupted

NAMED = 5


def offer() -> None:
    """Offer to go on with what a crash or a restart has stopped; draw nothing where nothing was."""
    left = interrupted(shared.store(), shared.runner().has)
    problem = st.session_state.pop("offer_problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")
    if not left:
        return
    runs = [row.id for row in left if row.comparison_id is None]
    comparisons = sorted({row.comparison_id for row in left if row.comparison_id is not None})
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="offer"):
        st.markdown(f":material/power_off: {_what(len(runs), len(comparisons))}")
        for run in runs[:NAMED]:
            st.page_link(shared.RUNS, label=_("Run {run}", run=run), query_params={"run": str(run)})
        for comparison in comparisons[:NAMED]:
            link = {"comparison": str(comparison)}
            st.page_link(shared.COMPARE, label=_("Comparison {number}", number=comparison), query_params=link)
        st.space("stretch")
        st.button(
            priced(_("Resume"), {row.id: row.totals.open for row in left}),
            icon=":material/play_circle:",
            type="primary",
            key="offer_resume",
            on_click=_resume,
            args=(runs, comparisons),
        )


def _what(runs: int, comparisons: int) -> str:
    parts = [plural("{n} run was interrupted.", "{n} runs were interrupted.", runs)] if runs else []
    if comparisons:
        parts.append(plural("{n} comparison was interrupted.", "{n} comparisons were interrupted.", comparisons))
    return sentences(*parts, _("Nothing is lost: paid drafts are kept, only missing ones are requested."))


def trouble() -> None:
    """Say that this process cannot write the database, and what to do; draw nothing while it can."""
    if why := message_text(shared.store().trouble_message):
        st.error(
            _(
                "The database cannot be written. Nothing is lost and no new requests are sent. "
                "Runs continue automatically."
            ),
            icon=":material/hard_drive:",
        )
        st.code(why, language=None, wrap_lines=True)


def waits(row: RunRow) -> str:
    """When a paused run resumes automatically, in words; empty: it does not."""
    if row.retry_at is None:
        return ""
    return _("Next attempt at {time}.", time=clock_time(row.retry_at, time.time()))


def _resume(runs: list[int], comparisons: list[int]) -> None:
    """Go on with each; one that cannot go on does not hold up the others. A second click finds them resumed."""
    errors = list[DraftmillError]()
    actions: list[Callable[[], None]] = [partial(shared.runner().resume, run) for run in runs]
    actions += [partial(compare.resume, shared.store(), shared.runner(), one) for one in comparisons]
    for action in actions:
        try:
            action()
        except DraftmillError as error:
            errors.append(error)
    if errors:
        st.session_state["offer_problem"] = "; ".join(map(error_text, errors))
