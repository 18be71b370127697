"""
The store: tables, migrations, all SQL, and the only thread that writes.

The screen and the worker meet here: neither holds an object of the other. What the rows mean (rates, forecasts) is the
business of metrics; what becomes of a run is that of the runner. docs/store.md is the design note.
"""

from __future__ import annotations

from engine.store.bell import committed
from engine.store.clean import Sweep, Swept
from engine.store.database import home
from engine.store.drafts import Order
from engine.store.records import (
    EVERY,
    GOOD,
    OPEN,
    Again,
    CallStart,
    Command,
    DayFull,
    DraftFilter,
    DraftState,
    Edit,
    Kept,
    NewComparison,
    NewRun,
    RunState,
    Settlement,
    Verdict,
)
from engine.store.returns import Returned
from engine.store.store import Store
from engine.store.views import (
    Bucket,
    CachedDraft,
    CallRow,
    CellRow,
    ChangeRow,
    ComparisonRow,
    Decision,
    DraftRow,
    Facets,
    Failure,
    Health,
    ReviewCounts,
    ReviewRow,
    RunRow,
    Sample,
    Settled,
    Sitting,
    Totals,
)

__all__ = [
    "EVERY",
    "GOOD",
    "OPEN",
    "Again",
    "Bucket",
    "CachedDraft",
    "CallRow",
    "CallStart",
    "CellRow",
    "ChangeRow",
    "Command",
    "ComparisonRow",
    "DayFull",
    "Decision",
    "DraftFilter",
    "DraftRow",
    "DraftState",
    "Edit",
    "Facets",
    "Failure",
    "Health",
    "Kept",
    "NewComparison",
    "NewRun",
    "Order",
    "Returned",
    "ReviewCounts",
    "ReviewRow",
    "RunRow",
    "RunState",
    "Sample",
    "Settled",
    "Settlement",
    "Sitting",
    "Store",
    "Sweep",
    "Swept",
    "Totals",
    "Verdict",
    "committed",
    "home",
]
