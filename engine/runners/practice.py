"""
The practice providers of this process: started when a run needs one, one for each way they are set.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from dataclasses import replace

from engine.practice import PracticeProcess, PracticeSettings


class PracticePool:
    """Child processes by their settings; the newest idle one is kept warm."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, PracticeProcess] = {}
        self._users: Counter[str] = Counter()
        self._seeds = itertools.count(int(time.time()))
        """For settings without a seed of their own: no provider started later writes the same drafts again."""

    def borrow(self, settings: PracticeSettings) -> str:
        """
        Start the provider if it is not there.

        Returns:
            Its base_url, good until `give_back`.
        """
        name = _name(settings)
        with self._lock:
            if name not in self._running:
                self._stop_idle()
                process = PracticeProcess(replace(settings, seed=settings.seed or next(self._seeds)))
                process.start()
                self._running[name] = process
            self._users[name] += 1
            return self._running[name].base_url

    def give_back(self, settings: PracticeSettings) -> None:
        """The run has ended."""
        with self._lock:
            self._users[_name(settings)] -= 1

    def close(self) -> None:
        """Stop them all."""
        with self._lock:
            for process in self._running.values():
                process.stop()
            self._running.clear()

    def _stop_idle(self) -> None:
        for name in [name for name in self._running if self._users[name] <= 0]:
            self._running.pop(name).stop()


def _name(settings: PracticeSettings) -> str:
    return json.dumps(settings.to_json(), sort_keys=True)
