"""
Storing an answer as it came, once, before it is read; it waits in the journal while the database cannot be written.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Table,
    bindparam,
    case,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from engine.errors import StoreError
from engine.store.journal import Unmatched, kept_entries
from engine.store.prepared import Prepared
from engine.store.records import LIVE
from engine.store.tables import call, reply, run, share

PACK_BYTES = 4096
"""Bodies above this are compressed; smaller ones cost more CPU than they free disk (0.3 ms for 3 kB)."""


def new_value(table: Table, column: str) -> BindParameter[Any]:
    """The value a column is set to; a bare name would be taken for the column itself."""
    return bindparam(f"new_{column}", type_=table.c[column].type)


def outcome_is(*outcomes: str) -> ColumnElement[bool]:
    """The call's outcome is one of these; SQLAlchemy would expand an IN at every execution."""
    return or_(*(call.c.outcome == literal_column(f"'{outcome}'") for outcome in outcomes))


def fence_now(of_run: ColumnElement[int]) -> ColumnElement[int]:
    """The fence of the share that the parameter `share` names, which stays until the commit; else that of the run."""
    of_share = select(share.c.fence).where(share.c.id == _SHARE).with_for_update(read=True)
    return case((_SHARE.is_(None), of_run), else_=of_share.scalar_subquery())


def fence_of(run_id: ColumnElement[int]) -> ColumnElement[int]:
    """The fence of a run, which stays until the commit."""
    return select(run.c.fence).where(run.c.id == run_id).with_for_update(read=True).scalar_subquery()


_FENCE = bindparam("fence", type_=Integer())
_SHARE = bindparam("share", type_=Integer())
STILL_OURS = or_(_FENCE.is_(None), fence_now(fence_of(call.c.run)) == _FENCE)
"""The run, or the share of it, still belongs to this process: its fence is `fence`; None: not checked."""
_ANSWER = Prepared(
    update(call)
    .where(call.c.id == bindparam("at_call"), outcome_is("in_flight", "in_doubt"), STILL_OURS)
    .values(outcome="answered", status=new_value(call, "status"), ended_at=new_value(call, "ended_at"))
)
_REPLY = Prepared(insert(reply), columns=("call", "packed", "body"))


def replay(conn: Connection, entry: dict[str, Any]) -> bool:
    """
    Store an answer from the journal of a process that has ended.

    A live run will read it; for a run that has ended it is only kept.

    Returns:
        False where the entry is of no call of this database: nothing is stored.
    """
    answer, raw = entry["answer"], zlib.decompress(b64decode(entry["body"]))
    if not _is_its_call(conn, answer, entry.get("call")):
        return False
    if not _unanswered(conn, answer["at_call"]):
        return True
    its_run = select(run.c.state).join(call, call.c.run == run.c.id).where(call.c.id == answer["at_call"])
    if conn.execute(its_run).scalar() in LIVE:
        store_answer(conn, {"share": None, **answer}, raw)
    else:
        _keep_raw(conn, answer["at_call"], raw)
    return True


def _is_its_call(conn: Connection, answer: dict[str, Any], named: dict[str, Any] | None) -> bool:
    """Whether the call of this number is the one the entry was written for; older journals name no call."""
    row = conn.execute(select(call.c.run, call.c.sent_at, call.c.slots).where(call.c.id == answer["at_call"])).first()
    if row is None:
        return False
    if named is None:
        return bool(row.sent_at <= answer["new_ended_at"])
    return (row.run, row.sent_at, row.slots) == (named["run"], named["sent_at"], named["slots"])


def journal_entry(answer: dict[str, Any], raw: bytes, named: dict[str, Any] | None = None) -> dict[str, Any]:
    """
    The journal's entry for an answer.

    Args:
        answer: See `store_answer`.
        raw: Its body.
        named: What identifies its call beside the number: run, sent_at, slots.
    """
    return {"answer": answer, "body": b64encode(zlib.compress(raw, 1)).decode(), "call": named}


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A paid answer that matches no call of the database: its file, and what its entry says; None: it does not say."""

    file: str
    run: int | None
    sent_at: float | None
    slots: tuple[int, ...]
    body: bytes


def kept_answers(unmatched: Unmatched) -> list[KeptAnswer]:
    """The answers in the files that keep them, in order; what is no entry is left out."""
    return [_kept(file, entry) for file in unmatched.files for entry in kept_entries(Path(file)) if "body" in entry]


def _kept(file: str, entry: dict[str, Any]) -> KeptAnswer:
    call = entry.get("call") or {}
    body = zlib.decompress(b64decode(entry["body"]))
    return KeptAnswer(file, call.get("run"), call.get("sent_at"), tuple(call.get("slots") or ()), body)


def store_answer(conn: Connection, answer: dict[str, Any], raw: bytes) -> bool:
    """
    Store an answer as it came; its call is `answered` and waits to be read.

    Args:
        conn: A transaction.
        answer: at_call, new_status, new_ended_at, `fence` (None: not checked), `share` (None: it is the run's).
        raw: Its body.

    Returns:
        False if the run belongs to another process by now: the answer is kept, its call stays in doubt.

    Raises:
        StoreError: the call is settled or answered already.
    """
    ours = _ANSWER.run(conn, answer) > 0
    if not ours and _is_stored(conn, answer["at_call"], raw):
        return True  # another process has stored it from the journal
    if not ours and not _unanswered(conn, answer["at_call"]):
        raise StoreError("call_not_in_flight", call=answer["at_call"])
    _keep_raw(conn, answer["at_call"], raw)
    return ours


def _keep_raw(conn: Connection, call_id: int, raw: bytes) -> None:
    _REPLY.run(conn, {"call": call_id, "packed": len(raw) > PACK_BYTES, "body": _packed(raw)})


def unpack(body: bytes) -> bytes:
    """Decompress the answer of a row with `packed`."""
    return zlib.decompress(body)


def _packed(raw: bytes) -> bytes:
    return zlib.compress(raw, 1) if len(raw) > PACK_BYTES else raw


def _is_stored(conn: Connection, call_id: int, raw: bytes) -> bool:
    """Whether the call waits to be read, and this is its answer."""
    unread = (
        select(call.c.id).join(reply, reply.c.call == call.c.id).where(call.c.id == call_id, outcome_is("answered"))
    )
    return conn.execute(unread.where(reply.c.body == _packed(raw))).first() is not None


def _unanswered(conn: Connection, call_id: int) -> bool:
    """Whether the call is in flight or in doubt, without a stored answer."""
    is_open = select(call.c.id).where(call.c.id == call_id, outcome_is("in_flight", "in_doubt"))
    kept = select(reply.c.call).where(reply.c.call == call_id)
    return conn.execute(is_open).first() is not None and conn.execute(kept).first() is None
