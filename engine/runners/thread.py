"""
The runner of one process: who may start, pause, resume and cancel a run is decided here, the work is done by worker.

Screens and commands never touch a run's objects: they submit a job, leave a command in the store, and read the store.
"""

from __future__ import annotations

import atexit
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from engine.clock import Clock, RealClock
from engine.errors import DraftmillError, StoreError
from engine.job import ComparisonPlace, Job, job_of
from engine.process import is_gone, sign
from engine.profiles import edited, key_of
from engine.providers import Catalog, Profile
from engine.runners.active import CANCELLED, CLOSED, PAUSED
from engine.runners.build import ContextBuilder
from engine.runners.claims import Claims
from engine.runners.plan import plan_job
from engine.runners.refill import plan_refill
from engine.runners.reviews import Review, plan_judging, plan_review
from engine.runners.roles import Role, default_role
from engine.runners.run_status import GOING, OPEN_STATUSES, RunStatus, check_ours, run_status_now
from engine.runners.stopping import pause_run
from engine.runners.webhook import Deliveries, Webhook, read_webhook
from engine.runners.worker import MAX_ACTIVE, Worker
from engine.store import EVERY, DraftFilter, RunRequest, RunRow, Store
from engine.store.shares import ShareRow

LEAVE_S = 5.0
"""How long calls in flight are waited for when this process must end: a supervisor kills what takes longer."""
READ_POLL_S = 0.02


class Runner:
    """
    Submits, pauses, resumes, cancels; the work is done in the background.

    Args:
        store: Where jobs, commands and results meet.
        catalog: The providers.
        clock: Time; a scaled one only in benchmarks.
        waits: A run whose provider is down is tried again by itself, whichever process paused it.
        role: `alone` works on what it submits; `offers` leaves that to workers, and needs no key; `serves` is a worker.
            None: $DRAFTMILL_WORKERS decides between the first two.
        most: Most runs at once.
        share_places: Of a worker: most calls in flight of a share of a run; None: it works on whole runs.
        webhook: Is notified when a run ends or pauses; None: that of $DRAFTMILL_WEBHOOK_URL, if it is set.

    Raises:
        SpecError: the webhook of the environment is not a safe one.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        clock: Clock | None = None,
        *,
        waits: bool = False,
        role: Role | None = None,
        most: int = MAX_ACTIVE,
        share_places: int | None = None,
        webhook: Webhook | None = None,
    ) -> None:
        self._role = role or default_role()
        self.share_places = share_places
        self._store = store
        self._catalog = catalog
        self._clock = clock or RealClock()
        self._owner = sign()
        self._contexts = ContextBuilder(store, catalog, self._clock)
        found = webhook or read_webhook()
        deliveries = Deliveries(store, found, self._clock) if found else None
        resume = self._try_again if waits and self._role != "offers" else None
        self._worker = Worker(
            store, self._contexts, self._clock, self._owner, resume, self.judge, most, deliveries, share_places
        )
        self._claims = Claims(store, self._worker, self._owner, self._role)
        atexit.register(self.close, LEAVE_S)

    def __repr__(self) -> str:
        return f"Runner({self._owner}, {len(self._worker)} active)"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(0 if kind is KeyboardInterrupt else None)

    def check(self, job: Job) -> Profile:
        """
        The profile of a job, once its key is known to be here; who offers runs to workers needs none.

        Raises:
            SpecError: its key is missing, or the profile no longer allows the job.
        """
        profile = job.profile(edited(self._catalog, self._store))
        if self.needs_keys:
            key_of(profile)
        return profile

    def submit(
        self, job: Job, note: str = "", placed: ComparisonPlace | None = None, request: RunRequest | None = None
    ) -> int:
        """
        Plan a run and queue it.

        Args:
            job: What to make, and how fast.
            note: The user's own words.
            placed: The run's place in a comparison.
            request: From outside: where it has made a run before, nothing is planned.

        Returns:
            The run's id; its slots are stored, those already paid for are filled if the spec says `reuse`.

        Raises:
            SpecError: something in the job is out of bounds, or its key is missing or malformed.
            StoreError: the run cannot be stored.
        """
        profile = self.check(job)
        run = plan_job(self._store, job, profile, job.model(profile), note, placed, request)
        self._claims.take(run)
        return run

    def review(self, review: Review) -> int:
        """
        Let a second model judge a run's drafts: a run of its own, with its own budget.

        Returns:
            The review's id.

        Raises:
            UnknownRun: there is no such run.
            SpecError: something is out of bounds, the key is missing, or there is nothing to review.
        """
        run = plan_review(self._store, edited(self._catalog, self._store), review, needs_key=self.needs_keys)
        self._claims.take(run)
        return run

    def judge(self, run: int) -> int | None:
        """Start the review that a comparison's run asks for, once; see `plan_judging`."""
        if (review := plan_judging(self._store, edited(self._catalog, self._store), run)) is not None:
            self._claims.take(review)
        return review

    def resume(
        self, run: int, *, retry: bool = False, budget_usd: float | None = None, budget_day_usd: float | None = None
    ) -> None:
        """
        Go on with a paused, cancelled or incomplete run, or with one whose process is gone: its open slots, and with
        `retry` those that failed or were cancelled; with another budget where one is given. A run this process works
        on is left alone.

        Raises:
            UnknownRun: there is no such run.
            RunHeld: another process works on it, or may come back to it; the message says until when.
            SpecError: its key has gone, the profile no longer allows it, or a budget is out of bounds or spent already.
            StoreError: it is pausing, or it is done, or its budget is to change while it is at work.
        """
        row = self._store.runs.get(run)
        now = self.status(row)
        job = job_of(row).funded(row.totals.cost_usd, budget_usd, budget_day_usd)
        if now in OPEN_STATUSES:
            check_ours(row, now, ours=self.has(row.id))
        if now == "done":
            raise StoreError("run_done", run=run)
        if budget_usd is not None or budget_day_usd is not None:
            self._store.runs.set_budget(run, budget_usd=budget_usd, budget_day_usd=budget_day_usd).result()
        if now in OPEN_STATUSES:
            return
        self.check(job)
        if now != "interrupted":
            self._store.runs.reopen(run, ("failed", "cancelled") if retry else ()).result()
        self._claims.take(run, gone=row.owner if is_gone(row.owner) else None)

    def pause(self, run: int) -> None:
        """
        Ask whoever works on the run to pause it: calls not sent are not sent, calls in flight drain and are kept. A
        run that waits to be tried again by itself no longer does. On a paused run, and the second time, nothing more.

        Raises:
            UnknownRun: there is no such run.
            StoreError: it has ended.
        """
        row = self._store.runs.get(run)
        pause_run(self._store, row, self.status(row))

    def refill(self, run: int, chosen: DraftFilter = EVERY) -> int:
        """
        Ask again for the rejected drafts of a run: exactly those, in a run of their own.

        Args:
            run: The run they came from.
            chosen: Only those of its rejected drafts.

        Returns:
            The new run's id.

        Raises:
            UnknownRun: there is no such run.
            SpecError: its key is missing, or the profile no longer allows the job.
            StoreError: nothing is rejected that is not asked for again already.
        """
        row = self._store.runs.get(run)
        job = job_of(row)
        self.check(job)
        again = plan_refill(self._store, row, job, chosen)
        self._claims.take(again)
        return again

    def cancel(self, run: int) -> None:
        """
        Ask whoever works on the run to stop: calls not sent are not sent, calls in flight drain and are kept. Where
        nobody does, answers that a crash left unread are read first: they are paid for.
        """
        row = self._store.runs.get(run)
        now = self.status(row)
        left_alone = now in ("paused", "interrupted") or (now == "queued" and row.owner is None)
        if left_alone and self._store.calls.unsettled(run) and self.has_key(row):
            if now == "paused":
                self._store.runs.reopen(run, ()).result()
            self._claims.take(run, gone=row.owner if is_gone(row.owner) else None, ending=CANCELLED)
            self.join(run, READ_POLL_S)
            return
        self._store.runs.set_command(run, "cancel").result()
        if left_alone:
            # Nobody works on it. Should somebody take it this moment, the fence has moved on and the command stands.
            self._store.runs.end(run, "cancelled", CANCELLED.why, fence=row.fence).result()

    def status(self, row: RunRow) -> RunStatus:
        """The status of a run now, as far as this process and this machine can know it."""
        return run_status_now(row, ours=self.has(row.id))

    def has(self, run: int) -> bool:
        """Whether this process works on the run, or waits to."""
        return self._worker.has(run)

    def holds(self, row: RunRow) -> bool:
        """Whether this process works on the run, waits to, or did when the row was read."""
        return row.owner == self._owner or self.has(row.id)

    def gave_up(self, run: int) -> str:
        """Why this process ended its work on a run without being able to store that; empty: it did not."""
        return self._worker.gave_up(run)

    def join(self, run: int, poll_s: float = 0.1) -> RunRow:
        """Wait until the run has ended or paused."""
        while self._store.runs.state(run) in GOING:
            time.sleep(poll_s)
        return self._store.runs.get(run)

    def close(self, drain_s: float | None = None, *, by_hand: bool = False) -> None:
        """
        Pause what is running, stop the practice provider, end the thread; a second call does nothing.

        Args:
            drain_s: How long calls in flight are waited for; what is left then is in doubt. None: as long as they take.
            by_hand: Somebody wants it so; otherwise the runs are offered to be resumed at the next start.
        """
        self._worker.close(PAUSED if by_hand else CLOSED, drain_s)
        self._contexts.close()
        atexit.unregister(self.close)

    @property
    def needs_keys(self) -> bool:
        """Whether this process calls providers; where it offers runs to workers, they have the keys."""
        return self._role != "offers"

    @property
    def worker(self) -> Worker:
        """What works on this process's runs."""
        return self._worker

    def together(self) -> AbstractContextManager[None]:
        """What this thread submits and resumes inside begins when it ends: no run ends before the last is queued."""
        return self._claims.together()

    def claim(self, run: int) -> bool:
        """Work on an offered run; False where another process was quicker."""
        return self._claims.claim({run: None})

    def claim_share(self, share: ShareRow) -> bool:
        """Work on a share of an offered run; False where another process was quicker."""
        return self._claims.claim_share(share)

    def has_key(self, row: RunRow) -> bool:
        """Whether this process may work on a run: its key is here, and the profile allows it."""
        try:
            self.check(job_of(row))
        except DraftmillError:
            return False
        return True

    def _try_again(self, run: int) -> None:
        self._claims.try_again(run, self._clock.wall(), lambda row: self.check(job_of(row)))
