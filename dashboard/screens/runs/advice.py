"""
Advice on a run, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import charts, forms, labels, shared
from dashboard.labels import label
from dashboard.text import N_, _, language, templates
from engine.messages import as_text
from engine.reports import Advice, Progress, advice_for

ON_SCREEN = {
    "advice.low_success": N_(
        "{success_rate:.1%} of the drafts were made ({drafted:,} of {settled:,}), under the target of 95 %. Retry "
        "failed asks again for the {missing:,} that are missing and for nothing else."
    ),
    "advice.errors": N_(
        "{error_rate:.1%} of the drafts failed ({failed:,} of {settled:,}), over the target of 5 %; the most frequent "
        "cause is: {cause}. The tab Calls shows a raw reply under Failures."
    ),
}
"""Advice that names a command, as a page says it."""
ICON = {"warn": ":orange[:material/warning:]", "hint": ":blue[:material/lightbulb:]"}


def advice_list(seen: Progress) -> None:
    """Every piece of advice, the pressing ones first; none is good news too."""
    st.markdown(f"**{_('Advice')}**")
    given = advice_for(shared.store(), seen.run.id)
    for advice in sorted(given, key=lambda one: one.severity != "warn"):
        st.markdown(f"{ICON[advice.severity]} {charts.plain(say_advice(advice))}")
        settings = {name: f"{value:g}" for name, value in advice.settings.items() if name in forms.SETTABLE}
        if settings and seen.run.unit == "draft":
            _apply(seen.run.id, advice.code, settings)
    if not given:
        st.caption(_("No suggestions so far."))


def _apply(run: int, code: str, settings: Mapping[str, str]) -> None:
    """A button that opens Launch with the run's form and these settings."""
    if st.button(_("Apply to a new run"), icon=":material/tune:", key=f"run_apply_{code}"):
        st.switch_page(shared.LAUNCH, query_params={"clone": str(run), **settings})


def say_advice(advice: Advice) -> str:
    """One piece of advice: evidence, what to do, what to set, the expected gain."""
    settings = {f"setting.{name}": label(labels.SETTING, name) for name in advice.settings if name in labels.SETTING}
    here = {code: _(words) for code, words in ON_SCREEN.items()}
    return as_text(advice.message, {**templates(language()), **settings, **here})
