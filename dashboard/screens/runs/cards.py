"""
The figures of a run as cards, each with the sparkline of the same measure; a colour means that something is wrong.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import charts, shared
from dashboard.screens.runs.money import cost_words
from dashboard.screens.runs.names import unit_words
from dashboard.text import _
from engine import RunRow
from engine.reports import Progress

GOING = ("queued", "running")
"""States of a run that goes on, or was interrupted."""
SPANS = 24
SHORTEST_SPAN_S = 0.5
_COLORS = {"green": "#2f8978", "gray": "#8a9094", "orange": "#d08a3e", "red": "#c96a58"}
"""Of sparklines: they are seen on paper and on ink."""


@dataclass(frozen=True, slots=True)
class MetricCard:
    """One measure: its figure, a note, and the series that ends at the figure; some have no series."""

    title: str
    figure: str
    note: str
    series: Sequence[float] = ()
    color: Literal["green", "gray", "orange", "red"] = "gray"
    help: str | None = None


def goes_on(row: RunRow) -> bool:
    """Whether somebody works on a run or will: its figures still move. The process of an interrupted one has ended."""
    return row.state in GOING and shared.runner().status(row) != "interrupted"


def metric_cards(seen: Progress) -> None:
    """Draw the eight figures of a run."""
    span_s = _span_s(seen)
    wall_s = None if goes_on(seen.run) else seen.summary.wall_s
    spans = shared.store().calls.timeline(seen.run.id, span_s)
    with st.grid(4, min_column_width=150):
        for card in cards_of(seen, charts.sparks(spans, span_s, seen.totals.planned, wall_s)):
            _draw(card)


def cards_of(seen: Progress, lines: charts.Sparks) -> list[MetricCard]:
    """The cards of a run, with its series."""
    return [*_quality(seen, lines), *_price(seen, lines)]


def _quality(seen: Progress, lines: charts.Sparks) -> list[MetricCard]:
    totals, summary = seen.totals, seen.summary
    settled = totals.planned - totals.open
    made = _("{n} of {all} finished", n=f"{totals.drafted:,}", all=f"{settled:,}")
    failed = _("{n} of {all} finished", n=f"{totals.failed:,}", all=f"{settled:,}")
    refused = _("{n} of {all} calls", n=f"{totals.http_429:,}", all=f"{totals.calls:,}")
    speed = unit_words(seen.run, "speed")
    share = limit_share(seen.share_of_limit, noted=bool(seen.limit_note.code))
    return [
        MetricCard(speed, charts.rate(summary.items_per_s), share, lines.items_per_s, "green", _top_speed()),
        MetricCard(_("Success"), charts.percent(summary.success_rate), made),
        MetricCard(_("Errors"), charts.percent(summary.error_rate), failed, (), "red" if totals.failed else "gray"),
        MetricCard(
            _("429 rate"),
            charts.percent(summary.rate_429),
            refused,
            lines.rate_429,
            "orange" if totals.http_429 else "gray",
        ),
    ]


def _price(seen: Progress, lines: charts.Sparks) -> list[MetricCard]:
    totals, summary = seen.totals, seen.summary
    tokens = _("{n} total", n=charts.count(totals.tokens_in + totals.tokens_out))
    title = unit_words(seen.run, "tokens")
    most = _("max. {n}", n=seen.run.tuning["concurrency"])
    repeated = _("{n} retries", n=f"{totals.retried:,}")
    active = totals.in_flight if goes_on(seen.run) else 0
    return [
        MetricCard(title, charts.count(summary.tokens_an_item), tokens, lines.tokens_an_item),
        MetricCard(_("Cost"), charts.money(totals.cost_usd), cost_words(seen), lines.cost),
        MetricCard(_("Active requests"), charts.count(active), most, lines.in_flight),
        MetricCard(_("Calls"), charts.count(totals.calls), repeated, lines.calls),
    ]


def limit_share(share: float | None, *, noted: bool = False) -> str:
    """
    The speed as a share of the top speed of the settings, in words.

    Args:
        share: None: not known.
        noted: There is a note: the top speed is not known yet, or the run was faster than its estimate.
    """
    if share is None:
        return _("top speed not known yet") if noted else _("nothing measured")
    if share > 1 or noted:
        return _("above the estimated top speed")
    return _("{share} of the top speed", share=charts.percent(share))


def _top_speed() -> str:
    return _("Top speed: the most that these settings and the limits of the provider allow.")


def _draw(card: MetricCard) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(card.title, card.figure, help=card.help)
        st.caption(f":{card.color}[{charts.plain(card.note)}]" if _is_wrong(card) else charts.plain(card.note))
        if card.series:
            st.html(charts.spark_image(card.series, _COLORS[card.color]))


def _is_wrong(card: MetricCard) -> bool:
    return card.color in ("orange", "red")


def _span_s(seen: Progress) -> float:
    start = seen.totals.first_sent_at
    if start is None:
        return SHORTEST_SPAN_S
    end = time.time() if goes_on(seen.run) else seen.totals.last_ended_at or start
    return max(SHORTEST_SPAN_S, (end - start) / SPANS)
