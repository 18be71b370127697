"""
The figures of a run as cards, each with its sparkline; colours tell the cards apart, they judge nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from dashboard import charts, shared
from dashboard.labels import Color
from dashboard.screens.runs.money import cost_words
from dashboard.text import _
from engine.reports import Progress

GOING = ("queued", "running")
"""States in which a run's figures still move."""
SPANS = 24
SHORTEST_SPAN_S = 0.5


def metric_cards(seen: Progress) -> None:
    """Draw the eight figures a run is judged by."""
    span_s = _span_s(seen)
    lines = charts.sparks(shared.store().calls.timeline(seen.run.id, span_s), span_s, seen.totals.planned)
    with st.grid(4, min_column_width=150):
        _quality(seen, lines)
        _price(seen, lines)


def _quality(seen: Progress, lines: charts.Sparks) -> None:
    totals, summary = seen.totals, seen.summary
    share = limit_words(seen)
    flagged = _("{n} flagged", n=f"{totals.flagged:,}")
    failed = _("{n} drafts failed", n=f"{totals.failed:,}")
    if seen.run.purpose == "review":
        flagged, failed = "", _("{n} judgements failed", n=f"{totals.failed:,}")
    refused = _("{n} rate-limited", n=f"{totals.http_429:,}")
    speed = _("Judgements per second") if seen.run.purpose == "review" else _("Drafts per second")
    _card(speed, charts.rate(summary.items_per_s), share, "green", lines.items_per_s)
    _card(_("Success"), charts.percent(summary.success_rate), flagged, "blue", lines.success)
    _card(_("Errors"), charts.percent(summary.error_rate), failed, "red", lines.errors)
    _card(_("429 rate"), charts.percent(summary.rate_429), refused, "orange", lines.rate_429)


def limit_words(seen: Progress) -> str:
    """The speed as a share of the limit, with what has to be said about the limit's estimate."""
    if seen.share_of_limit is None:
        return _("limit not known yet") if seen.limit_note.code else _("nothing measured")
    share = _("{share} of the limit", share=charts.percent(seen.share_of_limit))
    return share if not seen.limit_note.code else share + _(" (estimated too low)")


def _price(seen: Progress, lines: charts.Sparks) -> None:
    totals, summary = seen.totals, seen.summary
    tokens = _("{n} total", n=charts.count(totals.tokens_in + totals.tokens_out))
    each = cost_words(seen)
    tokens_title = _("Tokens per judgement") if seen.run.purpose == "review" else _("Tokens per draft")
    most = _("max. {n}", n=seen.run.tuning["concurrency"])
    repeated = _("{n} retries", n=f"{totals.retried:,}")
    _card(tokens_title, charts.count(summary.tokens_an_item), tokens, "violet", lines.tokens_an_item)
    _card(_("Cost"), charts.money(totals.cost_usd), each, "yellow", lines.cost)
    _card(_("Active requests"), charts.count(totals.in_flight), most, "blue", lines.in_flight)
    _card(_("Calls"), charts.count(totals.calls), repeated, "gray", lines.calls)


def _card(title: str, value: str, beside: str, color: Color, series: Sequence[float]) -> None:
    st.metric(
        title,
        value,
        charts.plain(beside) or None,
        delta_color=color,
        delta_arrow="off",
        border=True,
        height="stretch",
        chart_data=series,
        chart_type="area",
    )


def _span_s(seen: Progress) -> float:
    start = seen.totals.first_sent_at
    if start is None:
        return SHORTEST_SPAN_S
    end = time.time() if seen.run.state in GOING else seen.totals.last_ended_at or start
    return max(SHORTEST_SPAN_S, (end - start) / SPANS)
