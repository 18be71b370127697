"""
The jobs of the writer thread: an op, how long it may wait, and the Future of its result.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

from engine.errors import StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")
Op = Callable[[Connection], T]
"""Does its statements on the connection; may be done twice, so it changes nothing but the database."""

Paid = Callable[[], dict[str, Any]]
"""What the journal keeps of a write that was paid for, plain JSON; made only when it is needed."""


@dataclass(slots=True, eq=False)
class WriteJob:
    """An op that waits for its transaction."""

    op: Op[Any]
    until: float
    """How long the database may refuse it, by the timer."""
    paid: Paid | None
    within_s: float
    """How long it waits for others, once the writer has taken it."""
    noted: bool = False
    doubt: tuple[str, Any] | None = None
    """The transaction whose commit was not confirmed, and what the op returned in it."""
    future: Future[Any] = field(default_factory=Future)


def fail(group: list[WriteJob], fault: StoreError, exc: Exception) -> None:
    """End jobs with an error."""
    if group:
        log.warning("%d writes failed: %s", len(group), fault, extra={"action": "write_failed", "ops": len(group)})
    for job in group:
        job.future.set_exception(_copy(fault, exc))


def _copy(fault: StoreError, cause: Exception) -> StoreError:
    """Each waiter raises an exception of its own: a shared one would collect all their tracebacks."""
    if fault is cause:
        return fault
    own = type(fault)(str(fault))
    own.__cause__ = cause
    return own
