"""
Which tasks of a run may be cancelled at once: those that wait and have no call in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Cancellation:
    """The tasks of a run that wait and have nothing in flight: those a stop may end at once."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[object]] = set()
        self.closed = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """While inside, `interrupt` cancels this task; once interrupted, entering cancels it."""
        task = asyncio.current_task()
        if self.closed or task is None:
            raise asyncio.CancelledError
        self._waiting.add(task)
        try:
            yield
        finally:
            self._waiting.discard(task)

    def interrupt(self) -> None:
        """Cancel every waiting task now, and any that would wait later; what is in flight drains."""
        self.closed = True
        for task in self._waiting:
            task.cancel()
