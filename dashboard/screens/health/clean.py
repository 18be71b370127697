"""
Frees disk space, as a panel of the Health page: shows first what would be freed, and cleans after confirmation.
"""

from __future__ import annotations

import time

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.text import _, error_text, plural
from engine import Cleanup, DraftmillError, Store
from engine.reports import CleanupResult

DAY_S = 86_400
SAID = "clean_said"
PROBLEM = "clean_problem"


def clean_panel() -> None:
    """Draw the panel."""
    st.header(_("Free up space"))
    st.caption(_("Approved drafts, open runs and cost records are never deleted; all counts stay the same."))
    with shared.telling():
        sweep = _choice()
        swept = shared.store().cleanable(sweep)
        _found(sweep, swept)
        _button(sweep, swept)
    _last_result()


def _choice() -> Cleanup:
    days = st.number_input(_("Older than (days)"), 0, 3650, 30, key="clean_days", persist_state="session")
    with st.container(horizontal=True, gap="medium"):
        raw = st.checkbox(_("Raw replies"), True, key="clean_raw", persist_state="session")
        rejected = st.checkbox(_("Rejected drafts"), key="clean_rejected", persist_state="session")
        cancelled = st.checkbox(_("Empty cancelled runs"), key="clean_cancelled", persist_state="session")
    return Cleanup(time.time() - days * DAY_S, raw, rejected, cancelled)


def _found(sweep: Cleanup, swept: CleanupResult) -> None:
    with st.container(horizontal=True, gap="medium"):
        if sweep.raw:
            st.metric(
                _("Raw replies"), f"{swept.replies:,}", size(swept.reply_bytes), delta_color="off", delta_arrow="off"
            )
        if sweep.rejected:
            st.metric(
                _("Rejected drafts"), f"{swept.drafts:,}", size(swept.draft_bytes), delta_color="off", delta_arrow="off"
            )
        if sweep.cancelled:
            st.metric(
                _("Empty cancelled runs"),
                f"{swept.runs:,}",
                size(swept.run_bytes),
                delta_color="off",
                delta_arrow="off",
            )


def _button(sweep: Cleanup, swept: CleanupResult) -> None:
    if not (swept.replies or swept.drafts or swept.runs):
        st.caption(_("Nothing that old to clean."))
        return
    with st.popover(_("Clean …"), icon=":material/mop:", key="clean_open"):
        st.markdown(_("This cannot be undone: about {size} will be deleted.", size=size(swept.bytes)))
        if sweep.rejected:
            st.markdown(_("Rejected drafts keep their title and verdict; their text is deleted."))
        st.button(
            _("Clean now"), icon=":material/mop:", type="primary", on_click=_clean, args=(sweep,), key="clean_now"
        )


def _clean(sweep: Cleanup) -> None:
    store = shared.store()
    try:
        swept = store.clean(sweep).result()
        things = swept.replies + swept.drafts + swept.runs
        st.session_state[SAID] = plural("{n} item deleted", "{n} items deleted", things)
        st.session_state[SAID] += f" · {_freed(store)}"
    except DraftmillError as error:  # of the cleaning, or only of making the file smaller afterwards
        st.session_state[PROBLEM] = error_text(error)


def _freed(store: Store) -> str:
    freed = store.vacuum()
    if not store.is_file:
        return _("the database server reuses the space")
    return _("the file is {size} smaller", size=size(freed))


def _last_result() -> None:
    said, problem = st.session_state.pop(SAID, None), st.session_state.pop(PROBLEM, None)
    if said:
        st.success(said, icon=":material/check:")
    if problem:
        st.warning(plain(problem), icon=":material/info:")


def size(count: int) -> str:
    """Bytes for people: 1.5 MB."""
    for unit, many in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if count >= many:
            return f"{count / many:.1f} {unit}"
    return f"{count} B"
