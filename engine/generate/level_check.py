"""
Refuses a draft that is far above its level, once for each slot; the second one is kept, and flagged.
"""

from __future__ import annotations

from dataclasses import replace

from engine.kinds import ParsedReply, too_hard
from engine.spec import RunSpec
from engine.work import Draft, Rejection


class LevelGate:
    """
    The level gate of one run.

    Args:
        spec: The run's; its `level_check` says what is far.
        asks_again: The run may ask for a slot twice; else a draft is kept at once and flagged.
    """

    def __init__(self, spec: RunSpec, *, asks_again: bool) -> None:
        self._spec = spec
        self._asks_again = asks_again
        self._refused: set[int] = set()
        """Slots that were asked for again."""

    def sift(self, reading: ParsedReply) -> ParsedReply:
        """Refuse the drafts of a reading that are far above their level, each slot's only once."""
        far = [draft for draft in reading.drafts if self._is_refused(draft)]
        if not far:
            return reading
        self._refused.update(draft.slot.number for draft in far)
        kept = tuple(draft for draft in reading.drafts if draft not in far)
        return replace(reading, drafts=kept, rejections=(*reading.rejections, *map(self._rejection, far)))

    def _is_refused(self, draft: Draft) -> bool:
        far = draft.grading is not None and self._spec.level_check.is_far(draft.grading.share)
        return far and self._asks_again and draft.slot.number not in self._refused

    def _rejection(self, draft: Draft) -> Rejection:
        assert draft.grading is not None
        return Rejection.because(draft.slot, "above_level", too_hard(draft.grading, self._spec, draft.slot.level))
