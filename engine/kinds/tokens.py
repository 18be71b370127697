"""
How many tokens a draft takes, before the run has measured its own.

Figures of kinds.md, measured on compact JSON. No tokenizer: it would be downloaded at run time.
"""

from __future__ import annotations

from dataclasses import dataclass

ITEM_IN = 33  # an item of the request without its angle and with a short topic
ANGLE_IN = 14
WORDS_IN = 6  # the field of an item's target words, without the words
SPARE = 1.35  # kinds.md: max_tokens = 1.35 x the estimate at the top of the ranges + 200
SPARE_TOKENS = 200


@dataclass(frozen=True, slots=True)
class TokenEstimate:
    """Tokens of the system message, of one item of the request, and of one item of the reply."""

    system: int
    item_in: int
    item_out: int


def text_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few: 3.8 ASCII characters or 1 other character a token."""
    plain = len(text.encode("ascii", "ignore"))
    return round(plain / 3.8 + (len(text) - plain))


def fewest_tokens(text: str) -> int:
    """Tokens of a system message, rather too few than too many: fitted to o200k_base, within 4 %."""
    plain = len(text.encode("ascii", "ignore"))
    return round(plain / 4.1 + 0.85 * (len(text) - plain))


def point(ends: tuple[int, int], top: bool) -> float:
    """The middle of a range, or its top."""
    return ends[1] if top else sum(ends) / 2
