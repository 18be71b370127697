"""
A review of a run's drafts by a second model: which drafts, by whom, within which bounds; planned as a run of its own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from engine.errors import SpecError
from engine.job import ComparisonPlace, Job, Overrides, job_of
from engine.judge import MOST_DRAFTS, review_slots
from engine.judge.opinion import NO_THRESHOLDS, Thresholds, sample_size
from engine.practice import PracticeSettings
from engine.profiles import key_of
from engine.providers import Catalog, Profile
from engine.runners.run_status import OWN_REASONS
from engine.spec import RunSpec, Tuning
from engine.store import DraftFilter, NewRun, RunRow, Store

TUNING = Tuning(4, MOST_DRAFTS)
PRESET = "review"
UNCHANGED = Overrides()
MOST_PAUSED = 400


@dataclass(frozen=True, slots=True)
class Review:
    """
    What `Runner.review` takes.

    Raises:
        SpecError: `only` is not all, flagged or sample:N.
    """

    run: int
    provider: str
    model: str = ""
    """Empty: the provider's default."""
    only: str = "all"
    """all (those nobody has rejected), flagged, or sample:N."""
    thresholds: Thresholds = NO_THRESHOLDS
    budget_usd: float | None = None
    tuning: Tuning = TUNING
    overrides: Overrides = UNCHANGED
    practice: PracticeSettings | None = None

    def __post_init__(self) -> None:
        sample_size(self.only)

    def job(self, spec: RunSpec) -> Job:
        """The job of a review of drafts made for `spec`; its temperature is 0."""
        tuning = replace(self.tuning, batch_size=min(self.tuning.batch_size, MOST_DRAFTS), auto=False)
        asked = replace(
            spec,
            provider=self.provider,
            model=self.model,
            temperature=0.0,
            budget_usd=self.budget_usd,
            reuse=False,
        )
        return Job(asked, tuning, PRESET, self.overrides, self.practice, self.thresholds)


def review_of(row: RunRow) -> Review | None:
    """
    The review that the job of a comparison's run asks for; None: it asks for none.

    The second model's calls have the run's overrides only where its provider is the run's own.
    """
    job = job_of(row)
    if job.judge is None:
        return None
    return Review(
        run=row.id,
        provider=job.judge.provider,
        model=job.judge.model,
        thresholds=job.judge.thresholds,
        budget_usd=job.spec.budget_usd,
        overrides=job.overrides if job.judge.provider == job.spec.provider else UNCHANGED,
        practice=job.practice,
    )


def plan_judging(store: Store, catalog: Catalog, run: int) -> int | None:
    """
    Store the review by a second model that a comparison's run asks for, queued, once.

    Returns:
        Its id; None: the run asks for none, has it already, has no draft to judge, or another review of its arm is
            paused for a reason that this one would find again.

    Raises:
        UnknownRun: there is no such run.
        SpecError: the second model's key has gone, or its profile no longer allows it.
    """
    row = store.runs.get(run)
    asked = review_of(row)
    if asked is None or row.comparison_id is None or not row.totals.drafted or store.runs.children(run, "review"):
        return None
    if any(_holds_up(one, row) for one in store.runs.page(MOST_PAUSED, 0, "paused", row.comparison_id)):
        return None
    return plan_review(store, catalog, asked, ComparisonPlace(row.comparison_id, row.arm or "", row.trial or 0))


def _holds_up(paused: RunRow, row: RunRow) -> bool:
    return paused.reviewed_run is not None and paused.arm == row.arm and paused.why.code not in OWN_REASONS


def plan_review(
    store: Store, catalog: Catalog, review: Review, placed: ComparisonPlace | None = None, *, needs_key: bool = True
) -> int:
    """
    Store a review, queued.

    Args:
        store: Where the drafts are.
        catalog: The providers.
        review: Which drafts, by whom.
        placed: Its place in a comparison, beside the run it is about.
        needs_key: This process works on it, and not a worker.

    Returns:
        The id of its run.

    Raises:
        UnknownRun: there is no such run.
        SpecError: a field is out of bounds, the key is missing, the run is itself a review, or there is nothing to
            review.
    """
    row = store.runs.get(review.run)
    if row.reviewed_run is not None:
        raise SpecError("run", row.id, "run_is_review", run=row.reviewed_run)
    spec = RunSpec.from_json(row.spec)
    job = review.job(spec)
    profile = job.profile(catalog)
    if needs_key:
        key_of(profile)
    drafts = chosen_drafts(store, review)
    if not drafts:
        raise SpecError("only", review.only, "nothing_to_review", run=row.id)
    slots, subjects = review_slots(spec, drafts)
    new = _new_run(job, profile, review, placed)
    return store.runs.create(new, slots, [""] * len(slots), subjects=subjects).result()


def _new_run(job: Job, profile: Profile, review: Review, placed: ComparisonPlace | None) -> NewRun:
    model = job.model(profile)
    return NewRun(
        spec=job.spec,
        tuning=job.tuning,
        model=model,
        base_url="" if job.own_practice else profile.base_url,
        limits={**asdict(profile.limits), "price_known": profile.knows_price(model), **job.settings()},
        preset=PRESET,
        note=review.only,
        purpose="review",
        parent_run=review.run,
        comparison_id=placed.comparison if placed else None,
        arm=placed.arm if placed else None,
        trial=placed.trial if placed else None,
    )


def chosen_drafts(store: Store, review: Review) -> Sequence[tuple[int, str, int]]:
    """(id, topic, level) of the drafts a review is about; the same sample of a run each time."""
    flagged = True if review.only == "flagged" else None
    drafts = store.drafts.outlines(DraftFilter(run=review.run, flagged=flagged, not_review="rejected"))
    size = sample_size(review.only)
    if size is None or size >= len(drafts):
        return drafts
    places = sorted(random.Random(review.run).sample(range(len(drafts)), size))
    return [drafts[place] for place in places]
