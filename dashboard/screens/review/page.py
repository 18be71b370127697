"""
Review: read drafts, decide with one key each, take it back.

The filters are drawn once; the desk below them is a fragment, so a press of a key draws and sends only the desk.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.screens.exports import export_panel
from dashboard.screens.review import address
from dashboard.screens.review.desk import desk
from dashboard.screens.review.filters import filter_bar
from dashboard.screens.review.state import page_state
from dashboard.text import _


def show() -> None:
    """Draw the page."""
    wanted, unknown = address.read(_params())
    made = shared.store().drafts.count()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("Review"), width="content")
        if made:
            st.space("stretch")
            export_panel(wanted.every, "review")
    if not made:
        _empty()
        return
    _follow_link()
    filter_bar(wanted, unknown)
    st.fragment(desk)()


def _params() -> dict[str, str]:
    """
    The address, which the browser is told again whenever it names something else than at the last drawing.

    A page_link to the page that is open changes what the server is told and leaves the browser's address as it is.
    """
    params = st.query_params.to_dict()
    ours = {name: value for name, value in params.items() if name in ("tab", "view", "draft", *address.FIELDS)}
    if st.session_state.get("review_address") != ours:
        st.session_state["review_address"] = ours
        st.query_params.from_dict(params)
    return ours


def _follow_link() -> None:
    """Show the draft an address names, such as ?draft=12, in whatever tab it is."""
    here, named = page_state(), st.query_params.get("draft", "")
    if named != here.linked:
        here.linked = named
        if named.isdecimal():
            here.at = int(named)
            st.query_params["tab"] = "all"


def _empty() -> None:
    with st.container(border=True):
        st.subheader(_("Nothing to review yet"))
        st.markdown(_("Drafts appear here as soon as a run has made them."))
        st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")


show()
