"""
Review: read drafts, decide with one key each, undo.

The filters are drawn once; the desk below them is a fragment, so a press draws and sends only the desk. It is drawn
every few seconds too, so that a tab follows what other reviewers do.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.screens.exports import export_panel
from dashboard.screens.review import address
from dashboard.screens.review.desk import desk
from dashboard.screens.review.filters import filter_bar
from dashboard.screens.review.focus import KEY, code
from dashboard.screens.review.recent import name_question, recent_menu
from dashboard.screens.review.saved import saved_menu
from dashboard.screens.review.shares import shares_menu
from dashboard.screens.review.state import page_state
from dashboard.text import _

FOLLOW_S = 8.0


def show() -> None:
    """Draw the page."""
    wanted, unknown = address.read(_params())
    made = shared.store().drafts.count()
    with st.container(horizontal=True, vertical_alignment="center", key="review_head"):
        st.title(_("Review"), width="content")
        if made:
            st.space("stretch")
            shares_menu(wanted)
            saved_menu(wanted)
            recent_menu()
            export_panel(wanted.every, "review")
    if not made:
        _empty()
        return
    if KEY not in st.session_state:  # the browser has just opened the page, and holds no cards
        page_state().have = {}
    _follow_link()
    shared.freeze_imports()
    name_question()
    filter_bar(wanted, unknown)
    st.fragment(desk, run_every=FOLLOW_S)()
    code()


def _params() -> dict[str, str]:
    """
    The query parameters of the page; the browser's address is written again whenever they have changed.

    A page_link to the page that is open changes those of the server and leaves the address as it is.
    """
    params = st.query_params.to_dict()
    ours = {name: value for name, value in params.items() if name in ("tab", "view", "sort", "draft", *address.FIELDS)}
    if st.session_state.get("review_address") != ours:
        st.session_state["review_address"] = ours
        page_state().move()
        st.query_params.from_dict(params)
    return ours


def _follow_link() -> None:
    """Show the draft an address names, such as ?draft=12, in whatever tab it is."""
    here, named = page_state(), st.query_params.get("draft", "")
    if named != here.linked:
        here.linked = named
        if named.isdecimal():
            here.show(int(named[:15]))
            st.query_params["tab"] = "all"


def _empty() -> None:
    with st.container(border=True):
        st.header(_("Nothing to review yet"))
        st.markdown(_("Drafts appear here as soon as a run has made them."))
        st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")


show()
