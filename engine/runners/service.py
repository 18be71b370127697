"""
A worker: takes the runs that are offered, and shares of runs, one process of many.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.errors import StoreError
from engine.generate.shares import shares_at_once
from engine.job import job_of
from engine.process import lease_s
from engine.runners.thread import Runner
from engine.store import RunRow, Store

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""Between two looks for runs."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """Work that is free: its run, its calls in flight at once, and how it is taken."""

    row: RunRow
    places: int
    take: Callable[[], bool]


def serve(store: Store, runner: Runner, places: int, stop: threading.Event) -> None:
    """
    Take offered runs and shares until the event is set; a database that is out of reach is waited for.

    Args:
        store: Where the runs are.
        runner: Works on them; its role is `serves`.
        places: Calls in flight at once; a run takes as many as its concurrency, a share its part of that.
        stop: Ends it; the runs go on until the runner is closed.
    """
    while not stop.wait(LOOK_S):
        try:
            take_free(store, runner, places)
        except StoreError as error:
            log.info("no runs are taken now: %s", error, extra={"action": "serve_failed"})


def take_free(store: Store, runner: Runner, places: int) -> int:
    """
    Take what nobody works on, the oldest runs first, as much as there are places for, at least one; how many.

    A run that needs no place, because it is made in shares, never waits for one.
    """
    used, taken = None, 0
    for offer in _offers(store, runner):
        if not runner.has_key(offer.row):
            continue
        used = _used(store, runner) if used is None else used  # it reads the totals of runs: not at every look
        if offer.places and used and used + offer.places > places:
            break
        if offer.take():
            used, taken = used + offer.places, taken + 1
    return taken


def _used(store: Store, runner: Runner) -> int:
    whole = map(store.runs.get, runner.worker.whole_runs)
    return sum(job_of(row).tuning.concurrency for row in whole) + runner.worker.shares.places


def _offers(store: Store, runner: Runner) -> Iterator[_Offer]:
    """Runs, and shares of runs that somebody has; runs are read as they are asked for: many may lack a key here."""
    offers, after = _shares(store, runner), 0
    while True:
        rows = [store.runs.get(run) for run in store.offers.free(lease_s(), after=after)]
        free = (row for row in rows if not runner.has(row.id))
        offers += [_Offer(row, _places(store, row, runner), partial(runner.claim, row.id)) for row in free]
        yield from sorted(offers, key=lambda one: (one.places > 0, one.row.id))
        if not rows:
            return
        offers, after = [], rows[-1].id


def _shares(store: Store, runner: Runner) -> list[_Offer]:
    shares = store.shares.free(lease_s()) if runner.share_places else []
    cut = {run: store.runs.get(run) for run in {share.run for share in shares}}
    return [_Offer(cut[one.run], one.places, partial(runner.claim_share, one)) for one in shares]


def _places(store: Store, row: RunRow, runner: Runner) -> int:
    """The calls in flight of a run; none of its own where it is, or will be, worked on in shares."""
    tuning, most = job_of(row).tuning, runner.share_places
    is_cut = most and (shares_at_once(row.totals.open, tuning, most) > 1 or (row.fence and store.shares.of(row.id)))
    return 0 if is_cut else tuning.concurrency
