"""
A second model's opinion of a draft: its scores, and when it may decide by itself.

Pure. The prompts and the reading of answers are in judge.prompts and judge.answers; the store keeps opinions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import SpecError
from engine.spec import whole

ASPECTS = ("correct", "natural", "level", "task", "safe")
"""What is scored, in the order of the answer's list; `task`: answerable, speakable, usable."""
SCORES = range(6)
VERDICTS = ("ok", "fix", "reject")
GOOD = 4
"""A draft is accepted only where no score is lower (kinds.md)."""
ACCEPT_AT = range(GOOD, SCORES[-1] + 1)
REJECT_BELOW = range(1, GOOD + 1)

Ruling = Literal["approved", "rejected"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """
    When an opinion approves or rejects a pending draft by itself; None: never.

    Both look at the lowest of the five scores: a draft is as good as its weakest side.

    Raises:
        SpecError: accept_at is outside 4..5, or reject_below outside 1..4.
    """

    accept_at: int | None = None
    reject_below: int | None = None

    def __post_init__(self) -> None:
        if self.accept_at is not None:
            whole("accept_at", self.accept_at, ACCEPT_AT)
        if self.reject_below is not None:
            whole("reject_below", self.reject_below, REJECT_BELOW)

    def __bool__(self) -> bool:
        return self.accept_at is not None or self.reject_below is not None


NO_THRESHOLDS = Thresholds()
"""A person decides everything: the default."""


def ruling(
    thresholds: Thresholds, *, verdict: str, score: float, flagged: bool, solved: int, blanks: int
) -> Ruling | None:
    """
    What a whole opinion decides about a draft.

    Args:
        thresholds: Set by the user; without them nothing is decided.
        verdict: ok, fix or reject.
        score: The lowest of the five.
        flagged: The draft's own checks want a person to look at it.
        solved: Blanks solved blind, of `blanks`; both 0 where nothing was to be solved.

    Returns:
        approved: the verdict is ok, nothing is flagged, every blank was solved and no score is under `accept_at`.
        rejected: a score is under `reject_below`. None: a person decides.
    """
    if thresholds.reject_below is not None and score < thresholds.reject_below:
        return "rejected"
    sound = verdict == "ok" and not flagged and solved == blanks
    if thresholds.accept_at is not None and sound and score >= thresholds.accept_at:
        return "approved"
    return None


def sample_size(only: str) -> int | None:
    """
    Read "all", "flagged" or "sample:N".

    Returns:
        N, or None for the other two.

    Raises:
        SpecError: it is none of them.
    """
    if only in ("all", "flagged"):
        return None
    word, _, number = only.partition(":")
    if word != "sample" or not number.isdecimal() or not 0 < int(number[:9]) <= 200_000:
        raise SpecError("only", only, "only_choices")
    return int(number)
