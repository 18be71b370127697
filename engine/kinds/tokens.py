"""
How many tokens a draft takes, before the run has measured its own.

Figures of kinds.md, measured on compact JSON. No tokenizer: it would be downloaded at run time.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.kinds.ranges import blank_range, length_range
from engine.spec import AlignmentOptions, Lang, RunSpec, ShadowingOptions

ITEM_IN = 33  # an item of the request without its angle and with a short topic
ANGLE_IN = 14
SPARE = 1.35  # kinds.md: max_tokens = 1.35 x the estimate at the top of the ranges + 200
SPARE_TOKENS = 200

_CLOZE: dict[Lang, tuple[float, int]] = {"en": (1.19, 53), "ja": (0.85, 59), "zh": (0.90, 51)}  # a unit, a blank
_SHADOWING: dict[Lang, tuple[float, int]] = {"en": (1.21, 16), "ja": (0.80, 19), "zh": (0.90, 18)}  # a unit, a line
_ALIGNMENT: dict[Lang, tuple[int, ...]] = {  # levels 1 to 3 measured, then carried on
    "en": (1000, 1150, 1400, 1650, 1900, 2150),
    "ja": (1350, 1550, 1850, 2200, 2500, 2800),
    "zh": (1100, 1200, 1450, 1700, 1950, 2200),
}
_ALIGNMENT_LENGTH = {"short": 1.0, "medium": 1.0, "long": 1.25}
_ALIGNMENT_TOP = 1.25


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


def item_tokens(spec: RunSpec, level: int, *, top: bool = False) -> float:
    """Tokens of one item of the reply, in the middle of its ranges or at their top."""
    if spec.kind == "alignment":
        length = spec.options.length if isinstance(spec.options, AlignmentOptions) else "medium"
        base = _ALIGNMENT[spec.lang][level - 1] * _ALIGNMENT_LENGTH[length]
        return base * _ALIGNMENT_TOP if top else base
    units = _point(length_range(spec.kind, spec.lang, level), top)
    if spec.kind == "cloze":
        per_unit, per_blank = _CLOZE[spec.lang]
        return per_unit * units + per_blank * _point(blank_range(spec.lang, level, spec.options), top)
    per_unit, per_line = _SHADOWING[spec.lang]
    lines = spec.options.sentences if isinstance(spec.options, ShadowingOptions) else (6, 10)
    return per_unit * units + per_line * _point(lines, top)


def _point(ends: tuple[int, int], top: bool) -> float:
    return ends[1] if top else sum(ends) / 2
