"""
The progress of a run: its figures, its speed compared with the limit, and the time left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.job import Job
from engine.limiter.forecast import PRIOR, Bottleneck, Latency, Load, ceiling, expected_s, fit
from engine.limiter.limits import Limits
from engine.messages import NOTHING, Message
from engine.reports.estimate import LATENCY_UNKNOWN, latency_before, load_of, measured, practice_latency
from engine.reports.metrics import Summary, summarise
from engine.spec import RunSpec, Tuning
from engine.store import CellRow, RunRow, Store, Totals

RECENT_CALLS = 200
LIMIT_TOO_LOW = "estimate.limit_too_low"
LIMIT_FOUND = "estimate.limit_found"
MUCH_LONGER = 3.0
"""Times the forecast, for the limits the run was started with; above this the page says why it takes longer."""
MOST_SHARE = 1.02
"""A share above is shown with a note; what is between is the scatter of the latencies."""
ENDED = ("done", "incomplete", "cancelled", "paused")


@dataclass(frozen=True, slots=True)
class Progress:
    """A run in figures; the speeds and the ETA are None until something was measured, the ETA also once it ended."""

    run: RunRow
    totals: Totals
    summary: Summary
    eta_s: float | None
    limit_items_per_s: float | None
    """The highest speed the limits and the latency allow; None until an answer of this server was timed."""
    expected_items_per_s: float
    """Forecast for these settings, pacing and throttle included; 0.0 while it is unknown."""
    share_of_limit: float | None
    """At most 1; see `limit_note`."""
    bottleneck: Bottleneck | None
    cells: Sequence[CellRow]
    price_known: bool
    """False: without a figure of the provider's own, a call counts at the dearest price there is."""
    limit_note: Message = NOTHING
    """Why there is no limit, or that the run is faster than the one estimated; else empty."""
    eta_note: Message = NOTHING
    """Why the time left is more than three times the forecast; else empty."""


def progress_of(store: Store, run: int, *, cells: bool = True) -> Progress:
    """
    The progress of a run, computed from its rows.

    Raises:
        UnknownRun: there is no such run.
    """
    row = store.runs.get(run)
    totals = row.totals
    summary = summarise(totals)
    spec, (tuning, limits, _) = RunSpec.from_json(row.spec), in_force(store, row)
    latency = _latency_of(store, row)
    bought = row.planned - totals.cached
    load = load_of(spec, tuning, limits, bought)
    best = ceiling(load, latency) if latency else None
    likely_s = expected_s(load, latency) if latency else 0.0
    rest = load_of(spec, tuning, limits, totals.open)
    eta_s = None if not latency or not best or row.state in ENDED else _eta_s(rest, latency, best.wall_s, summary)
    as_started = load_of(spec, tuning, configured(row), totals.open)
    share, note = share_of_limit(summary.items_per_s, best.items_per_s if best else None)
    return Progress(
        run=row,
        totals=totals,
        summary=summary,
        eta_s=eta_s,
        limit_items_per_s=best.items_per_s if best else None,
        expected_items_per_s=bought / likely_s if likely_s else 0.0,
        share_of_limit=share,
        bottleneck=best.bottleneck if best else None,
        cells=store.drafts.cells(run) if cells else (),
        price_known=bool(row.limits.get("price_known", True)),
        limit_note=note,
        eta_note=why_so_long(eta_s, expected_s(as_started, latency) if latency else 0.0),
    )


def why_so_long(eta_s: float | None, forecast_s: float) -> Message:
    """
    Why the time left is much longer than forecast; NOTHING where it is not.

    Args:
        eta_s: Seconds left; None: not known.
        forecast_s: The same with the limits the run was started with, at the same latency: so what makes the
            difference is a limit that was found since.
    """
    return Message(LIMIT_FOUND) if eta_s and eta_s > MUCH_LONGER * forecast_s > 0.0 else NOTHING


def share_of_limit(items_per_s: float | None, limit: float | None) -> tuple[float | None, Message]:
    """
    A speed as a share of the limit, never above 1.

    Returns:
        The share, None where either is not known, and what has to be said beside it: that the limit is not known, or
        that its estimate was too low; NOTHING in the usual case.
    """
    if limit is None:
        return None, Message(LATENCY_UNKNOWN)
    if not items_per_s or not limit:
        return None, NOTHING
    share = items_per_s / limit
    return min(1.0, share), Message(LIMIT_TOO_LOW) if share > MOST_SHARE else NOTHING


def configured(row: RunRow) -> Limits:
    """The limits a run was started with."""
    return _limits(row.limits)


def in_force(
    store: Store, row: RunRow, until: float | None = None, named: Sequence[str] = ()
) -> tuple[Tuning, Limits, bool]:
    """
    The settings and limits of a run: those of its start, or what was chosen and learned since.

    Args:
        store: Where its changes are.
        row: The run.
        until: Only changes of limits up to this time count; None: all.
        named: Reasons of changes for which the provider named the limit: such a limit does not count as learned.

    Returns:
        Tuning, limits, and whether the rate limit is one that the run found by itself.
    """
    changes = store.runs.changes(row.id)
    newest = {one.what: one for one in changes if until is None or one.what == "tuning" or one.at <= until}
    tuned, limited = newest.get("tuning"), newest.get("limits")
    limits = _limits({**row.limits, **(limited.after if limited else {})})
    learned = limited is not None and limited.why not in named and limits.rpm != configured(row).rpm
    return Tuning(**(tuned.after if tuned else row.tuning)), limits, learned


def _eta_s(rest: Load, latency: Latency, best_wall_s: float, summary: Summary) -> float:
    """
    The rest alone is too short where the window is already used up; the whole less what has passed is not.

    While calls are refused and it is not clear by which limit, the rest takes as long as what is made took.
    """
    if not rest.items:
        return expected_s(rest, latency)
    as_before_s = rest.items / summary.items_per_s if summary.items_per_s and _is_limit_unclear(rest, summary) else 0.0
    return max(expected_s(rest, latency), best_wall_s - summary.wall_s, as_before_s)


def _is_limit_unclear(rest: Load, summary: Summary) -> bool:
    return bool(summary.rate_429) and not (rest.limits.rpm or rest.limits.max_in_flight)


def _latency_of(store: Store, row: RunRow) -> Latency | None:
    """The latency of the run's answers, good or not, else of the server's earlier ones; None: not known."""
    own = store.calls.run_latencies(row.id, RECENT_CALLS)
    if Job.is_own_practice(row.provider, row.base_url):
        return fit(own, prior_of(row))
    return measured(own) or latency_before(store, row.provider, row.model, row.kind, row.lang, row.base_url)


def prior_of(row: RunRow) -> Latency:
    """The latency assumed until calls are measured: of the practice provider, that of its settings."""
    return practice_latency(row.limits.get("practice"), row.model) if row.provider == "practice" else PRIOR


def _limits(raw: Mapping[str, Any]) -> Limits:
    names = ("rpm", "tpm", "max_in_flight", "shape", "window_s")
    return Limits(**{name: raw[name] for name in names if name in raw})
