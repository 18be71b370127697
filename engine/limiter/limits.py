"""
What a provider allows and what it charges: plain values, as a profile holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from engine.spec import choice, number, whole

Shape = Literal["window", "even"]


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a provider allows: `rpm` starts and `tpm` tokens in any `window_s` seconds, calls in flight; 0 = not known.

    `shape` is `window` (the starts may come in a burst) or `even` (one every window_s / rpm seconds).

    Raises:
        SpecError: a figure is negative, or the shape has another name.
    """

    rpm: int = 0
    tpm: int = 0
    max_in_flight: int = 0
    shape: Shape = "window"
    window_s: float = 60.0

    def __post_init__(self) -> None:
        for name in ("rpm", "tpm", "max_in_flight"):
            whole(name, getattr(self, name), range(100_000_001))
        choice("shape", self.shape, get_args(Shape))
        number("window_s", self.window_s, 0.01, 86_400.0)
