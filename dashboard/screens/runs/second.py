"""
The second model on a run's page: its reviews so far, what they cost and save, and a form to ask for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.card import facts
from dashboard.screens.form.thresholds import accept_field, reject_field
from dashboard.screens.once import once
from dashboard.screens.opinion import tally
from dashboard.screens.runs.cards import GOING
from dashboard.text import _, error_text, plural
from engine import DraftmillError, Review, RunRow
from engine.reports import ReviewForecast, Saving, Thresholds, review_forecast, saving_of

BUTTON = "second_start"
SAMPLE = 20
ONLY = ("all", "flagged", "sample")
TICK_S = 1.0


def second_panel(row: RunRow) -> None:
    """Draw the reviews of a run, and the form that starts one; the run makes no drafts at the moment."""
    if not row.totals.drafted:
        st.caption(_("There is no draft to review."))
        return
    going = any(one.state in GOING for one in shared.store().runs.children(row.id, "review"))
    st.fragment(_passes, run_every=TICK_S if going else None)(row, going)
    if going:
        st.caption(_("Another review can be started when this one has ended."))
    else:
        _form(row)


def _passes(row: RunRow, going: bool) -> None:
    with shared.telling():
        passes = shared.store().runs.children(row.id, "review")
        if going and not any(one.state in GOING for one in passes):
            st.rerun()
        if passes:
            st.header(_("Second model"))
            for one in passes:
                _pass(one)
            _money(row, passes)


def _pass(row: RunRow) -> None:
    counts = shared.store().reviews.opinion_counts(row.id)
    with st.container(border=True, key=f"second_pass_{row.id}"):
        head, said, cost = st.columns([4, 4, 2], vertical_alignment="center")
        with head, st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(label(labels.RUN_STATE, row.state), color=labels.RUN_COLOR.get(row.state, "gray"))
            title = plain(f"{_('Review {run}', run=row.id)} · {row.model}")
            st.page_link(shared.RUNS, label=f"**{title}**", query_params={"run": str(row.id)})
        said.caption(plain(_said(row, counts)))
        cost.caption(plain(charts.money(row.totals.cost_usd)))


def _said(row: RunRow, counts: Any) -> str:
    if row.state in GOING:
        return _("{have} of {all} judgements", have=f"{row.totals.drafted:,}", all=f"{row.totals.planned:,}")
    parts = [tally((counts.ok, counts.fix, counts.reject))]
    if counts.blanks:
        parts.append(_("{share} of the blanks solved", share=charts.percent(counts.solved / counts.blanks)))
    if counts.approved or counts.rejected:
        own = {"approved": counts.approved, "rejected": counts.rejected}
        parts.append(_("{approved} auto-approved, {rejected} auto-rejected", **own))
    return " · ".join(parts)


def _money(row: RunRow, passes: Sequence[RunRow]) -> None:
    newest = passes[0]
    money = saving_of(shared.store(), shared.catalog(), row, passes)
    with st.container(border=True, key="second_money"):
        st.markdown(f":material/savings: **{_('Is it worth it?')}** {say_saving(money)}")
        st.html(
            facts(
                [
                    (_("Drafts, by {model}", model=row.model), _usd(money.drafts_usd)),
                    (_("Reviews, by {model}", model=newest.model), _usd(money.review_usd)),
                    (_("Total"), _usd(money.tiered_usd)),
                    (_("All drafts by the strong model"), _usd(money.strong_usd)),
                ]
            )
        )
        st.caption(_("Recorded costs; the last line is each call of this run at the strong model's price then."))


def say_saving(money: Saving) -> str:
    """One honest sentence: what is saved, against the guide's half."""
    share = money.share
    if share is None:
        return _("Unknown: a price is missing. Add it to providers.toml.")
    if share < 0:
        return _(
            "No: a fast model and a review cost {share} more than the strong model alone.", share=charts.percent(-share)
        )
    if money.keeps_the_promise:
        return _("Yes: {share} saved, which meets the target of 50 %.", share=charts.percent(share))
    return _("{share} saved, below the target of 50 %.", share=charts.percent(share))


def _usd(value: float | None) -> str:
    return charts.money(value) if value is not None else _("unknown price")


def _form(row: RunRow) -> None:
    st.caption(
        _("A second model reads and scores every draft, suggests fixes, and does the exercise without the answer key.")
    )
    if not st.toggle(_("Review with a second model"), key="second_form"):
        return
    with st.container(border=True):
        if row.totals.open:
            made = plural("{n} draft made so far", "{n} drafts made so far", row.totals.drafted)
            st.warning(_("This run has not ended: only the {made} can be reviewed.", made=made))
        _who()
        _which()
        _thresholds()
        st.number_input(_("Budget (USD)"), value=None, step=0.5, key="second_budget", placeholder=_("none"))
        chosen = _forecast(row)
        if problem := once(BUTTON).take().problem:
            st.error(plain(problem), icon=":material/error:")
        st.button(
            _start_words(chosen),
            type="primary",
            icon=":material/rate_review:",
            on_click=_start,
            args=(row.id, once(BUTTON).ticket),
            key=BUTTON,
        )


def _who() -> None:
    catalog = shared.catalog()
    provider, model = st.columns(2)
    with provider:
        name = st.selectbox(
            _("Provider"),
            catalog.names(),
            format_func=lambda one: label(labels.PROVIDER, one) if one in labels.PROVIDER else one,
            key="second_provider",
        )
    profile = catalog.profile(name)
    dearest = sorted(profile.models, key=lambda one: profile.price(one).output_usd, reverse=True) or [""]
    with model:
        st.selectbox(_("Model"), dearest, accept_new_options=True, key=f"second_model_{name}")
    problem = shared.start_problem(profile)
    if problem is not None:
        st.caption(plain(str(problem)))


def _which() -> None:
    which, size = st.columns(2)
    with which:
        st.segmented_control(
            _("Which drafts"),
            ONLY,
            format_func=lambda one: label(labels.ONLY, one),
            default="all",
            required=True,
            key="second_only",
        )
    if st.session_state["second_only"] == "sample":
        with size:
            st.number_input(_("How many"), value=SAMPLE, min_value=1, step=1, key="second_sample")


def _thresholds() -> None:
    accept, reject = st.columns(2)
    with accept:
        accept_field("second_accept", help=_("Only drafts without flags and with every blank solved. Can be undone."))
    with reject:
        reject_field("second_reject")


def _start_words(chosen: ReviewForecast | None) -> str:
    """The label of the button, with the calls and the cost of the chosen drafts."""
    words = _("Review the drafts by this model")
    if chosen is None or not chosen.drafts:
        return words
    calls, cost = plural("{n} call", "{n} calls", chosen.calls), plain(_cost(chosen))
    detail = _(", ").join((calls, _("about {cost}", cost=cost)))
    return _("{text} ({detail})", text=words, detail=detail)


def _cost(at: ReviewForecast) -> str:
    return charts.money(at.cost_usd) if at.price_known else f"≤ {charts.money(at.cost_usd)}"


def _forecast(row: RunRow) -> ReviewForecast | None:
    """What each choice of drafts costs and saves, before anything is started; returns the one that is chosen."""
    try:
        form = st.session_state.to_dict()
        asked = _asked(row.id, form)
        made = {only: _forecast_of(repr(one := replace(asked, only=_only(only, form))), one) for only in ONLY}
    except DraftmillError as error:
        st.caption(plain(error_text(error)))
        return None
    st.markdown(f"**{_('Cost and saving')}**")
    st.dataframe(
        [_forecast_row(label(labels.ONLY, only), at) for only, at in made.items()],
        hide_index=True,
        alt=_("Cost and saving"),
    )
    st.caption(_("Saved: compared with the strong model writing all drafts, with all reviews of this run counted."))
    return made[st.session_state["second_only"]]


@st.cache_data(ttl=5, max_entries=32, show_spinner=False)
def _forecast_of(what: str, _asked: Review) -> ReviewForecast:
    return review_forecast(shared.store(), shared.catalog(), _asked)


def _forecast_row(which: str, at: ReviewForecast) -> dict[str, str]:
    share = at.saving.share
    return {
        _("Which drafts"): which,
        _("Drafts"): f"{at.drafts:,}",
        _("Calls"): f"{at.calls:,}",
        _("Cost"): _cost(at) if at.drafts else charts.NONE,
        _("Saved"): charts.percent(share) if share is not None and at.drafts else charts.NONE,
    }


def _start(run: int, ticket: str) -> None:
    """The form as it is now, not as it was drawn: a figure may have changed with the same press."""
    form = st.session_state.to_dict()
    if once(BUTTON).start(ticket, lambda: [shared.runner().review(_asked(run, form))]).started:
        st.session_state["second_form"] = False


def _asked(run: int, form: Mapping[str, Any]) -> Review:
    """
    The review that the form describes.

    Raises:
        SpecError: a field is out of bounds.
    """
    return Review(
        run=run,
        provider=form["second_provider"],
        model=form[f"second_model_{form['second_provider']}"] or "",
        only=_only(form["second_only"], form),
        thresholds=Thresholds(form["second_accept"], form["second_reject"]),
        budget_usd=form["second_budget"],
    )


def _only(which: str, form: Mapping[str, Any]) -> str:
    """Which drafts, as Review takes it."""
    return f"sample:{int(form.get('second_sample', SAMPLE))}" if which == "sample" else which
