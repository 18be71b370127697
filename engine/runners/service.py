"""
A worker: takes the runs that are offered, one process of many.
"""

from __future__ import annotations

import logging
import threading

from engine.errors import StoreError
from engine.job import job_of
from engine.process import lease_s
from engine.runners.thread import Runner
from engine.store import Store

log = logging.getLogger(__name__)

LOOK_S = 0.5
"""Between two looks for runs."""


def serve(store: Store, runner: Runner, places: int, stop: threading.Event) -> None:
    """
    Take offered runs until the event is set; a database that is out of reach is waited for.

    Args:
        store: Where the runs are.
        runner: Works on them; its role is `serves`.
        places: Calls in flight at once; a run takes as many as its concurrency.
        stop: Ends it; the runs go on until the runner is closed.
    """
    while not stop.wait(LOOK_S):
        try:
            take_free(store, runner, places)
        except StoreError as error:
            log.info("no runs are taken now: %s", error, extra={"action": "serve_failed"})


def take_free(store: Store, runner: Runner, places: int) -> int:
    """Take the oldest offered runs that nobody works on, as many as there are places for, at least one; how many."""
    used = sum(job_of(store.runs.get(run)).tuning.concurrency for run in runner.worker.runs)
    taken = 0
    for row in map(store.runs.get, store.offers.free(lease_s())):
        wants = job_of(row).tuning.concurrency
        if used + wants > places and used:
            break
        if not runner.has(row.id) and runner.has_key(row) and runner.claim(row.id):
            used, taken = used + wants, taken + 1
    return taken
