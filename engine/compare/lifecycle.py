"""
The life of a comparison: estimate, start, cancel, resume. The runner works on its runs one after the other.

The row of a comparison holds its whole plan, so that `resume` finds what is left to do after any crash.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from engine.compare.arms import MOST_ROWS, Arm, check
from engine.errors import SpecError
from engine.job import ComparisonPlace, Job, Overrides, SecondModel
from engine.judge import planned_review
from engine.messages import NOTHING, Message
from engine.money.cost import cost_usd
from engine.profiles import edited, unlisted_model
from engine.providers import Catalog
from engine.reports.estimate import Estimate, estimate_of
from engine.runners.reviews import TUNING as REVIEW_TUNING
from engine.runners.run_status import OPEN_STATUSES, run_status_now
from engine.runners.thread import Runner
from engine.store import NewComparison, RunRow, Store

OPEN_STATES = ("queued", "running", "paused")
ENDED_STATES = ("done", "incomplete")
REVIEW_CALL_S = 4.0  # a call of a second model for five drafts, until one was timed

_one_at_a_time = threading.Lock()
"""A second click or tab must not submit the same runs at the same time."""


@dataclass(frozen=True, slots=True)
class ComparisonEstimate:
    """The work, cost and time of a whole comparison; `predicted` is items/s by arm, empty where it is not known."""

    runs: int
    drafts: int
    """In all runs together; each makes drafts / runs."""
    calls: int
    tokens: int
    cost_usd: float
    price_known: bool
    wall_s: float | None
    predicted: Mapping[str, float]
    unknown: Message = NOTHING
    """Why time and speeds are not known."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The drafts of an arm, or their review: what one trial of it takes."""

    arm: str
    provider: str
    calls: int
    tokens: int
    cost_usd: float
    price_known: bool
    wall_s: float | None
    made: Estimate | None = None
    """The estimate of the drafts; None: a review."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of the plan: which arm, which trial (1 the first)."""

    arm: Arm
    trial: int


def estimate_comparison(
    store: Store, catalog: Catalog, job: Job, arms: Sequence[Arm], trials: int
) -> ComparisonEstimate:
    """
    Forecast the calls, tokens, money and time of a comparison, and the speed of each arm.

    Raises:
        SpecError: as `check`, or the profile does not allow an arm.
    """
    check(arms, trials)
    parts = [part for arm in arms for part in _parts(store, catalog, job, arm)]
    drafts = [part for part in parts if part.made]
    unknown = next((part.made.unknown for part in drafts if part.made and part.made.wall_s is None), None)
    return ComparisonEstimate(
        runs=len(arms) * trials,
        drafts=trials * len(arms) * job.spec.slots,
        calls=trials * sum(part.calls for part in parts),
        tokens=trials * sum(part.tokens for part in parts),
        cost_usd=trials * sum(part.cost_usd for part in parts),
        price_known=all(part.price_known for part in parts),
        wall_s=None if unknown else trials * _longest_s(parts),
        predicted={} if unknown else {part.arm: part.made.items_per_s or 0.0 for part in drafts if part.made},
        unknown=unknown or NOTHING,
    )


def _parts(store: Store, catalog: Catalog, job: Job, arm: Arm) -> list[_Part]:
    """An arm's drafts, and its review by a second model."""
    own = arm.job_for(job)
    made = estimate_of(store, catalog, own)
    tokens = made.tokens_in + made.tokens_out
    parts = [_Part(arm.name, own.spec.provider, made.calls, tokens, made.cost_usd, made.price_known, made.wall_s, made)]
    if own.judge is not None:
        calls, usage = planned_review(own.spec)
        profile = edited(catalog, store).profile(own.judge.provider)
        model = own.judge.model or profile.default_model
        usd = cost_usd(usage, profile.price(model, at=time.time()))[0]
        tokens = usage.tokens_in + usage.tokens_out
        timed = store.calls.samples(profile.name, model, own.spec.kind, own.spec.lang, purpose="review")
        each_s = median(one.seconds for one in timed) if timed else REVIEW_CALL_S
        wall_s = calls * each_s / REVIEW_TUNING.concurrency
        parts.append(_Part(arm.name, profile.name, calls, tokens, usd, profile.knows_price(model), wall_s))
    return parts


def _longest_s(parts: Sequence[_Part]) -> float:
    """The time of the provider that takes longest: providers work side by side, the runs of one take turns."""
    lanes: dict[str, float] = {}
    for part in parts:
        lanes[part.provider] = lanes.get(part.provider, 0.0) + (part.wall_s or 0.0)
    return max(lanes.values(), default=0.0)


def start(
    store: Store,
    runner: Runner,
    job: Job,
    arms: Sequence[Arm],
    trials: int,
    *,
    note: str = "",
    seed: int | None = None,
) -> int:
    """
    Record a comparison and queue its runs.

    Args:
        store: Where the comparison is kept.
        runner: Works on its runs one after the other.
        job: What to make; its Tuning is replaced by each arm's.
        arms: What to compare.
        trials: How often each arm runs, 1 to 20.
        note: A name given by the user.
        seed: Of the order of the arms within each trial; None: another order each time.

    Returns:
        The comparison's id.

    Raises:
        SpecError: as `check`, the profile does not allow an arm, the key is missing, or the provider does not list the
            model of an arm; nothing was stored or bought.
        StoreError: it cannot be stored.
    """
    check(arms, trials)
    _check_models(runner, job, arms)
    turns = shuffled(arms, trials, random.Random(seed))
    spec = replace(job.spec, reuse=False)
    with _one_at_a_time, runner.together():
        comparison = store.comparisons.create(NewComparison(spec, _rows(job, arms, turns), trials, note)).result()
        for turn in turns:
            _submit(runner, comparison, job, turn, note)
    return comparison


def _check_models(runner: Runner, job: Job, arms: Sequence[Arm]) -> None:
    """
    Raises:
        SpecError: a profile does not allow an arm, the key of a provider is missing, or it does not list a model.
    """
    used: dict[tuple[str, str], tuple[str, str, Job]] = {}
    for arm in arms:
        own = arm.job_for(job)
        asked = {"model": own} if own.judge is None else {"model": own, "judge": _judging(own, own.judge)}
        for field, one in asked.items():
            used.setdefault((one.spec.provider, one.model(runner.check(one))), (field, arm.name, one))
    for (provider, model), (field, name, one) in used.items():
        nearest = unlisted_model(runner.check(one), model, asks=not one.own_practice)
        if nearest is not None:
            code = "model_unlisted_near" if nearest else "model_unlisted"
            raise SpecError(field, model, code, arm=name, provider=provider, nearest=nearest)


def _judging(job: Job, judge: SecondModel) -> Job:
    overrides = job.overrides if judge.provider == job.spec.provider else Overrides()
    return Job(replace(job.spec, provider=judge.provider, model=judge.model), REVIEW_TUNING, overrides=overrides)


def cancel(store: Store, comparison: int) -> None:
    """
    Cancel a comparison; finished runs stay, calls in flight finish and are kept.

    Args:
        store: Where the runs are; the process that works on a run reads the command from it.
        comparison: Its id.

    Raises:
        StoreError: there is no such comparison.
    """
    store.comparisons.get(comparison)
    # The queued ones first, the last of them first: none may start while another is being stopped.
    for row in sorted(_open_runs(store, comparison), key=lambda row: (row.state == "running", -row.id)):
        if (
            is_held(row)
            or not store.runs.end(row.id, "cancelled", Message("cancelled_by_hand"), fence=row.fence).result()
        ):
            # Claimed, perhaps this moment: it may have calls in flight, and only its own process lets them drain.
            store.runs.set_command(row.id, "cancel").result()


def resume(store: Store, runner: Runner, comparison: int) -> None:
    """
    Continue a comparison: its paused runs, those whose process has ended, and those that were never submitted,
    reviews included.

    Raises:
        StoreError: there is no such comparison.
        SpecError: the key has gone, or the profile no longer allows an arm.
    """
    row = store.comparisons.get(comparison)
    with _one_at_a_time, runner.together():
        rows = sorted(store.runs.page(MOST_ROWS, comparison_id=comparison), key=lambda one: one.id)
        for one in rows:
            if runner.status(one) in ("paused", "interrupted"):
                runner.resume(one.id)
        for one in (row for row in rows if row.state in ENDED_STATES):
            runner.judge(one.id)
        there = {(one.arm, one.trial) for one in rows}
        for turn in planned_turns(row.arms):
            if (turn.arm.name, turn.trial) not in there:
                _submit(runner, comparison, _job_of(row.arms, row.spec), turn, row.note)


def is_held(row: RunRow) -> bool:
    """Whether a process has claimed the run and still works on it."""
    return run_status_now(row) in OPEN_STATUSES


def shuffled(arms: Sequence[Arm], trials: int, rng: random.Random) -> list[Turn]:
    """Trial by trial, the arms in random order: a provider that gets slower affects all of them equally."""
    return [Turn(arm, trial) for trial in range(1, trials + 1) for arm in rng.sample(list(arms), len(arms))]


def planned_turns(rows: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """The plan in a comparison's row, in the order of its runs."""
    placed = [
        (place, Turn(Arm.from_json(raw), trial))
        for raw in rows
        for trial, place in enumerate(raw.get("places", ()), start=1)
    ]
    return [turn for _, turn in sorted(placed, key=lambda one: one[0])]


def _rows(job: Job, arms: Sequence[Arm], turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Each arm with the places of its trials in the plan, and the changes of the profile made by the job."""
    places: dict[Arm, list[int]] = {arm: [] for arm in arms}
    for place, turn in enumerate(turns):
        places[turn.arm].append(place)
    return [{**arm.to_json(), "places": places[arm], "settings": job.settings()} for arm in arms]


def _job_of(rows: Sequence[Mapping[str, Any]], spec: Mapping[str, Any]) -> Job:
    first = rows[0]
    return Job.from_row(spec, first["tuning"], "", first["settings"])


def _submit(runner: Runner, comparison: int, job: Job, turn: Turn, note: str) -> None:
    runner.submit(turn.arm.job_for(job), note, ComparisonPlace(comparison, turn.arm.name, turn.trial))


def _open_runs(store: Store, comparison: int) -> list[RunRow]:
    return [row for row in store.runs.page(MOST_ROWS, comparison_id=comparison) if row.state in OPEN_STATES]
