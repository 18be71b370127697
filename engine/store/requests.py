"""
Requests from outside: each key makes one run, however often, and to how many processes, it is sent.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select, text, update

from engine.errors import SpecError
from engine.store.access import StorePart
from engine.store.records import RunRequest
from engine.store.tables import request

HEADER = "Idempotency-Key"
LONGEST_KEY = 255

_ADD = text("INSERT INTO request (name, digest, at) VALUES (:name, :digest, :at) ON CONFLICT DO NOTHING")


class Requests(StorePart):
    """Reads of requests; `Runs.create` stores them, with the run."""

    def read(self, key: str, body: bytes) -> RunRequest:
        """
        A request as it came.

        Raises:
            SpecError: the key is empty, too long, or holds what no key holds.
        """
        if not key.isascii() or not key.isprintable() or not 0 < len(key.strip()) <= LONGEST_KEY:
            raise SpecError(HEADER, key, "request_key", most=LONGEST_KEY)
        return RunRequest(key.strip(), hashlib.sha256(body).hexdigest())

    def run_of(self, asked: RunRequest) -> int | None:
        """
        The run a request has made; None: it is new.

        Raises:
            SpecError: the key was used for something else.
        """
        rows = select(request.c.digest, request.c.run).where(request.c.name == asked.key)
        with self._access.reading() as conn:
            found = conn.execute(rows).first()
        if found is not None and found.digest != asked.digest:
            raise SpecError(HEADER, asked.key, "request_changed")
        return None if found is None else int(found.run)


def add_request(conn: Connection, asked: RunRequest, at: float) -> int | None:
    """Keep a request; the run of its key where there is one. A process that adds the same one now is waited for."""
    if conn.execute(_ADD, {"name": asked.key, "digest": asked.digest, "at": at}).rowcount:
        return None
    return int(conn.execute(select(request.c.run).where(request.c.name == asked.key)).scalar_one())


def set_run(conn: Connection, asked: RunRequest, run_id: int) -> None:
    """Say which run a request has made, in the transaction that added it."""
    conn.execute(update(request).where(request.c.name == asked.key).values(run=run_id))
