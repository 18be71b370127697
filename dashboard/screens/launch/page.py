"""
Launch: say what to make and how fast, see what it will take, start.

Reads top to bottom: fill the form in > read it > draw the fields with their errors > the estimate > the button.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from dashboard import forms, shared
from dashboard.charts import plain
from dashboard.screens import notices
from dashboard.screens.command import command_panel, request_panel
from dashboard.screens.form import reading
from dashboard.screens.form.fields import how_fast, mark_fields, what_to_make
from dashboard.screens.form.material import material_fields
from dashboard.screens.form.practice import practice_settings
from dashboard.screens.form.provider import profile_chosen, who_writes
from dashboard.screens.form.reading import ceiling_of
from dashboard.screens.form.start import PANEL, start_bar
from dashboard.screens.launch.estimate import budget_note, estimate_panel, reuse_by_default, sample_panel
from dashboard.screens.launch.kept import keep_form, touched
from dashboard.screens.launch.recipe import recipe_popover
from dashboard.screens.launch.state import FORM, REUSE_CHOSEN
from dashboard.screens.once import once
from dashboard.text import _
from engine import DraftmillError, Job, SpecError, job_of
from engine.reports import Estimate, estimate_of, midnight

BUTTON = "launch_button"


def show() -> None:
    """Draw the page."""
    clicked = once(BUTTON).take()
    for run in clicked.started:
        st.switch_page(shared.RUNS, query_params={"run": str(run)})
    _clone()
    FORM.begin()
    keep_form()
    _head()
    profile = profile_chosen(FORM)
    n = forms.count(FORM.values())
    FORM.follow_size(n)
    job, errors = read_job()
    mark_fields(FORM, errors)
    reusing = _reusing(job)
    job = _with_choice(job, reusing)
    form, panel = st.columns([5, 3], gap="large")
    with form:
        what_to_make(FORM, errors, texts=True)
        material_fields(FORM, errors, n)
        who_writes(FORM, errors, profile)
        if forms.is_own_practice(FORM.values()):
            practice_settings(FORM, errors)
        how_fast(FORM, errors, ceiling_of(profile), n)
    with panel, st.container(key=PANEL):
        with st.container(border=True):
            estimate = _estimated(repr(job), job) if job else None
            existing = reusing.cached if reusing else 0
            estimate_panel(estimate, existing, errors, play=job is not None and job.own_practice)
            if job and estimate:
                budget_note(estimate, _budget_left(job))
            with start_bar(estimate):
                _button(job, clicked.problem)
        if job:
            _details(job)


def _head() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(_("Launch"), width="content")
        st.space("stretch")
        recipe_popover()
    notices.offer()
    st.caption(_("Make exactly as many drafts as you ask for, as fast as the provider allows."))


def _details(job: Job) -> None:
    """What a draft is like, the first request as it goes out, and the job as a command line."""
    with st.container(border=True):
        sample_panel(job.spec)
    for key, title, icon, panel in (
        ("request", _("What is sent"), ":material/outgoing_mail:", request_panel),
        ("command", _("Copy as CLI command"), ":material/terminal:", command_panel),
    ):
        folded = st.expander(title, icon=icon, key=f"launch_{key}", on_change="rerun")
        if folded.open:
            with folded:
                panel(job)


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
    _estimated.clear()  # an estimate from before the run does not count its drafts
    given = {name: st.query_params.pop(name) for name in forms.SETTABLE if name in st.query_params}
    with suppress(ValueError, DraftmillError):
        fields = forms.values_of(job_of(shared.store().runs.get(int(run))))
        # Whoever launches again wants other drafts: those of the run exist.
        FORM.put({**fields, "reuse": False})
        FORM.leave(REUSE_CHOSEN, True)
        touched()
        if given:
            FORM.put({"preset": forms.CUSTOM, **{name: forms.SETTABLE[name](value) for name, value in given.items()}})


def _reusing(job: Job | None) -> Estimate | None:
    """The estimate if existing drafts are used again: it tells how many there are."""
    if job is None:
        return None
    again = replace(job, spec=replace(job.spec, reuse=True))
    return _estimated(repr(again), again)


def _with_choice(job: Job | None, reusing: Estimate | None) -> Job | None:
    """The job with what was chosen about existing drafts, or with the default where nobody has chosen."""
    if job is None or reusing is None:
        return None
    if not FORM.left(REUSE_CHOSEN):
        FORM.put({"reuse": reuse_by_default(reusing)})
    return replace(job, spec=replace(job.spec, reuse=bool(FORM.values()["reuse"])))


def _budget_left(job: Job) -> float | None:
    """USD that the run may cost, by its own budget and what is left of the day's; None: there is no budget."""
    profile = job.profile(shared.catalog())
    budgets = [] if job.spec.budget_usd is None else [job.spec.budget_usd]
    if profile.budget_day_usd is not None:
        spent = shared.store().calls.spent_since(profile.name, midnight(time.time()))
        budgets.append(max(0.0, profile.budget_day_usd - spent))
    return min(budgets, default=None)


@st.cache_data(ttl=2, max_entries=32, show_spinner=False)
def _estimated(what: str, _job: Job) -> Estimate:
    # A run of 100,000 slots takes a second to look up; opening an expander need not ask again.
    return estimate_of(shared.store(), shared.catalog(), _job)


def _button(job: Job | None, problem: str) -> None:
    keyless = job is not None and shared.start_problem(job.profile(shared.catalog())) is not None
    st.button(
        _("Launch"),
        type="primary",
        icon=":material/rocket_launch:",
        width="stretch",
        disabled=job is None or keyless,
        key=BUTTON,
        on_click=_launch,
        args=(once(BUTTON).ticket,),
    )
    if keyless:
        st.caption(_("The provider's key is missing: see Model."))
    if problem:
        st.error(plain(problem), icon=":material/error:")


def _launch(ticket: str) -> None:
    """Submit what the form says now, once for every drawing of the button."""
    job, _errors = read_job()
    job = _with_choice(job, _reusing(job))
    if job is not None:
        once(BUTTON).start(ticket, lambda: [shared.runner().submit(job)])
        FORM.leave(REUSE_CHOSEN, False)


show()
