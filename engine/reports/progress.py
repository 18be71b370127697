"""
What a job will take, and where a run stands: rows from the store, divided by metrics, set against forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.limiter.forecast import PRIOR, Bottleneck, Latency, Load, ceiling, expected_s, fit
from engine.limiter.limits import Limits
from engine.reports.estimate import _practice_latency, load_of
from engine.reports.metrics import Summary, summarise
from engine.spec import RunSpec, Tuning
from engine.store import GOOD, CellRow, RunRow, Store, Totals

RECENT_CALLS = 200
ENDED = ("done", "incomplete", "cancelled", "paused")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands; the speeds and the ETA are None until something was measured, the ETA also once it ended."""

    run: RunRow
    totals: Totals
    summary: Summary
    eta_s: float | None
    limit_items_per_s: float
    share_of_limit: float | None
    bottleneck: Bottleneck
    cells: Sequence[CellRow]
    price_known: bool
    """False: without a figure of the provider's own, a call counts at the dearest price there is."""


def progress_of(store: Store, run: int, *, cells: bool = True) -> Progress:
    """
    Where a run stands, computed from its rows.

    Raises:
        UnknownRun: there is no such run.
    """
    row = store.runs.get(run)
    totals = row.totals
    summary = summarise(totals)
    spec, (tuning, limits) = RunSpec.from_json(row.spec), _in_force(store, row)
    latency = _latency_of(store, row)
    bought = row.planned - totals.cached
    best = ceiling(load_of(spec, tuning, limits, bought), latency)
    rest = load_of(spec, tuning, limits, totals.open)
    eta_s = None if row.state in ENDED else _eta_s(rest, latency, best.wall_s, summary)
    share = summary.items_per_s / best.items_per_s if summary.items_per_s and best.items_per_s else None
    return Progress(
        run=row,
        totals=totals,
        summary=summary,
        eta_s=eta_s,
        limit_items_per_s=best.items_per_s,
        share_of_limit=share,
        bottleneck=best.bottleneck,
        cells=store.drafts.cells(run) if cells else (),
        price_known=bool(row.limits.get("price_known", True)),
    )


def _in_force(store: Store, row: RunRow) -> tuple[Tuning, Limits]:
    """What the run was started with, or what was chosen and learned since."""
    newest = {change.what: change.after for change in store.runs.changes(row.id)}
    return Tuning(**newest.get("tuning", row.tuning)), _limits({**row.limits, **newest.get("limits", {})})


def _eta_s(rest: Load, latency: Latency, best_wall_s: float, summary: Summary) -> float:
    """The rest alone is too short where the window is already used up; the whole less what has passed is not."""
    return max(expected_s(rest, latency), best_wall_s - summary.wall_s if rest.items else 0.0)


def _latency_of(store: Store, row: RunRow) -> Latency:
    own = [
        (call.asked, call.ended_at - call.sent_at)
        for call in store.calls.page(row.id, limit=RECENT_CALLS)
        if call.outcome in GOOD and call.ended_at is not None
    ]
    prior = _practice_latency(row.limits.get("practice")) if row.provider == "practice" else PRIOR
    return fit(own, prior)


def _limits(raw: Mapping[str, Any]) -> Limits:
    names = ("rpm", "tpm", "max_in_flight", "shape", "window_s")
    return Limits(**{name: raw[name] for name in names if name in raw})
