"""
The second model in money: what reviews saved so far, and what one would cost and save before it starts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from engine.errors import SpecError
from engine.job import job_of
from engine.judge import Judging, Saving, expected_usage, prompt_of, review_slots, saving
from engine.judge.money import PriceAt
from engine.kinds import Prompt
from engine.money.cost import cost_usd
from engine.profiles import edited
from engine.providers import Catalog, Profile
from engine.reports.brief import rounded
from engine.runners.reviews import Review, chosen_drafts
from engine.spec import RunSpec
from engine.store import DraftFilter, RunRow, Store, Subject, Totals
from engine.work import Packet

SAMPLED_CALLS = 8
"""Prompts that are written out to estimate those of a part of a review."""


@dataclass(frozen=True, slots=True)
class ReviewForecast:
    """What a review will take, and what writing with one model and reviewing with the other will have saved."""

    drafts: int
    calls: int
    tokens_in: int
    tokens_out: int
    cost_usd: float
    """At the price of this moment; without a price an upper bound."""
    price_known: bool
    saving: Saving


def review_forecast(store: Store, catalog: Catalog, review: Review) -> ReviewForecast:
    """
    Forecast a review before it starts, from the drafts it would judge.

    Raises:
        UnknownRun: there is no such run.
        SpecError: a field is out of bounds.
    """
    run = store.runs.get(review.run)
    spec = RunSpec.from_json(run.spec)
    job = review.job(spec)
    profile = job.profile(edited(catalog, store))
    model = job.model(profile)
    slots, drafts = review_slots(spec, chosen_drafts(store, review))
    packets = Judging(spec, store, run.id, review.thresholds).pack(slots, job.tuning.batch_size, 1)
    usage = expected_usage(_parts(store, spec, packets, dict(enumerate(drafts))))
    known, cost = profile.knows_price(model), cost_usd(usage, profile.price(model, at=time.time()))[0]
    passes = store.runs.children(run.id, "review")
    spent = _reviews_usd(store, catalog, passes)
    planned = spent + cost if spent is not None and known else None
    return ReviewForecast(
        drafts=len(set(drafts)),
        calls=len(packets),
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        cost_usd=cost,
        price_known=known,
        saving=_saving(store, catalog, run, planned, _price_at(profile, model)),
    )


def saving_of(store: Store, catalog: Catalog, run: RunRow, passes: Sequence[RunRow]) -> Saving:
    """
    What the reviews of a run saved.

    Args:
        store: Where the calls are.
        catalog: The providers, for the strong model's price.
        run: The run that wrote the drafts.
        passes: Its reviews, the newest first; the model of the newest counts as the strong one.
    """
    profile = _profile_of(store, catalog, passes[0]) if passes else None
    strong = _price_at(profile, passes[0].model) if profile else None
    return _saving(store, catalog, run, _reviews_usd(store, catalog, passes), strong)


def saving_figures(store: Store, catalog: Catalog, review: RunRow) -> dict[str, Any]:
    """
    The saving by its names on the command line: USD, and `saving` as a share 0..1; null where a price is missing.

    Args:
        store: Where the calls are.
        catalog: The providers.
        review: A review; its model counts as the strong one, all reviews of the run count as spent.
    """
    run = store.runs.get(review.parent_run or 0)
    others = [one for one in store.runs.children(run.id, "review") if one.id != review.id]
    money = saving_of(store, catalog, run, [review, *others])
    names = ("drafts_usd", "review_usd", "tiered_usd", "strong_usd")
    return {"saving": rounded(money.share), **{name: _usd(getattr(money, name)) for name in names}}


def spent_usd(totals: Totals, *, price_known: bool) -> float | None:
    """What a run cost; None where the ledger holds estimates at an unknown price."""
    billed = totals.cost_usd > 0 and not totals.cost_is_estimate
    return totals.cost_usd if price_known or billed else None


def _saving(store: Store, catalog: Catalog, run: RunRow, review_usd: float | None, strong: PriceAt | None) -> Saving:
    profile = _profile_of(store, catalog, run)
    known = profile is not None and profile.knows_price(run.model)
    fast = _price_at(profile, run.model) if profile else None
    return saving(store.calls.charges(run.id), spent_usd(run.totals, price_known=known), review_usd, strong, fast)


def _reviews_usd(store: Store, catalog: Catalog, passes: Sequence[RunRow]) -> float | None:
    spent = [spent_usd(one.totals, price_known=_knows_price(store, catalog, one)) for one in passes]
    return None if None in spent else sum(one or 0.0 for one in spent)


def _knows_price(store: Store, catalog: Catalog, row: RunRow) -> bool:
    profile = _profile_of(store, catalog, row)
    return profile is not None and profile.knows_price(row.model)


def _profile_of(store: Store, catalog: Catalog, row: RunRow) -> Profile | None:
    """The profile a run was made with, at today's prices; None where it is not known any more."""
    try:
        return job_of(row).profile(edited(catalog, store))
    except SpecError:
        return None


def _price_at(profile: Profile, model: str) -> PriceAt | None:
    return (lambda at: profile.price(model, at=at)) if profile.knows_price(model) else None


def _parts(
    store: Store, spec: RunSpec, packets: Sequence[Packet], drafts: dict[int, int]
) -> list[tuple[int, list[Prompt]]]:
    """The number of calls of each part, and the prompts of some of them, evenly chosen."""
    parts = [list(part) for _, part in groupby(packets, key=lambda packet: packet.slots[0].copy)]
    chosen = [part[:: -(-len(part) // SAMPLED_CALLS)] for part in parts]
    wanted = {drafts[slot.number] for part in chosen for packet in part for slot in packet.slots}
    rows = {row.id: row for row in store.drafts.page(DraftFilter(ids=sorted(wanted)), limit=len(wanted) or 1)}
    about = {
        slot: Subject(row.id, row.topic, row.level, row.content)
        for slot, draft in drafts.items()
        if (row := rows.get(draft)) is not None
    }
    return [
        (len(part), [prompt_of(spec, packet, about) for packet in some])
        for part, some in zip(parts, chosen, strict=True)
    ]


def _usd(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
