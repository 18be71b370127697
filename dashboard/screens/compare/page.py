"""
Compare: set settings against each other, or read the comparison that ?comparison= names.

Reads top to bottom: the comparison named > else the form, the estimate and the button > those that were kept.
"""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from dashboard import forms, shared
from dashboard.screens.compare import estimate, reading
from dashboard.screens.compare.fields import arm_fields
from dashboard.screens.compare.listing import kept_list
from dashboard.screens.compare.one import one_comparison
from dashboard.screens.compare.state import FORM
from dashboard.screens.form.fields import what_to_make
from dashboard.screens.form.practice import practice_settings
from dashboard.screens.form.provider import profile_chosen, who_writes
from dashboard.screens.form.reading import ceiling_of
from dashboard.screens.form.start import PANEL, start_bar
from dashboard.screens.once import once
from dashboard.text import _
from engine import DraftmillError, StoreError, compare

NEW, KEPT = "new", "kept"


def show() -> None:
    """Draw the page."""
    clicked = once(estimate.BUTTON).take()
    for comparison in clicked.started:
        st.query_params["comparison"] = str(comparison)
    named = shared.named("comparison")
    if named is None:
        _start_page(clicked.problem)
        return
    try:
        report = compare.report(shared.store(), int(named))
    except (ValueError, OverflowError, StoreError):
        _unknown()
        return
    one_comparison(report)


def _start_page(problem: str) -> None:
    _clone()
    FORM.begin()
    st.title(_("Compare"))
    st.caption(
        _("The same drafts with several settings: which are fast, which are cheap, and is the difference significant?")
    )
    if _view() == KEPT:
        kept_list()
    else:
        _form(problem)


def _view() -> str:
    if not compare.reports(shared.store(), 1, 0):
        st.info(
            _(
                "Nothing has been compared yet. By default, the four presets and Auto are compared on the "
                "practice provider: no key, simulated cost, a few minutes."
            ),
            icon=":material/compare_arrows:",
        )
        return NEW
    return st.segmented_control(
        _("Show"),
        [NEW, KEPT],
        format_func=lambda view: _("New comparison") if view == NEW else _("Saved comparisons"),
        default=NEW,
        required=True,
        key="compare_view",
        label_visibility="collapsed",
    )


def _form(problem: str) -> None:
    profile = profile_chosen(FORM)
    job, arms, errors = reading.read()
    form, panel = st.columns([5, 3], gap="large")
    with form:
        arm_fields(errors, ceiling_of(profile), arms, forms.count(FORM.values()))
        what_to_make(FORM, errors, texts=True)
        who_writes(FORM, errors, profile)
        if forms.is_own_practice(FORM.values()):
            practice_settings(FORM, errors)
    with panel, st.container(border=True, key=PANEL):
        made = estimate.panel(job, arms, FORM.values()["trials"], errors)
        with start_bar(made):
            estimate.button(job, problem, ready=made is not None)


def _clone() -> None:
    """Fill the form in from the comparison that ?clone= names, once."""
    named = st.query_params.get("clone")
    if not named:
        return
    del st.query_params["clone"]
    with suppress(ValueError, DraftmillError):
        report = compare.report(shared.store(), int(named))
        row = next(iter(shared.store().runs.page(1, comparison_id=report.id)), None)
        if row is not None:
            FORM.put(reading.values_of(report, row))
            st.session_state["compare_view"] = NEW


def _unknown() -> None:
    st.title(_("There is no such comparison"))
    st.caption(_("This comparison does not exist here. The link may be from another installation."))
    st.page_link(shared.COMPARE, label=_("See all comparisons"), icon=":material/arrow_back:")


show()
