"""
The frame of every page: title, navigation, language switch.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import shared, signin
from dashboard.screens import browser
from dashboard.text import LANGUAGE_KEY, LANGUAGES, _, error_text, language
from engine import DraftmillError

LOGO = Path(__file__).with_name("logo.svg")


def frame() -> None:
    """Draw the frame and the screen that is open."""
    st.set_page_config(page_title="Draftmill", page_icon="🌾", layout="wide")
    st.logo(LOGO, size="large")
    _choose_language()
    browser.prepare()
    if not signin.may_in():
        return
    page = st.navigation(_pages())
    try:
        shared.runner()
    except DraftmillError as error:
        _closed(error)
        return
    browser.title(page.title)
    with shared.telling():
        page.run()


def _pages() -> list[st.Page]:
    launch = _("Choose what to make and how fast, check the estimate, and start.")
    runs = _("Watch a run, cancel it, retry failed drafts, or start it again with other settings.")
    compare = _("Compare settings: which are fast, which are cheap, and is the difference significant?")
    review = _("Read drafts and approve or reject them.")
    library = _("Style notes and word lists of your team, in numbered versions.")
    quality = _("Which drafts are approved, by model, kind, level and topic, and why others are rejected.")
    spend = _("What the calls cost, by day, provider, model, kind and run.")
    health = _("Is the key valid, is there quota, is the network stable, is the database healthy?")
    settings = _("Your name, the language, the keys, and the providers' limits and prices.")
    return [
        st.Page(
            shared.LAUNCH,
            title=_("Launch"),
            icon=":material/rocket_launch:",
            url_path="launch",
            help=launch,
            default=True,
        ),
        st.Page(shared.RUNS, title=_("Runs"), icon=":material/monitoring:", url_path="runs", help=runs),
        st.Page(shared.COMPARE, title=_("Compare"), icon=":material/compare_arrows:", url_path="compare", help=compare),
        st.Page(shared.REVIEW, title=_("Review"), icon=":material/fact_check:", url_path="review", help=review),
        st.Page(shared.LIBRARY, title=_("Library"), icon=":material/local_library:", url_path="library", help=library),
        st.Page(shared.QUALITY, title=_("Quality"), icon=":material/grading:", url_path="quality", help=quality),
        st.Page(shared.SPEND, title=_("Spend"), icon=":material/payments:", url_path="spend", help=spend),
        st.Page(shared.HEALTH, title=_("Health"), icon=":material/vital_signs:", url_path="health", help=health),
        st.Page(shared.SETTINGS, title=_("Settings"), icon=":material/settings:", url_path="settings", help=settings),
    ]


def _choose_language() -> None:
    """The language switch; the choice is kept in a cookie, and a link may carry one: ?language=zh."""
    st.session_state[LANGUAGE_KEY] = language()  # each time: a click before the switch is drawn would leave it empty
    with st.sidebar:
        st.segmented_control(
            "Language · 语言",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            key=LANGUAGE_KEY,
            width="stretch",
        )


def _closed(error: DraftmillError) -> None:
    st.title(_("The database cannot be opened"))
    st.error(_("Draftmill keeps its drafts in a database, and this one cannot be used. The error:"))
    st.code(error_text(error), language=None, wrap_lines=True)
    st.button(_("Try again"), type="primary", icon=":material/refresh:")


frame()
