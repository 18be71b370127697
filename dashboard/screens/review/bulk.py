"""
All pending drafts of a tab at once: counted, confirmed, and undone by one press of U.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import shared
from dashboard.labels import label
from dashboard.screens.review import actions
from dashboard.screens.review.address import Wanted
from dashboard.screens.review.words import REASON, TAB, filter_words
from dashboard.text import N_, _, plural
from engine.review import Verdict

_ACTS: dict[Verdict, str] = {"approved": N_("Approve all"), "rejected": N_("Reject all")}

_DONE = "review_all_done"


def bulk_menu(wanted: Wanted, count: int) -> None:
    """Offer the two verdicts on all drafts of the tab."""
    asked = st.menu_button(
        _("Bulk actions ({n})", n=f"{count:,}"),
        tuple(_ACTS),
        format_func=lambda verdict: _(_ACTS[verdict]),
        icon=":material/done_all:",
        type="tertiary",
        key="review_all",
    )
    if asked:
        st.session_state.pop(_DONE, None)
        st.dialog(_(_ACTS[asked]))(_confirm)(wanted, asked)


def _confirm(wanted: Wanted, verdict: Verdict) -> None:
    if st.session_state.get(_DONE):
        st.rerun()
    ids = shared.store().drafts.ids(wanted.pending)
    st.markdown(_effect(verdict, len(ids), f"{label(TAB, wanted.tab)} · {filter_words(wanted)}"))
    st.caption(_("Drafts that arrive later are not included. Press U to undo."))
    note = _reason() if verdict == "rejected" else ""
    count = f"{len(ids):,}"
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="review_all_cancel"):
            st.rerun()
        st.button(
            _("Approve {n}", n=count) if verdict == "approved" else _("Reject {n}", n=count),
            type="primary" if verdict == "approved" else "secondary",
            icon=":material/check:" if verdict == "approved" else ":material/close:",
            disabled=not ids,
            # The ids counted above go with the press, so that nothing is decided that came in between.
            on_click=_decide,
            args=(ids, verdict, note),
            key="review_all_confirm",
        )


def _effect(verdict: Verdict, n: int, which: str) -> str:
    if verdict == "approved":
        return plural(
            "This will approve {n} pending draft ({which}).",
            "This will approve {n} pending drafts ({which}).",
            n,
            which=which,
        )
    return plural(
        "This will reject {n} pending draft ({which}).",
        "This will reject {n} pending drafts ({which}).",
        n,
        which=which,
    )


def _reason() -> str:
    reason = st.selectbox(
        _("Reason"),
        tuple(REASON),
        index=None,
        format_func=lambda one: label(REASON, one),
        placeholder=_("none"),
        key="review_all_reason",
    )
    return reason or ""


def _decide(ids: Sequence[int], verdict: Verdict, note: str) -> None:
    if not st.session_state.get(_DONE):  # the second click of two comes after that
        actions.decide_all(ids, verdict, note)
        st.session_state[_DONE] = True
