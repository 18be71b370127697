"""
Settings: who I am, the language, the providers' keys with a test of each, limits and prices.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared, signin
from dashboard.screens import person
from dashboard.screens.health.limits import limits_panel, prices_panel
from dashboard.screens.settings.keys import keys_panel, provider_name
from dashboard.text import LANGUAGE_KEY, LANGUAGES, _, language

_NAME, _LANGUAGE, _PROVIDER = "settings_name", "settings_language", "settings_provider"


def show() -> None:
    """Draw the page."""
    st.title(_("Settings"))
    with st.grid(2, min_column_width=300):
        with st.container(border=True, height="stretch"):
            _person()
        with st.container(border=True, height="stretch"):
            _choose_language()
    st.header(_("Keys"))
    keys_panel()
    st.header(_("Limits and prices"))
    _provider_settings()


def _person() -> None:
    st.markdown(f"**{_('Reviewer')}**")
    if signin.reviewer() is not None:
        st.text(signin.who())
        st.caption(_("The name comes from your sign-in."))
        return
    if _NAME not in st.session_state:
        st.session_state[_NAME] = person.chosen_name()
    st.text_input(_("Your name, for other reviewers"), key=_NAME, max_chars=person.LONGEST_NAME, on_change=_rename)
    st.caption(_("It is shown beside your decisions. This browser keeps it."))


def _rename() -> None:
    person.rename(st.session_state[_NAME])


def _choose_language() -> None:
    st.markdown(f"**{_('Language')}**")
    st.session_state[_LANGUAGE] = language()
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_LANGUAGE,
        label_visibility="collapsed",
        on_change=_speak,
    )
    st.caption(_("For the pages and their messages. The language of drafts is chosen on Launch."))


def _speak() -> None:
    st.session_state[LANGUAGE_KEY] = st.session_state[_LANGUAGE]


def _provider_settings() -> None:
    catalog = shared.catalog()
    profiles = {name: catalog.profile(name) for name in catalog.names()}
    if st.session_state.get(_PROVIDER) not in profiles:
        st.session_state[_PROVIDER] = next(iter(profiles))
    chosen = st.selectbox(
        _("Provider"),
        list(profiles),
        format_func=lambda name: provider_name(profiles[name]),
        key=_PROVIDER,
        persist_state="session",
        width=320,
    )
    st.caption(_("Changes apply to new runs. Empty fields and Reset restore the defaults."))
    with st.grid(2, min_column_width=300):
        with st.container(border=True, height="stretch"):
            limits_panel(profiles[chosen])
        with st.container(border=True, height="stretch"):
            prices_panel(profiles[chosen])


with shared.telling():
    show()
