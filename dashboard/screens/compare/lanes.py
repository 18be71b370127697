"""
One run's calls in lanes, and the sentence that says why it was not faster.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts.paper import CONFIG
from dashboard.charts.timeline import MOST_CALLS, WAITED, LaneUse, lanes, lay_out, used
from dashboard.labels import label
from dashboard.screens.compare.words import arm_name
from dashboard.text import _, plural, sentences
from engine import compare

MUCH = 0.15
"""A share of the time that is worth naming as the reason."""


def lanes_panel(arms: list[compare.ArmReport]) -> None:
    """Choose an arm and a trial, see its calls."""
    with st.container(border=True):
        st.markdown(f"**{_('Why is one slow?')}**")
        arm_box, trial_box = st.columns([3, 1])
        slowest = len(arms) - 1
        with arm_box:
            names = [arm.name for arm in arms]
            name = st.selectbox(_("Settings"), names, slowest, format_func=arm_name, key="compare_lane_arm")
        arm = next(arm for arm in arms if arm.name == name)
        with trial_box:
            trials = list(range(1, len(arm.runs) + 1))
            trial = st.selectbox(_("Trial"), trials, key=f"compare_lane_trial_{arm.name}")
        _calls(arm.runs[trial - 1])


def _calls(run: int) -> None:
    store = shared.store()
    count = store.calls.count(run)
    calls = store.calls.page(run, MOST_CALLS, max(0, count - MOST_CALLS))
    if not calls:
        st.caption(_("No request has been sent yet."))
        return
    bars = lay_out(calls)
    st.caption(why(used(bars)))
    names = {WAITED: _("Waiting for the rate limit"), **{name: label(labels.OUTCOME, name) for name in labels.OUTCOME}}
    figure = lanes(
        bars,
        x_axis=_("Seconds since the run began"),
        names=names,
        hover=_("{outcome}: {took} s, {kept} of {asked} drafts"),
    )
    st.plotly_chart(
        figure,
        config=CONFIG,
        key="compare_lanes",
        alt=_("The calls of one run, each a bar from its start to its answer"),
    )
    if count > MOST_CALLS:
        st.caption(_("The first {n} calls are shown.", n=f"{MOST_CALLS:,}"))
    st.page_link(
        shared.RUNS, label=_("Open run {run}", run=run), icon=":material/monitoring:", query_params={"run": str(run)}
    )


def why(use: LaneUse) -> str:
    """The reason, from where the time of the lanes went."""
    at_once = plural("{n} call at a time", "{n} calls at a time", use.lanes)
    shares = _(
        "{at_once}: {answered} useful, {waited} waiting for the rate limit, {lost} without drafts, {idle} idle.",
        at_once=at_once,
        answered=_share(use.answered),
        waited=_share(use.waited),
        lost=_share(use.lost),
        idle=_share(use.idle),
    )
    return sentences(shares, _reason(use))


def _share(share: float) -> str:
    return charts.percent(round(share, 2))


def _reason(use: LaneUse) -> str:
    worst = max(("waited", use.waited), ("lost", use.lost), ("idle", use.idle), key=lambda pair: pair[1])
    if worst[1] < MUCH:
        return _("All lanes are busy with good calls: only a higher concurrency or batch size makes it faster.")
    return {
        "waited": _("Limited by the provider's rate limit: a higher concurrency would only wait longer."),
        "lost": _("Limited by refused and failed calls: see their reasons in the run."),
        "idle": _("Too few calls for this concurrency: some lanes were idle at the end."),
    }[worst[0]]
