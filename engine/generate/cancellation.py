"""
Which tasks of a run a stop may cancel at once: those that wait and have no call in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Cancellation:
    """The tasks of a run that wait and have no call in flight."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[object]] = set()
        self._interrupted = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Let `interrupt` cancel this task while it is inside; after an interrupt, entering cancels it."""
        task = asyncio.current_task()
        if self._interrupted or task is None:
            raise asyncio.CancelledError
        self._waiting.add(task)
        try:
            yield
        finally:
            self._waiting.discard(task)

    def interrupt(self) -> None:
        """Cancel every waiting task, and from now on any that would wait; calls in flight go on."""
        self._interrupted = True
        for task in self._waiting:
            task.cancel()
