"""
How fast a run is and what limits it: the live speed, the detected limit, advice, the memory of this process.
"""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts.live import LimitStep, corner, limit_steps, live_ends, live_rows, live_spec
from dashboard.screens.runs.advice import advice_list
from dashboard.screens.runs.cards import goes_on
from dashboard.screens.runs.parameters import belief_words
from dashboard.text import _
from engine.profiles import save_profile
from engine.reports import ChangeRow, Progress, memory_mb

SPANS = 60
SHORTEST_SPAN_S = 0.25
RECENT_CALLS = 200
FIGURES = ("rpm", "tpm", "max_in_flight")
SURE = 0.9  # a detected limit can be saved from this certainty: docs/limiter.md
GUIDE = ((0.5, 1.0), (4.0, 8.0), (8.0, 12.0))
"""The guide's throughput, drafts/s: serial, improved, best."""


def speed_panel(seen: Progress) -> None:
    """The chart; beside it the detected limit and advice."""
    changes = shared.store().runs.changes(seen.run.id)
    chart, beside = st.columns([5, 3], gap="medium")
    with chart, st.container(border=True, height="stretch"):
        _chart(seen, changes)
    with beside, st.container(border=True, height="stretch"):
        _learned(seen, changes)
        advice_list(seen)
        _machine()


def _chart(seen: Progress, changes: list[ChangeRow]) -> None:
    st.markdown(f"**{_('Speed')}**")
    start = seen.totals.first_sent_at
    if start is None:
        st.caption(_("The chart starts with the first request."))
        return
    span_s = _span_s(seen, start)
    steps = _steps(seen, changes, start)
    spans = shared.store().calls.timeline(seen.run.id, span_s)
    expected = seen.expected_items_per_s
    ends = live_ends(spans, span_s, steps, expected, ended=not goes_on(seen.run))
    st.vega_lite_chart(
        [corner(ends), *live_rows(spans, span_s, start, steps, expected, _names(seen, steps))],
        live_spec({"seconds": _("Seconds"), "speed": _("Drafts per second"), "guide": _guide()}),
        key="run_speed",
        alt=_("Drafts per second over time, with the limit"),
    )


def _names(seen: Progress, steps: list[LimitStep]) -> dict[str, str]:
    """The names of the chart's lines, each with a piece of its line."""
    expected = _("expected for these settings: {rate}", rate=charts.rate(seen.expected_items_per_s))
    known = [step.items_per_s for step in steps if step.items_per_s is not None]  # the last may be known no longer
    limit = _("limit: {rate}", rate=charts.rate(known[-1] if known else None))
    return {"expected": f"┅ {expected}", "limit": f"{limit} ━"}


def _guide() -> str:
    serial, improved, best = (f"{low:g}–{high:g}" for low, high in GUIDE)
    words = _(
        "The guide's ranges, drafts per second: {serial} one request at a time, {improved} improved, {best} best."
    )
    return words.format(serial=serial, improved=improved, best=best)


def _steps(seen: Progress, changes: list[ChangeRow], start: float) -> list[LimitStep]:
    latencies = shared.store().calls.run_latencies(seen.run.id, RECENT_CALLS)
    return limit_steps(start, seen.run.limits, seen.run.tuning["batch_size"], changes, latencies)


def _span_s(seen: Progress, start: float) -> float:
    end = time.time() if goes_on(seen.run) else seen.totals.last_ended_at or start
    return max(SHORTEST_SPAN_S, (end - start) / SPANS)


def _learned(seen: Progress, changes: list[ChangeRow]) -> None:
    learned = [change for change in changes if change.what == "limits"]
    if not learned:
        return
    st.markdown(f"**{_('Detected rate limit')}**")
    newest = learned[-1]
    limits = {name: value for name, value in newest.after.items() if name in labels.LIMIT}
    st.markdown(charts.plain(_belief(newest)))
    if "refused" in newest.after:
        st.caption(_("Explains {explained} of {refused} refusals.", **_counts(newest)))
    provider = seen.run.provider
    kept = shared.store().profiles.all().get(provider, {}).get("limits")
    if kept == limits:
        st.caption(f":green[:material/check: {_('Saved as the limit of this provider.')}]")
        st.button(
            _("Remove the saved limit"), on_click=_save, args=(provider, None), type="tertiary", key="run_forget_limit"
        )
    elif newest.after.get("certainty", 1.0) < SURE:
        st.caption(_("It can be saved once it is {share} certain.", share=charts.percent(SURE)))
    elif any(limits.get(name) for name in FIGURES) and newest.after.get("parts", True):
        st.button(
            _("Save as this provider's limit"),
            icon=":material/bookmark_add:",
            on_click=_save,
            args=(provider, limits),
            key="run_keep_limit",
        )


def _belief(change: ChangeRow) -> str:
    """The limit, how sure it is, and why it changed last: "10 requests per 1 s: 96 % (it explains ...)."."""
    limit, why = belief_words(change.after), labels.change_reason(change.why)
    if "certainty" not in change.after:
        return _("{limit} ({why}).", limit=limit, why=why)
    sure = charts.percent(change.after["certainty"])
    return _("{limit}: {sure} certain ({why}).", limit=limit, sure=sure, why=why)


def _counts(change: ChangeRow) -> dict[str, str]:
    return {name: f"{change.after[name]:,}" for name in ("explained", "refused")}


def _save(provider: str, limits: dict[str, Any] | None) -> None:
    save_profile(shared.store(), shared.shipped(), provider, {"limits": limits})


def _machine() -> None:
    memory, took = f"{memory_mb():,.0f}", shared.store().commit_ms
    if took:
        said = _(
            "This process uses {memory} MB of memory; a database write takes {took} ms.",
            memory=memory,
            took=f"{took:.1f}",
        )
    else:
        said = _("This process uses {memory} MB of memory.", memory=memory)
    st.caption(said)
