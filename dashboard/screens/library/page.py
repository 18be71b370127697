"""
Library: the style notes and word lists of a team, in numbered versions.
"""

from __future__ import annotations

import streamlit as st

from dashboard.screens.library.styles import styles_view
from dashboard.screens.library.words import words_view
from dashboard.text import N_, _

VIEWS = {"style": (N_("Style notes"), styles_view), "words": (N_("Word lists"), words_view)}


def show() -> None:
    """Draw the page."""
    st.title(_("Library"))
    st.caption(_("What your team brings to a run. Each change is a new version; a run keeps the version it used."))
    chosen = st.segmented_control(
        _("Show"),
        list(VIEWS),
        format_func=lambda name: _(VIEWS[name][0]),
        default="style",
        required=True,
        key="library_view",
        label_visibility="collapsed",
        persist_state="session",
    )
    VIEWS[chosen][1]()


show()
