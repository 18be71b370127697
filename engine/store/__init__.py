"""
The store: tables, migrations, all SQL, and the only thread that writes.

The screen and the worker meet here: neither holds an object of the other. What the rows mean (rates, forecasts) is the
business of metrics; what becomes of a run is that of the runner. docs/store.md is the design note.
"""

from __future__ import annotations

from engine.store.database import home
from engine.store.drafts import Order
from engine.store.records import (
    EVERY,
    FILLED,
    GOOD,
    OPEN,
    CallStart,
    Command,
    DraftFilter,
    DraftState,
    Edit,
    Filed,
    Kept,
    NewComparison,
    NewRun,
    RunState,
    Settlement,
    Verdict,
)
from engine.store.runs import STALE_S
from engine.store.store import Store
from engine.store.views import (
    AcceptanceRow,
    Alike,
    Bucket,
    CachedDraft,
    CallRow,
    CellRow,
    ChangeRow,
    CheckRow,
    ComparisonRow,
    DraftRow,
    Failure,
    Health,
    OpinionCounts,
    OpinionRow,
    ReviewCounts,
    ReviewRow,
    RunRow,
    Sample,
    Settled,
    Subject,
    Totals,
)
from engine.store.writer import committed

__all__ = [
    "EVERY",
    "FILLED",
    "GOOD",
    "OPEN",
    "STALE_S",
    "AcceptanceRow",
    "Alike",
    "Bucket",
    "CachedDraft",
    "CallRow",
    "CallStart",
    "CellRow",
    "ChangeRow",
    "CheckRow",
    "Command",
    "ComparisonRow",
    "DraftFilter",
    "DraftRow",
    "DraftState",
    "Edit",
    "Failure",
    "Filed",
    "Health",
    "Kept",
    "NewComparison",
    "NewRun",
    "OpinionCounts",
    "OpinionRow",
    "Order",
    "ReviewCounts",
    "ReviewRow",
    "RunRow",
    "RunState",
    "Sample",
    "Settled",
    "Settlement",
    "Store",
    "Subject",
    "Totals",
    "Verdict",
    "committed",
    "home",
]
