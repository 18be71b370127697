"""
What the browser sends: the presses that the server has not confirmed yet, and the cards it holds. Pure.

Everything in it comes from outside: a value of another type or length is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_PRESSES = 500
MOST_CARDS = 200
LONGEST = 20_000
"""Characters of a text."""
STATES = ("pending", "approved", "rejected")


@dataclass(frozen=True, slots=True)
class Press:
    """One key or button, with the draft as it was shown."""

    number: int
    """Counts the presses of one page of the browser, from 1."""
    act: str
    draft: int = 0
    revision: str = ""
    was: str = "pending"
    """The review state that was shown."""
    text: str = ""
    """A reason or a comment."""
    batch: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form, by their paths."""


@dataclass(frozen=True, slots=True)
class BrowserMessage:
    """One message of the browser."""

    client: str = ""
    """The page of the browser; a reload is another one."""
    at: int | None = None
    """The draft it shows."""
    answers: bool = True
    keys: bool = True
    have: Mapping[str, str] = field(default_factory=dict)
    """The cards it holds: draft to stamp."""
    presses: tuple[Press, ...] = ()


def read_sent(raw: object) -> BrowserMessage:
    """Read a message."""
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    presses = given.get("presses")
    read = [_press(one) for one in presses[:MOST_PRESSES]] if isinstance(presses, list) else []
    return BrowserMessage(
        client=_text(given.get("client"))[:64],
        at=_number(given.get("at")) or None,
        answers=given.get("answers") is not False,
        keys=given.get("keys") is not False,
        have=_texts(given.get("have")),
        presses=tuple(sorted((one for one in read if one.number), key=lambda press: press.number)),
    )


def _press(raw: object) -> Press:
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    was = _text(given.get("was"))
    return Press(
        number=_number(given.get("number")),
        act=_text(given.get("act")),
        draft=_number(given.get("draft")),
        revision=_text(given.get("revision")),
        was=was if was in STATES else "pending",
        text=_text(given.get("text")),
        batch=_number(given.get("batch")),
        values=_texts(given.get("values")),
    )


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else 0


def _texts(value: object) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {str(name): _text(one) for name, one in list(pairs)[:MOST_CARDS]}
