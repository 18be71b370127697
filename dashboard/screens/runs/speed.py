"""
How fast a run goes and what holds it: the live speed under its limit line, what was learned, advice, the machine.
"""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts.live import LimitStep, limit_steps, live_rows, live_spec
from dashboard.screens.runs.advice import advice_list
from dashboard.screens.runs.cards import GOING
from dashboard.text import _
from engine.profiles import save_profile
from engine.reports import ChangeRow, Progress, memory_mb

SPANS = 60
SHORTEST_SPAN_S = 0.25
RECENT_CALLS = 200
FIGURES = ("rpm", "tpm", "max_in_flight")


def speed_panel(seen: Progress) -> None:
    """The chart, and beside it what to make of it."""
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
    key = f":green[:material/show_chart: {_('drafts per second')}]"
    if any(step.items_per_s is not None for step in steps):
        key += f" · :orange[:material/horizontal_rule: {_('limit: {rate}', rate=charts.rate(steps[-1].items_per_s))}]"
    st.caption(f"{key} · :blue[:material/square: {_('ranges expected by the guide')}]")
    st.vega_lite_chart(
        live_rows(shared.store().calls.timeline(seen.run.id, span_s), span_s, start, steps),
        live_spec({"seconds": _("Seconds"), "speed": _("Drafts per second")}),
        key="run_speed",
        alt=_("Drafts per second over time, with the limit"),
    )


def _steps(seen: Progress, changes: list[ChangeRow], start: float) -> list[LimitStep]:
    latencies = shared.store().calls.run_latencies(seen.run.id, RECENT_CALLS)
    return limit_steps(start, seen.run.limits, seen.run.tuning["batch_size"], changes, latencies)


def _span_s(seen: Progress, start: float) -> float:
    end = time.time() if seen.run.state in GOING else seen.totals.last_ended_at or start
    return max(SHORTEST_SPAN_S, (end - start) / SPANS)


def _learned(seen: Progress, changes: list[ChangeRow]) -> None:
    learned = [change for change in changes if change.what == "limits"]
    if not learned:
        return
    st.markdown(f"**{_('Detected rate limit')}**")
    limits = {name: value for name, value in learned[-1].after.items() if name in labels.LIMIT}
    st.markdown(
        charts.plain(_("{limit} ({why}).", limit=limit_words(limits), why=labels.change_reason(learned[-1].why)))
    )
    provider = seen.run.provider
    kept = shared.store().profiles.all().get(provider, {}).get("limits")
    if kept == limits:
        st.caption(f":green[:material/check: {_('Saved as the limit of this provider.')}]")
        st.button(
            _("Remove the saved limit"), on_click=_save, args=(provider, None), type="tertiary", key="run_forget_limit"
        )
    elif any(limits.get(name) for name in FIGURES):
        st.button(
            _("Save as this provider's limit"),
            icon=":material/bookmark_add:",
            on_click=_save,
            args=(provider, limits),
            key="run_keep_limit",
        )


def _save(provider: str, limits: dict[str, Any] | None) -> None:
    save_profile(shared.store(), shared.shipped(), provider, {"limits": limits})


def limit_words(limits: dict[str, Any]) -> str:
    """Limits as a person says them."""
    parts = []
    rpm, window_s = limits.get("rpm"), limits.get("window_s", 60.0)
    if rpm and limits.get("shape") == "even":
        parts.append(_("{n} requests/min, evenly spaced", n=f"{60 * rpm / window_s:,.3g}"))
    elif rpm:
        parts.append(_("{n} requests per {seconds} s", n=f"{rpm:,}", seconds=f"{window_s:.3g}"))
    if limits.get("tpm"):
        parts.append(_("{n} tokens per {seconds} s", n=f"{limits['tpm']:,}", seconds=f"{window_s:.3g}"))
    if limits.get("max_in_flight"):
        parts.append(_("{n} parallel requests", n=f"{limits['max_in_flight']:,}"))
    return _(", ").join(parts) or _("no limit")


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
