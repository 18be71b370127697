"""
When a draft counts as above its level: three shares of its words.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import SpecError
from engine.spec.bounds import number

STEPS = ("level_note", "level_flag", "level_again")
"""The three shares by their fields in a form."""


@dataclass(frozen=True, slots=True)
class LevelCheck:
    """From which share of words above the level on a draft has a note, a flag, is asked for again once; 1.0: never."""

    note: float
    flag: float
    again: float

    def severity(self, share: float) -> str:
        """What a share of words above the level means: flagged, note, or "" for nothing."""
        if share >= self.flag and self.flag < 1:
            return "flagged"
        return "note" if share >= self.note and self.note < 1 else ""

    def is_far(self, share: float) -> bool:
        """Whether a draft with this share is asked for again."""
        return self.again < 1 and share >= self.again


def check_shares(shares: tuple[float, ...]) -> None:
    """
    Three shares from 0 to 1 that do not fall.

    Raises:
        SpecError: there are not three, one is out of bounds (named as in a form), or they fall.
    """
    if not isinstance(shares, tuple) or len(shares) != len(STEPS):
        raise SpecError("level_shares", shares, "level_three")
    for name, share in zip(STEPS, shares, strict=True):
        number(name, share, 0.0, 1.0)
    for name, share, before in zip(STEPS[1:], shares[1:], shares, strict=False):
        if share < before:
            raise SpecError(name, share, "level_rising", least=before)
