"""
Launch: say what to make and how fast, see what it will take, start.

Reads top to bottom: fill the form in > read it > draw the fields with their errors > the estimate > the button.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from dashboard import forms, shared
from dashboard.charts import plain
from dashboard.screens import notices
from dashboard.screens.form import reading
from dashboard.screens.form.fields import how_fast, what_to_make
from dashboard.screens.form.practice import practice_settings
from dashboard.screens.form.provider import profile_chosen, who_writes
from dashboard.screens.form.reading import ceiling_of
from dashboard.screens.launch.estimate import estimate_panel, sample_panel
from dashboard.screens.launch.state import FORM
from dashboard.text import _, error_text
from engine import DraftmillError, Job, SpecError, job_of
from engine.reports import Estimate, estimate_of


def show() -> None:
    """Draw the page."""
    started = FORM.take("started")
    if started is not None:
        st.switch_page(shared.RUNS, query_params={"run": str(started)})
    _clone()
    FORM.begin()
    st.title(_("Launch"))
    notices.offer()
    st.caption(_("Make exactly as many drafts as you ask for, as fast as the provider allows."))
    profile = profile_chosen(FORM)
    n = forms.count(FORM.values())
    FORM.follow_size(n)
    job, errors = read_job()
    form, panel = st.columns([5, 3], gap="large")
    with form:
        what_to_make(FORM, errors)
        who_writes(FORM, errors, profile)
        if forms.is_own_practice(FORM.values()):
            practice_settings(FORM, errors)
        how_fast(FORM, errors, ceiling_of(profile), n)
    with panel:
        with st.container(border=True):
            estimate_panel(*_estimate(job), errors, play=job is not None and job.own_practice)
            _button(job)
        if job:
            with st.container(border=True):
                sample_panel(job.spec)


def read_job() -> tuple[Job | None, list[SpecError]]:
    """
    Read the whole form.

    Returns:
        The Job and no errors, or None and one error a field at fault.
    """
    form = FORM.values()
    spec, _errors = forms.read_spec(form)
    tuning, errors = forms.read_tuning(form, ceiling_of(profile_chosen(FORM)), spec.slots if spec else 0)
    return reading.read_job(FORM, tuning, "" if form["preset"] == forms.CUSTOM else form["preset"], errors)


def _clone() -> None:
    """Fill the form in from the run that ?clone= names, once."""
    run = st.query_params.get("clone")
    if not run:
        return
    del st.query_params["clone"]
    with suppress(ValueError, DraftmillError):
        row = shared.store().runs.get(int(run))
        fields = forms.values_of(job_of(row))
        # A comparison never reuses; a launch with its settings does, like any other.
        FORM.put({**fields, "reuse": True} if row.comparison_id is not None else fields)


def _estimate(job: Job | None) -> tuple[Estimate | None, int]:
    """The estimate, and how many of the drafts exist whether they are reused or not."""
    if job is None:
        return None, 0
    made = _estimated(repr(job), job)
    if job.spec.reuse:
        return made, made.cached
    reusing = replace(job, spec=replace(job.spec, reuse=True))
    return made, _estimated(repr(reusing), reusing).cached


@st.cache_data(ttl=2, max_entries=32, show_spinner=False)
def _estimated(what: str, _job: Job) -> Estimate:
    # A run of 100,000 slots takes a second to look up; opening an expander need not ask again.
    return estimate_of(shared.store(), shared.catalog(), _job)


def _button(job: Job | None) -> None:
    keyless = job is not None and shared.key_problem(job.profile(shared.catalog())) is not None
    st.button(
        _("Launch"),
        type="primary",
        icon=":material/rocket_launch:",
        width="stretch",
        disabled=job is None or keyless,
        key="launch_button",
        on_click=_launch,
        args=(FORM.nonce(),),
    )
    if keyless:
        st.caption(_("The provider's key is missing: see Model."))
    problem = FORM.take("problem")
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _launch(nonce: str) -> None:
    """Submit what the form says now. A second click of the same drawing carries a spent nonce and does nothing."""
    if not FORM.spend(nonce):
        return
    job, _errors = read_job()
    if job is None:
        return
    try:
        FORM.leave("started", shared.runner().submit(job))
    except DraftmillError as error:
        FORM.leave("problem", error_text(error))


show()
