"""
Health: answers the guide's four questions by real checks, each with its figure and what to do.

Reads top to bottom: whom to ask > examine (kept for a minute) > the answers > what may be set of the provider.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.health.clean import clean_panel
from dashboard.screens.health.limits import limits_panel, prices_panel
from dashboard.screens.health.words import COLOR, ICON, STATE, asked, headline, say_finding
from dashboard.screens.settings.keys import key_state
from dashboard.screens.workers import workers_panel
from dashboard.text import _
from engine.profiles import Catalog, Profile
from engine.reports import Finding, Report, examine, providers_to_ask, worst

QUESTIONS = ("key", "quota", "network", "database")
"""The guide's four."""
MORE = ("model", "machine")
FRESH_S = 60
PROVIDER_KEY = "health_provider"


def show() -> None:
    """Draw the page."""
    catalog = shared.catalog()
    head, chosen = st.columns([5, 3], vertical_alignment="bottom", gap="large")
    with head:
        st.title(_("Health"))
    with chosen, st.container(horizontal=True, vertical_alignment="bottom"):
        provider = _choose(catalog)
        st.button(_("Check again"), icon=":material/refresh:", on_click=_forget, key="health_again")
    with st.spinner(_("Checking …"), show_time=True):
        report = _examined(provider, repr(catalog.profile(provider)))
    _verdict(report)
    _keys(catalog)
    _answers(report.findings)
    _settings(catalog.profile(provider))
    workers_panel()
    clean_panel()


def _choose(catalog: Catalog) -> str:
    names = catalog.names()
    if st.session_state.get(PROVIDER_KEY) not in names:
        st.session_state[PROVIDER_KEY] = providers_to_ask(catalog)[-1]
    return str(
        st.selectbox(
            _("Provider"),
            names,
            format_func=lambda name: _called(catalog.profile(name)),
            key=PROVIDER_KEY,
            persist_state="session",
        )
    )


def _called(profile: Profile) -> str:
    return label(labels.PROVIDER, profile.name) if profile.name in labels.PROVIDER else profile.label or profile.name


@st.cache_data(ttl=FRESH_S, max_entries=16, show_spinner=False)
def _examined(provider: str, what: str) -> Report:
    return examine(shared.store(), shared.shipped(), [provider])


def _forget() -> None:
    _examined.clear()


def _verdict(report: Report) -> None:
    state = worst(report.findings)
    at = datetime.fromtimestamp(report.at).strftime("%H:%M:%S")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(label(STATE, state), icon=ICON[state], color=COLOR[state])
        st.caption(_("Checked at {time}.", time=at))


def _keys(catalog: Catalog) -> None:
    """Which keys are set; their variables, never their values."""
    chips = []
    for profile in map(catalog.profile, catalog.names()):
        if profile.key_env:
            words, icon, color = key_state(profile)
            named = _("{text} ({detail})", text=plain(profile.key_env), detail=words)
            chips.append(f":{color}[{icon} {named}]")
    st.caption(f"{_('Keys:')} {' · '.join(chips)}")


def _answers(findings: Sequence[Finding]) -> None:
    for questions, columns, width in ((QUESTIONS, 4, 215), (MORE, 2, 300)):
        with st.grid(columns, min_column_width=width):
            for question in questions:
                with st.container(border=True, height="stretch", gap="small", key=f"health_{question}"):
                    _answer(question, [finding for finding in findings if finding.question == question])


def _answer(question: str, findings: Sequence[Finding]) -> None:
    state = worst(findings)
    mark = f":{COLOR[state]}[{ICON[state]}]" if findings else ":gray[:material/remove:]"
    st.markdown(f"{mark} **{asked(question)}**")
    if not findings:
        st.caption(_("Not checked: see the other results."))
        return
    heads = [words for finding in findings if (words := headline(finding))]
    if heads:
        st.markdown(f"## {plain(heads[0])}")
    for finding in findings:
        _sentence(finding)


def _sentence(finding: Finding) -> None:
    text = plain(say_finding(finding))
    if finding.state in ("good", "note"):
        st.caption(text)
    else:
        st.markdown(f":{COLOR[finding.state]}[{ICON[finding.state]}] {text}")
    if "where" in finding.figures and finding.code.startswith("database"):
        st.caption(plain(finding.figures["where"]))


def _settings(profile: Profile) -> None:
    st.header(_("Provider settings"))
    st.caption(_("Changes apply to new runs. Empty fields and Reset restore the defaults."))
    with st.grid(2, min_column_width=300):
        with st.container(border=True, height="stretch"):
            limits_panel(profile)
        with st.container(border=True, height="stretch"):
            prices_panel(profile)


with shared.telling():
    show()
