"""
The figures of each arm, computed from the rows of its runs: measured, forecast, and promised by the guide.

Only finished trials count: a cancelled trial made fewer drafts than the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from engine.compare.arms import Arm
from engine.compare.quality import NO_QUALITY, ArmQuality, known_usd
from engine.compare.spread import Pace, interval, resampled, speed
from engine.limiter.forecast import PRIOR, Latency, Load, ceiling, expected_s, fit
from engine.limiter.limits import Limits
from engine.messages import NOTHING, Message
from engine.reports.estimate import load_of
from engine.reports.metrics import Summary, active_s, summarise
from engine.reports.progress import share_of_limit
from engine.spec import PRESETS, RunSpec, Tuning
from engine.store import RunRow, Store, Totals

GUIDE_BANDS: dict[str, tuple[float, float]] = {
    "serial": (1.0, 1.0),
    "concurrent": (3.0, 4.0),
    "batch": (2.0, 3.0),
    "combined": (8.0, 12.0),
}
"""Speed-up over serial, as the guide claims it."""

MEASURED = ("done", "incomplete")
SERIAL = "serial"
SAMPLED_RUNS = 3  # newest runs of each arm whose calls the forecast is fitted to
LEAST_CALLS = 3
MOST_CALLS = 10_000
ALIKE = 0.01  # speeds and costs closer than this are the same to anybody


@dataclass(frozen=True, slots=True)
class ArmReport:
    """An arm as measured so far; None means no data yet. Rates are shares 0..1, money is USD."""

    name: str
    tuning: Tuning
    trials_done: int
    runs: tuple[int, ...]
    """All its runs, the first trial first."""
    paces: tuple[Pace, ...] = ()
    """One for each trial that has ended."""
    items_per_s: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    speedup: float | None = None
    """Over the arm `serial`, else one call at a time of one draft, else the slowest."""
    guide_band: tuple[float, float] | None = None
    """The guide's speed-up; None where the speed-up is not over a serial arm."""
    predicted_items_per_s: float | None = None
    limit_items_per_s: float | None = None
    share_of_limit: float | None = None
    """At most 1; see `limit_note`."""
    limit_note: Message = NOTHING
    """That the arm is faster than the limit estimated; else empty."""
    success_rate: float | None = None
    error_rate: float | None = None
    rate_429: float | None = None
    tokens_an_item: float | None = None
    cost_a_draft: float | None = None
    cost_an_approved_draft: float | None = None
    acceptance: float | None = None
    """Approved of those reviewed."""
    yield_rate: float | None = None
    efficient: bool = False
    """No arm is both faster and cheaper."""
    provider: str = ""
    model: str = ""
    temperature: float | None = None
    judge: str = ""
    """The second model; empty: none."""
    style: str = ""
    """The version of the style note, "house@3"; empty: none."""
    quality: ArmQuality = NO_QUALITY
    cost_per_approved: float | None = None
    """Cost of a draft / acceptance, whatever share of the drafts is reviewed yet. None: too few are reviewed."""
    approved_per_h: float | None = None
    """Drafts per hour x acceptance, the time of the second model included."""


def arm_reports(
    store: Store, comparison: int, spec: RunSpec, arms: Sequence[Arm], rows: Sequence[RunRow]
) -> tuple[ArmReport, ...]:
    """
    Measure the arms.

    Args:
        store: Where the calls are.
        comparison: Its id, the seed of the intervals: a refresh shows the same ones.
        spec: What every run makes.
        arms: In the order they are shown.
        rows: The comparison's runs; of two for one arm and trial the first counts.
    """
    by_arm = _by_arm(arms, rows)
    figures = [_measured(store, arm, by_arm[arm.name], (comparison, number)) for number, arm in enumerate(arms)]
    return compared(_forecasts(store, spec, arms, figures, by_arm))


def _forecasts(
    store: Store, spec: RunSpec, arms: Sequence[Arm], figures: Sequence[ArmReport], by_arm: Mapping[str, list[RunRow]]
) -> list[ArmReport]:
    """One line through the calls of all arms of a model, so that an arm that is slower than the line is seen."""
    found = list(figures)
    for model in dict.fromkeys((arm.provider, arm.model) for arm in arms):
        places = [place for place, arm in enumerate(arms) if (arm.provider, arm.model) == model]
        runs = [by_arm[arms[place].name] for place in places]
        samples = _samples(store, runs)
        if len(samples) < LEAST_CALLS:
            continue
        latency, limits = fit(samples, PRIOR), _limits([row for some in runs for row in some])
        for place in places:
            used = _tuning_used(store, arms[place].tuning, by_arm[arms[place].name])
            found[place] = _forecast(found[place], load_of(spec, used, limits, spec.slots), latency)
    return found


def drafts_of(rows: Sequence[RunRow]) -> list[RunRow]:
    """The runs that make drafts, without the reviews of a second model."""
    return [row for row in rows if row.unit == "draft"]


def _by_arm(arms: Sequence[Arm], rows: Sequence[RunRow]) -> dict[str, list[RunRow]]:
    places: dict[tuple[str, int], RunRow] = {}
    for row in sorted(drafts_of(rows), key=lambda row: row.id):
        places.setdefault((row.arm or "", row.trial or 0), row)
    return {arm.name: [places[place] for place in sorted(places) if place[0] == arm.name] for arm in arms}


def _measured(store: Store, arm: Arm, runs: Sequence[RunRow], seed: Sequence[int]) -> ArmReport:
    ended = [row for row in runs if row.state in MEASURED]
    paces = [Pace(row.totals.drafted - row.totals.cached, wall_s(store, row)) for row in ended]
    empty = ArmReport(
        arm.name,
        arm.tuning,
        len(ended),
        tuple(row.id for row in runs),
        tuple(paces),
        guide_band=_guide_band(arm.tuning),
    )
    if not ended:
        return empty
    totals = _summed(ended)
    logs = resampled(paces, seed) if totals.drafted else None
    low, high = (None, None) if logs is None else interval(logs)
    reviewed = totals.approved + totals.rejected
    rates = _rates(summarise(totals))
    if None in map(known_usd, ended):
        rates.update(cost_a_draft=None, cost_an_approved_draft=None)
    return replace(
        empty,
        items_per_s=speed(paces),
        ci_low=low,
        ci_high=high,
        acceptance=totals.approved / reviewed if reviewed else None,
        **rates,
    )


def _rates(summary: Summary) -> dict[str, Any]:
    names = {field.name for field in fields(Summary)} & {field.name for field in fields(ArmReport)} - {"items_per_s"}
    return {name: getattr(summary, name) for name in names}


def wall_s(store: Store, row: RunRow) -> float:
    """
    Seconds from a run's first call to its last response, without the time it was paused.

    A run claimed by more than one process was paused while no call was in flight or waiting for a permit.
    """
    totals = row.totals
    if totals.first_sent_at is None or totals.last_ended_at is None:
        return 0.0
    whole_s = totals.last_ended_at - totals.first_sent_at
    if row.fence <= 1:
        return whole_s
    return active_s(store.calls.page(row.id, limit=MOST_CALLS), paused=True)


def _summed(rows: Sequence[RunRow]) -> Totals:
    """Counts and sums of several runs; first and last moments mean nothing over several and stay empty."""
    names = [f.name for f in fields(Totals) if f.name not in ("first_sent_at", "last_ended_at", "cost_is_estimate")]
    sums: dict[str, Any] = {name: sum(getattr(row.totals, name) for row in rows) for name in names}
    return Totals(**sums, cost_is_estimate=any(row.totals.cost_is_estimate for row in rows))


def _guide_band(tuning: Tuning) -> tuple[float, float] | None:
    """The guide depends on concurrency and batch size only."""
    for name, band in GUIDE_BANDS.items():
        preset = PRESETS[name]
        if not tuning.auto and (preset.concurrency, preset.batch_size) == (tuning.concurrency, tuning.batch_size):
            return band
    return None


def _samples(store: Store, by_arm: Sequence[Sequence[RunRow]]) -> list[tuple[int, float]]:
    """(items asked, seconds) of the arms' newest calls."""
    newest = [row for runs in by_arm for row in [one for one in runs if one.state in MEASURED][-SAMPLED_RUNS:]]
    return [sample for row in newest for sample in store.calls.run_latencies(row.id)]


def _limits(rows: Sequence[RunRow]) -> Limits:
    raw = max(rows, key=lambda row: row.id).limits if rows else {}
    return Limits(**{field.name: raw[field.name] for field in fields(Limits) if field.name in raw})


def _forecast(figures: ArmReport, load: Load, latency: Latency) -> ArmReport:
    limit = ceiling(load, latency).items_per_s
    share, note = share_of_limit(figures.items_per_s, limit)
    return replace(
        figures,
        predicted_items_per_s=load.items / expected_s(load, latency),
        limit_items_per_s=limit,
        share_of_limit=share,
        limit_note=note,
    )


def _tuning_used(store: Store, tuning: Tuning, runs: Sequence[RunRow]) -> Tuning:
    """The settings `auto` chose last in its newest trial: concurrency, and items per call."""
    ended = [row for row in runs if row.state in MEASURED and row.totals.calls]
    if not tuning.auto or not ended:
        return tuning
    newest = ended[-1]
    chosen = [Tuning(**change.after) for change in store.runs.changes(newest.id) if change.what == "tuning"]
    batch_size = max(1, round(newest.totals.asked / newest.totals.calls))
    return replace(chosen[-1] if chosen else tuning, batch_size=batch_size)


def compared(arms: Sequence[ArmReport]) -> tuple[ArmReport, ...]:
    """The same arms with their speed-up over the serial one, the efficient ones marked."""
    base = _base(arms)
    return tuple(
        replace(
            arm,
            guide_band=arm.guide_band if base and _is_serial(base) else None,
            speedup=_ratio(arm.items_per_s, base.items_per_s if base else None),
            efficient=_is_efficient(arm, arms),
        )
        for arm in arms
    )


def _base(arms: Sequence[ArmReport]) -> ArmReport | None:
    for arm in arms:
        if arm.name == SERIAL:
            return arm
    for arm in arms:
        if _is_serial(arm):
            return arm
    measured = [arm for arm in arms if arm.items_per_s]
    return min(measured, key=lambda arm: arm.items_per_s or 0.0, default=None)


def _is_serial(arm: ArmReport) -> bool:
    """One call at a time of one draft: what the guide's speed-ups are over."""
    return (arm.tuning.concurrency, arm.tuning.batch_size, arm.tuning.auto) == (1, 1, False)


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _is_efficient(arm: ArmReport, arms: Sequence[ArmReport]) -> bool:
    rivals = [other for other in arms if other.items_per_s is not None]
    return arm in rivals and not any(_beats(other, arm, in_money(rivals)) for other in rivals)


def _beats(other: ArmReport, arm: ArmReport, money: bool) -> bool:
    """Better in speed or cost, and not worse in the other."""
    faster = (other.items_per_s or 0.0) / max(arm.items_per_s or 0.0, 1e-9)
    theirs, ours = expense(other, money), expense(arm, money)
    if ours is None or theirs is None:
        return theirs is not None
    cheaper = 1.0 if ours == theirs else ours / max(theirs, 1e-12)
    return max(faster, cheaper) > 1 + ALIKE and min(faster, cheaper) >= 1 - ALIKE


def in_money(arms: Sequence[ArmReport]) -> bool:
    """Whether costs are compared in money; in tokens if a price is unknown, or nothing costs anything."""
    costs = [arm.cost_a_draft for arm in arms if arm.items_per_s]
    return None not in costs and any(costs)


def expense(arm: ArmReport, money: bool) -> float | None:
    """The cost of a draft: USD, or tokens where `in_money` says so."""
    return arm.cost_a_draft if money else arm.tokens_an_item
