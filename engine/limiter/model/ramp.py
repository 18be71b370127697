"""How the first calls of an unlimited provider start: few are out before the first can be refused. Pure."""

from __future__ import annotations

from engine.limiter.model.calls import CallHistory
from engine.limiter.model.probing import ProbeChoice

GAPS_S = (0.02, 0.1, 0.04, 0.02) + (0.01,) * 4 + (0.02,) * 8 + (0.01,) * 8 + (0.004,) * 16
"""Between the first starts."""
AGAIN = 4  # a limit that is believed no longer: the ramp goes on from its fourth step
ROUND_COUNTS = frozenset((1, 5, 10, 20, 30, 60, 100, 300, 600))
HELD = (1, 5, 10, 20)  # the calls after so many wait for each other's verdicts
BLIND, FIRST_ANSWER_S = 8, 0.35  # so many calls are sent to an unknown server before it has said anything, for so long


class Ramp:
    """
    The first starts, and the first beyond each round number in a minute: it is a test.

    Args:
        calls: What has started.
        skipped: A limit is configured: nothing is tested.
    """

    def __init__(self, calls: CallHistory, skipped: bool) -> None:
        self._calls, self._skipped = calls, skipped
        self._from = self._record = 0

    def restart(self) -> None:
        """What was believed has changed."""
        self._from = self._calls.started - AGAIN

    def accepted(self, in_minute: float) -> None:
        """A start was accepted after so many others in the last minute."""
        self._record = max(self._record, int(in_minute))

    def is_over(self) -> bool:
        """Calls start without a gap."""
        return self._calls.started - self._from > len(GAPS_S)

    def choice(self, now: float) -> ProbeChoice:
        """When the next call starts if nothing limits it."""
        calls = self._calls
        if self._skipped:
            return ProbeChoice(max(now, calls.last_at), True)
        step = calls.started - self._from
        at = calls.last_at + (GAPS_S[step - 1] if 0 < step <= len(GAPS_S) else 0.0)
        if calls.started == BLIND and not calls.heard:
            at = max(at, calls.first_at + FIRST_ANSWER_S)
        alone = calls.counted in ROUND_COUNTS and calls.counted > self._record
        return ProbeChoice(max(now, at), not alone)
