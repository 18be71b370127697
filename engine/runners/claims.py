"""
Claims of runs and shares: a process takes a run that waits, or leaves it to workers; several at one moment.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from engine.errors import DraftmillError, StoreError
from engine.generate.run import Ending
from engine.process import lease_now, lease_s
from engine.runners.roles import Role
from engine.runners.worker import Worker
from engine.store import RunRow, Store
from engine.store.shares import ShareRow

log = logging.getLogger(__name__)


class Claims:
    """
    Takes runs for a worker.

    Args:
        store: Where the runs are.
        worker: Works on what is claimed.
        owner: This process's name in the rows of its runs.
        role: Whether it works on what it submits.
    """

    def __init__(self, store: Store, worker: Worker, owner: str, role: Role) -> None:
        self._store = store
        self._worker = worker
        self._owner = owner
        self._role = role
        self._held = threading.local()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Runs that this thread takes inside begin when it ends."""
        self._held.runs = held = dict[int, str | None]()
        try:
            yield
        finally:
            self._held.runs = None
            self._begin(held)

    def take(self, run: int, gone: str | None = None, ending: Ending | None = None) -> None:
        """Claim a run that waits and work on it, or leave it to the workers."""
        held = getattr(self._held, "runs", None)
        if held is None or ending is not None:
            self._begin({run: gone}, ending)
        else:
            held[run] = gone

    def claim(self, runs: Mapping[int, str | None], ending: Ending | None = None) -> bool:
        """
        Work on runs, or only read what is unread and end them; one that another process was quicker to take is left.

        Args:
            runs: Each with an owner that has provably ended, or None.
            ending: How they end.

        Returns:
            Whether it has taken one.
        """
        claims = {run: self._store.runs.claim(run, self._owner, lease_now(), lease_s(), runs[run]) for run in runs}
        claimed = {run: fence for run, claim in claims.items() if (fence := claim.result()) is not None}
        self._worker.take(claimed, ending)
        return bool(claimed)

    def try_again(self, run: int, at: float, check: Callable[[RunRow], object]) -> None:
        """Take up a paused run whose time has come (unix seconds), if `check` lets it; whoever asks first has it."""
        try:
            check(self._store.runs.get(run))
            if self._store.runs.auto_resume(run, at).result():
                self.take(run)
        except StoreError as error:
            log.info("run %d is not tried again yet: %s", run, error, extra={"action": "try_again_failed", "run": run})
        except DraftmillError as error:  # no key, another profile: waiting does not help
            log.warning("run %d waits no more: %s", run, error, extra={"action": "waits_no_more", "run": run})
            self._store.runs.cancel_auto_resume(run)

    def claim_share(self, share: ShareRow) -> bool:
        """Work on a share of a run; False where it is not free any more."""
        fence = self._store.shares.claim(share.id, self._owner, lease_now(), lease_s()).result()
        if fence is not None:
            self._worker.take_share(share, fence)
        return fence is not None

    def _begin(self, runs: Mapping[int, str | None], ending: Ending | None = None) -> None:
        for run in runs if self._role != "alone" else ():
            self._store.offers.add(run).result()
        if self._role != "offers" or ending is not None:
            self.claim(runs, ending)
