"""
The providers' keys: whether each is set, and a test of it. A key itself is never shown, and never asked for here.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.health.words import COLOR, ICON, headline, say_finding
from dashboard.text import _, error_text
from engine import DraftmillError
from engine.profiles import Profile
from engine.reports import Finding, examine

_FOUND, _PROBLEM = "settings_key_findings", "settings_key_problem"


def keys_panel() -> None:
    """Draw a row for each provider that needs a key."""
    st.caption(
        _(
            "A key is read from its environment variable or from `secrets.toml` each time it is used: "
            "after you have written one there, test it without a restart."
        )
    )
    if problem := st.session_state.pop(_PROBLEM, ""):
        st.error(plain(problem), icon=":material/error:")
    catalog = shared.catalog()
    with st.container(border=True):
        for profile in map(catalog.profile, catalog.names()):
            if profile.key_env:
                _key(profile)


def provider_name(profile: Profile) -> str:
    """What a provider is called."""
    name = label(labels.PROVIDER, profile.name) if profile.name in labels.PROVIDER else profile.label
    return name or profile.name


def key_state(profile: Profile) -> tuple[str, str, Literal["green", "gray", "red"]]:
    """Whether a provider's key is set: the words, an icon and a colour."""
    problem = shared.key_problem(profile)
    if problem is None:
        return _("set"), ":material/key:", "green"
    if problem.value == "":
        return _("not set"), ":material/key_off:", "gray"
    return _("malformed"), ":material/key_off:", "red"


def _key(profile: Profile) -> None:
    words, icon, color = key_state(profile)
    with st.container(horizontal=True, vertical_alignment="center", key=f"settings_key_{profile.name}"):
        st.markdown(f"**{plain(provider_name(profile))}** · `{profile.key_env}`", width="stretch")
        st.badge(words, icon=icon, color=color)
        st.button(
            _("Test the key"),
            icon=":material/network_check:",
            on_click=_test,
            args=(profile.name,),
            key=f"settings_test_{profile.name}",
        )
    for finding in st.session_state.get(_FOUND, {}).get(profile.name, ()):
        _say(finding)


def _say(finding: Finding) -> None:
    words = " · ".join(filter(None, (headline(finding), say_finding(finding))))
    st.markdown(f":{COLOR[finding.state]}[{ICON[finding.state]} {plain(words)}]")


def _test(provider: str) -> None:
    """Ask the provider about its key; nothing is billed."""
    try:
        found = examine(shared.store(), shared.shipped(), [provider]).findings
    except DraftmillError as error:
        st.session_state[_PROBLEM] = error_text(error)
        return
    about_key = [one for one in found if one.question in ("key", "quota")]
    st.session_state[_FOUND] = {**st.session_state.get(_FOUND, {}), provider: about_key}
