"""
What the browser sends from the page of pairs: the presses that the server has not confirmed yet. Pure.

Everything in it comes from outside: a value of another type is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_PRESSES = 500
CHOICES = ("left", "right", "both", "neither")


@dataclass(frozen=True, slots=True)
class PairPress:
    """One key: an answer to a pair, or an undo (pair 0)."""

    number: int
    """Counts the presses of one page of the browser, from 1."""
    pair: int = 0
    choice: str = ""


@dataclass(frozen=True, slots=True)
class PairsSent:
    """One message of the browser."""

    client: str = ""
    """The page of the browser; a reload is another one."""
    presses: tuple[PairPress, ...] = ()
    """In their order."""


def read_pairs_sent(raw: object) -> PairsSent:
    """Read a message."""
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    client, presses = given.get("client"), given.get("presses")
    read = [_press(one) for one in presses[:MOST_PRESSES]] if isinstance(presses, list) else []
    kept = sorted((one for one in read if one is not None), key=lambda one: one.number)
    return PairsSent(client[:64] if isinstance(client, str) else "", tuple(kept))


def _press(raw: object) -> PairPress | None:
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    number, pair, choice = _number(given.get("number")), _number(given.get("pair")), given.get("choice")
    if not number:
        return None
    if given.get("act") == "undo":
        return PairPress(number)
    if given.get("act") == "answer" and pair and choice in CHOICES:
        return PairPress(number, pair, str(choice))
    return None


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else 0
