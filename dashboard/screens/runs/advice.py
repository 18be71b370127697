"""
Advice on a run, in the reader's language.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.text import _, language, templates
from engine.messages import as_text
from engine.reports import Advice, Progress, advice_for

ICON = {"warn": ":orange[:material/warning:]", "hint": ":blue[:material/lightbulb:]"}


def advice_list(seen: Progress) -> None:
    """Every piece of advice, the pressing ones first; none is good news too."""
    st.markdown(f"**{_('Advice')}**")
    given = advice_for(shared.store(), seen.run.id)
    for advice in sorted(given, key=lambda one: one.severity != "warn"):
        st.markdown(f"{ICON[advice.severity]} {charts.plain(say_advice(advice))}")
    if not given:
        st.caption(_("No suggestions so far."))


def say_advice(advice: Advice) -> str:
    """One piece of advice: evidence, what to do, what to set, the expected gain."""
    settings = {f"setting.{name}": label(labels.DIAL, name) for name in advice.settings if name in labels.DIAL}
    return as_text(advice.message, {**templates(language()), **settings})
