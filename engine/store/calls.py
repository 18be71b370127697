"""
The ledger: a call is recorded before it is sent, its answer before it is read, its drafts together with its cost.

Whether to send, keep or ask again is decided in generate.
"""

from __future__ import annotations

from concurrent.futures import Future

from sqlalchemy import Connection, func, select

from engine.errors import StoreError
from engine.store.access import Access, StorePart
from engine.store.answers import journal_entry, store_answer, unpack
from engine.store.breaker import note_news, read_ready
from engine.store.budgets import SpentSums, calls_of_day, day_full, run_full, spent_usd
from engine.store.ledger import (
    calls_like,
    calls_of,
    read_call,
    read_charges,
    read_failures,
    read_latencies,
    read_samples,
    read_timeline,
)
from engine.store.opinions import store_opinions
from engine.store.outages import ProviderDown, RetriesSpent
from engine.store.records import CallStart, Purpose, Settlement
from engine.store.refused_calls import DayFull, RunFull
from engine.store.settling import (
    call_row,
    close_call,
    count_drafts,
    enter_call,
    fail_slots,
    kept_row,
    settled_row,
    store_drafts,
)
from engine.store.tables import call, reply
from engine.store.views import Bucket, CallRow, Charge, Failure, Sample, Settled

NotEntered = DayFull | RunFull | ProviderDown | RetriesSpent
"""Why a call was not entered in the ledger."""
HTTP_OK = 200
"""An answer of any other status is written at once: other calls may have to wait because of it."""


ANSWER_S = 0.003
"""How long an answer waits, so that the next call and it share a commit."""
MANY_IN_FLIGHT = 32
MANY_S = 0.008
"""How long rows and answers wait where so many calls are in flight: 2 % of an answer of 0.4 s, for half the commits."""
SETTLED_S = 0.1
"""How long a settlement may wait: no call waits for it, and a crash loses nothing, the answer is read again."""


def commit_within_s(in_flight: int) -> float:
    """How long a write that a call waits for may wait for others; with many calls in flight there are always some."""
    return MANY_S if in_flight >= MANY_IN_FLIGHT else 0.0


class Calls(StorePart):
    """Reads and writes of calls."""

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._sums = SpentSums()
        self._sent: dict[int, CallStart] = {}
        """Calls in flight from here: what the journal names them by."""

    def start(self, start: CallStart) -> Future[int | NotEntered]:
        """
        Enter a call in the ledger, in flight; wait for the commit before sending it.

        The circuit breaker, the run's repeated calls, the sum of the day and the row, which reserves the call's upper
        bound, are one transaction: no two processes exceed a budget together, or send to a provider that is down.

        Returns:
            The call's id, or why it was not entered: nothing may be sent.

        Raises:
            StoreError: (in the future) the run belongs to another process (`fence`).
        """
        row = call_row(start)
        asked = [{"at_run": start.run, "at_slot": slot} for slot in start.slots]

        def op(conn: Connection) -> int | NotEntered:
            ready = read_ready(conn, start)
            if refusal := ready.refusal:
                return refusal
            if start.day and (full := day_full(conn, self._sums, start.day, start.worst_usd, start.sent_at)):
                return full
            if full_run := run_full(conn, self._sums, start):
                return full_run
            return ready.enter(conn) or enter_call(conn, row, asked)

        entered = self._access.write_patiently(op, within_s=commit_within_s(len(self._sent)))
        entered.add_done_callback(lambda done: self._remember(done, start))
        return entered

    def _remember(self, entered: Future[int | NotEntered], start: CallStart) -> None:
        if entered.exception() is None and isinstance(call_id := entered.result(), int):
            self._sent[call_id] = start

    def answer(
        self,
        call_id: int,
        status: int,
        raw: bytes,
        ended_at: float,
        fence: int | None = None,
        share: int | None = None,
    ) -> Future[bool]:
        """
        Store an answer as it came; wait for the commit before reading it.

        While the database cannot be written the answer waits in memory and in the journal.

        Returns:
            False for a process that lost the run (`fence`): the answer is kept as it came, its call stays in doubt.

        Raises:
            StoreError: (in the future) the call is settled or answered already.
        """
        answer = {"at_call": call_id, "new_status": status, "new_ended_at": ended_at, "fence": fence, "share": share}
        start = self._sent.pop(call_id, None)
        named = {"run": start.run, "sent_at": start.sent_at, "slots": list(start.slots)} if start else None
        return self._access.write_patiently(
            lambda conn: store_answer(conn, answer, raw),
            lambda: journal_entry(answer, raw, named),
            within_s=max(ANSWER_S, commit_within_s(len(self._sent))) if status == HTTP_OK else 0.0,
        )

    def settle(
        self,
        settlement: Settlement,
        fence: int | None = None,
        share: int | None = None,
        *,
        within_s: float = 0.0,
    ) -> Future[Settled]:
        """
        Close a call: its outcome, usage and cost, its drafts or opinions, the failed slots and what it says about its
        provider, in one transaction.

        A slot takes its first draft or failure and nothing after; a later draft counts as late.

        Args:
            settlement: What the call brought.
            fence: Of the run; None: not checked.
            share: The share that this process works on.
            within_s: How long it may wait for others that share its commit.

        Raises:
            StoreError: (in the future) the call is settled already, unknown, or its run another's (`fence`).
        """
        self._sent.pop(settlement.call, None)
        now = self._access.now()
        row = settled_row(settlement, now, fence, share)
        kept = [(kept_row(one, settlement, now), one.hashes) for one in settlement.drafts]

        def op(conn: Connection) -> Settled:
            run_id, model, is_known = close_call(conn, row)
            if settlement.provider is not None:
                note_news(conn, settlement.provider, is_known=is_known)
            if settlement.opinions:
                settled = store_opinions(conn, run_id, settlement, model, now)
            else:
                settled = store_drafts(conn, run_id, model, kept)
            count_drafts(conn, settlement.call, settled)
            fail_slots(conn, run_id, settlement.failed)
            return settled

        return self._access.write_patiently(op, within_s=within_s)

    def flush(self) -> Future[None]:
        """Write at once what still waits for others; the store writes in order."""
        return self._access.write_patiently(lambda _conn: None)

    def page(self, run_id: int, limit: int = 50, offset: int = 0, failed_only: bool = False) -> list[CallRow]:
        """A page of a run's calls, newest first, without their replies."""
        page = calls_of(run_id, failed_only).order_by(call.c.id.desc()).limit(limit).offset(offset)
        with self._access.reading() as conn:
            return [read_call(row) for row in conn.execute(page)]

    def get(self, call_id: int) -> CallRow | None:
        """A call by its id; None: there is none."""
        with self._access.reading() as conn:
            row = conn.execute(select(call).where(call.c.id == call_id)).first()
        return read_call(row) if row else None

    def count(self, run_id: int, failed_only: bool = False) -> int:
        """How many calls a run has made."""
        calls = select(func.count()).select_from(calls_of(run_id, failed_only).subquery())
        with self._access.reading() as conn:
            return conn.execute(calls).scalar_one()

    def unsettled(self, run_id: int, share: int | None = None) -> list[CallRow]:
        """Calls of a run, or a share, whose answer is stored but was not read before a crash, oldest first."""
        answered = select(call).where(call.c.run == run_id, call.c.outcome == "answered").order_by(call.c.id)
        if share is not None:
            answered = answered.where(call.c.share == share)
        with self._access.reading() as conn:
            return [read_call(row) for row in conn.execute(answered)]

    def reply(self, call_id: int) -> bytes:
        """
        The body of a call's answer.

        Raises:
            StoreError: there was no answer, or it was cleaned away.
        """
        with self._access.reading() as conn:
            row = conn.execute(select(reply.c.packed, reply.c.body).where(reply.c.call == call_id)).first()
        if row is None:
            raise StoreError("no_reply_stored", call=call_id)
        return unpack(row.body) if row.packed else bytes(row.body)

    def failures(self, run_id: int) -> list[Failure]:
        """Why calls of a run failed, the most frequent reason first; the message is the newest call's."""
        with self._access.reading() as conn:
            return read_failures(conn, run_id)

    def number(self, call_id: int) -> int:
        """The number of a call within its run, 1 the first."""
        its_run = select(call.c.run).where(call.c.id == call_id).scalar_subquery()
        before = select(func.count()).select_from(call).where(call.c.run == its_run, call.c.id <= call_id)
        with self._access.reading() as conn:
            return conn.execute(before).scalar_one()

    def timeline(self, run_id: int, bucket_s: float) -> list[Bucket]:
        """
        How a run went, in spans of `bucket_s` seconds from its first call to its last event, empty spans included.

        Raises:
            StoreError: bucket_s is not above 0.
        """
        if not bucket_s > 0:
            raise StoreError("bucket", bucket_s=bucket_s)
        with self._access.reading() as conn:
            return read_timeline(conn, run_id, bucket_s)

    def samples(
        self, provider: str, model: str, kind: str, lang: str, limit: int = 200, *, purpose: Purpose = "drafts"
    ) -> list[Sample]:
        """The newest successful calls of this provider, model, kind, language and purpose, from its newest 30 runs."""
        facts = {"provider": provider, "model": model, "kind": kind, "lang": lang, "purpose": purpose}
        with self._access.reading() as conn:
            return read_samples(conn, calls_like(facts), limit)

    def latencies(
        self, provider: str, model: str, kind: str, lang: str, limit: int = 200, *, base_url: str | None = None
    ) -> list[tuple[int, float]]:
        """
        (items asked, seconds) of the newest whole answers, good or not, of this provider, model, kind and language.

        `base_url`: only of this server; None: of any.
        """
        facts = {"provider": provider, "model": model, "kind": kind, "lang": lang, "purpose": "drafts"}
        if base_url is not None:
            facts["base_url"] = base_url
        with self._access.reading() as conn:
            return read_latencies(conn, calls_like(facts), limit)

    def run_latencies(self, run_id: int, limit: int = 200) -> list[tuple[int, float]]:
        """(items asked, seconds) of the newest whole answers of one run, good or not."""
        with self._access.reading() as conn:
            return read_latencies(conn, call.c.run == run_id, limit)

    def charges(self, run_id: int) -> list[Charge]:
        """What each settled call of a run was billed for, oldest first."""
        with self._access.reading() as conn:
            return read_charges(conn, run_id)

    def spent_since(self, provider: str, since: float) -> float:
        """USD of the calls sent to a provider from `since` on; calls in flight or in doubt at their upper bound."""
        with self._access.reading() as conn:
            return spent_usd(conn, calls_of_day(provider, since))
