"""
The provider's own account of its calls: what a checker compares the engine's ledger with.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

NEWEST = 10_000
OPEN = "open"
OK = "ok"
CHAT = "chat"
GONE = "gone"
NO_BANK = "no_bank"


@dataclass(slots=True)
class BookRow:
    """One call as it arrived, and what came of it; `outcome` is "open" until an answer has left."""

    number: int
    at: float
    """Seconds since the provider started, on its own clock."""
    status: int = 0
    """0: no HTTP answer was given (connection dropped, held, or still open)."""
    outcome: str = OPEN
    ids: tuple[str, ...] = ()
    served: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "number": self.number,
            "at": round(self.at, 4),
            "status": self.status,
            "outcome": self.outcome,
            "id": call_id(self.number),
            "ids": list(self.ids),
            "served": self.served,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
        }


class Book:
    """Counts every call received; keeps the newest 10,000 rows."""

    def __init__(self) -> None:
        self.received = 0
        self.outcomes: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()
        self.used_usd = 0.0
        self._rows: deque[BookRow] = deque(maxlen=NEWEST)

    def open(self, at: float) -> BookRow:
        """Write down a call that arrives."""
        self.received += 1
        row = BookRow(self.received, at)
        self._rows.append(row)
        return row

    def close(self, row: BookRow, outcome: str, status: int) -> None:
        """Write down what came of a call, with what `row` has gathered of it."""
        row.outcome, row.status = outcome, status
        self.outcomes[outcome] += 1
        self.totals["items_asked"] += len(row.ids)
        self.totals["items_served"] += row.served
        self.totals["tokens_in"] += row.tokens_in
        self.totals["tokens_out"] += row.tokens_out

    def to_json(self, *, log: bool) -> dict[str, Any]:
        """The account; calls = the outcomes together + those still open."""
        totals = {name: self.totals[name] for name in ("items_asked", "items_served", "tokens_in", "tokens_out")}
        account = {
            "calls": self.received,
            "open": self.received - self.outcomes.total(),
            "outcomes": dict(self.outcomes),
            **totals,
        }
        return {**account, "log": [row.to_json() for row in self._rows]} if log else account


def call_id(number: int) -> str:
    """The `id` of the completion that answers a call."""
    return f"practice-{number}"
