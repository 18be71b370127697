"""
What can be set of an alignment pack: formality, tone and length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from engine.kinds.kind import Control
from engine.spec import Options, choice

Formality = Literal["casual", "neutral", "formal"]
Tone = Literal["friendly", "polite", "direct"]
Length = Literal["short", "medium", "long"]


@dataclass(frozen=True, slots=True)
class AlignmentOptions(Options):
    """How the six steps sound and how long they are."""

    formality: Formality = "neutral"
    tone: Tone = "friendly"
    length: Length = "medium"

    def __post_init__(self) -> None:
        choice("formality", self.formality, get_args(Formality))
        choice("tone", self.tone, get_args(Tone))
        choice("length", self.length, get_args(Length))


CONTROLS = (
    Control("formality", "Formality", {"casual": "Casual", "neutral": "Neutral", "formal": "Formal"}),
    Control("tone", "Tone", {"friendly": "Friendly", "polite": "Polite", "direct": "Direct"}),
    Control("length", "Length", {"short": "Short", "medium": "Medium", "long": "Long"}),
)
