"""
Launch: say what to make and how fast, see what it will take, start.

Reads top to bottom: fill the form in > read it > draw the fields with their errors > the estimate > the button.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from dashboard import forms, shared
from dashboard.charts import plain
from dashboard.screens.launch import state
from dashboard.screens.launch.estimate import estimate_panel, sample_panel
from dashboard.screens.launch.fields import how_fast, what_to_make
from dashboard.screens.launch.practice import practice_settings
from dashboard.screens.launch.provider import profile_chosen, who_writes
from dashboard.text import _
from engine import (
    CONCURRENCY,
    DraftmillError,
    Estimate,
    Job,
    Overrides,
    Profile,
    SpecError,
    adjusted,
    estimate,
    job_of,
)


def show() -> None:
    """Draw the page."""
    started = st.session_state.pop(state.STARTED, None)
    if started is not None:
        st.switch_page(shared.RUNS, query_params={"run": str(started)})
    _clone()
    state.begin()
    st.title(_("Launch"))
    st.caption(_("Ask for drafts and get exactly as many, as fast as the provider allows."))
    profile = profile_chosen()
    n = forms.count(state.values())
    state.follow_size(n)
    job, errors = read_job()
    form, panel = st.columns([5, 3], gap="large")
    with form:
        what_to_make(errors)
        who_writes(errors, profile)
        if forms.is_own_practice(state.values()):
            practice_settings(errors)
        how_fast(errors, _ceiling(profile), n)
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
    form = state.values()
    spec, errors = forms.read_spec(form)
    profile = profile_chosen()
    tuning, more = forms.read_tuning(form, _ceiling(profile), spec.slots if spec else 0)
    errors += more
    overrides = forms.read_overrides(form)
    errors += _refused(profile, overrides)
    practice = None
    if forms.is_own_practice(form):
        practice, more = forms.read_practice(form)
        errors += more
    if errors or spec is None or tuning is None:
        return None, errors
    job = Job(spec, tuning, "" if form["preset"] == forms.CUSTOM else form["preset"], overrides, practice)
    try:
        job.profile(shared.catalog())
    except SpecError as error:
        return None, [error]
    return job, []


def _ceiling(profile: Profile | None) -> int:
    return profile.max_concurrency if profile else CONCURRENCY[-1]


def _refused(profile: Profile | None, overrides: Overrides) -> list[SpecError]:
    if profile is None:
        return [SpecError("provider", state.values()["provider"], "choose one of the list")]
    errors = []
    for name, value in overrides.given().items():
        try:
            adjusted(profile, **{name: value})
        except SpecError as error:
            errors.append(error)
    return errors


def _clone() -> None:
    """Fill the form in from the run that ?clone= names, once."""
    run = st.query_params.get("clone")
    if not run:
        return
    del st.query_params["clone"]
    with suppress(ValueError, DraftmillError):
        state.put(forms.values_of(job_of(shared.store().run(int(run)))))


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
    return estimate(shared.store(), shared.catalog(), _job)


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
        args=(st.session_state[state.NONCE],),
    )
    if keyless:
        st.caption(_("The provider's key is missing: see under Who writes."))
    problem = st.session_state.pop(state.PROBLEM, None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _launch(nonce: str) -> None:
    """Submit what the form says now. A second click of the same drawing carries a spent nonce and does nothing."""
    if nonce != st.session_state.get(state.NONCE):
        return
    st.session_state[state.NONCE] = uuid.uuid4().hex
    job, _errors = read_job()
    if job is None:
        return
    try:
        st.session_state[state.STARTED] = shared.runner().submit(job)
    except DraftmillError as error:
        st.session_state[state.PROBLEM] = str(error)


show()
