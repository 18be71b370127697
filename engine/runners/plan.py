"""
Planning a run of drafts: its slots, and which of them are paid for already.
"""

from __future__ import annotations

from dataclasses import asdict

from engine.job import ComparisonPlace, Job
from engine.kinds import PROMPT_VERSION, fingerprints
from engine.providers import Profile
from engine.store import NewRun, RunRequest, Store
from engine.work import plan


def plan_job(
    store: Store,
    job: Job,
    profile: Profile,
    model: str,
    note: str,
    placed: ComparisonPlace | None,
    request: RunRequest | None = None,
) -> int:
    """
    Plan a run; see `Runner.submit`.

    Returns:
        Its id; it is queued. The id of the run that `request` has made before, if there is one.

    Raises:
        StoreError: it cannot be stored.
    """
    slots = plan(job.spec)
    base_url = "" if job.own_practice else profile.base_url
    prints = fingerprints(job.spec, slots, model, base_url)
    paid = store.drafts.cached(prints) if job.spec.reuse else {}
    cached = {slot.number: paid[found] for slot, found in zip(slots, prints, strict=True) if found in paid}
    new = NewRun(
        spec=job.spec,
        tuning=job.tuning,
        model=model,
        base_url=base_url,
        prompt_version=PROMPT_VERSION,
        limits={**asdict(profile.limits), "price_known": profile.knows_price(model), **job.settings()},
        preset=job.preset,
        note=note,
        comparison_id=placed.comparison if placed else None,
        arm=placed.arm if placed else None,
        trial=placed.trial if placed else None,
        request=request,
    )
    return store.runs.create(new, slots, prints, cached).result()
