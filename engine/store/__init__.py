"""
The store: tables, migrations, all SQL, and the only thread that writes.

The screen and the worker meet here: neither holds an object of the other. What the rows mean (rates, forecasts) is the
business of metrics; what becomes of a run is that of the runner. docs/store.md is the design note.
"""

from __future__ import annotations

from engine.store.bell import committed
from engine.store.clean import Cleanup, CleanupResult
from engine.store.drafts import Order
from engine.store.parts import Calls, Drafts, Reviews, Runs
from engine.store.records import (
    EVERY,
    FILLED,
    GOOD,
    OPEN,
    AutoResume,
    CallStart,
    Command,
    DayFull,
    DraftFilter,
    DraftState,
    Edit,
    Filed,
    Judged,
    Kept,
    NewComparison,
    NewRun,
    RunState,
    Settlement,
    Verdict,
)
from engine.store.returns import Returned
from engine.store.settings import Comparisons, Profiles
from engine.store.store import Store
from engine.store.verdicts import (
    AcceptanceRow,
    Alike,
    CheckRow,
    Decision,
    Facets,
    OpinionCounts,
    OpinionRow,
    ReviewCounts,
    ReviewRow,
    ReviewSession,
    Subject,
)
from engine.store.views import (
    Bucket,
    CachedDraft,
    CallRow,
    CellRow,
    ChangeRow,
    ComparisonRow,
    DraftRow,
    Failure,
    Health,
    RunRow,
    Sample,
    Settled,
    Totals,
)

__all__ = [
    "EVERY",
    "FILLED",
    "GOOD",
    "OPEN",
    "AcceptanceRow",
    "Alike",
    "AutoResume",
    "Bucket",
    "CachedDraft",
    "CallRow",
    "CallStart",
    "Calls",
    "CellRow",
    "ChangeRow",
    "CheckRow",
    "Cleanup",
    "CleanupResult",
    "Command",
    "ComparisonRow",
    "Comparisons",
    "DayFull",
    "Decision",
    "DraftFilter",
    "DraftRow",
    "DraftState",
    "Drafts",
    "Edit",
    "Facets",
    "Failure",
    "Filed",
    "Health",
    "Judged",
    "Kept",
    "NewComparison",
    "NewRun",
    "OpinionCounts",
    "OpinionRow",
    "Order",
    "Profiles",
    "Returned",
    "ReviewCounts",
    "ReviewRow",
    "ReviewSession",
    "Reviews",
    "RunRow",
    "RunState",
    "Runs",
    "Sample",
    "Settled",
    "Settlement",
    "Store",
    "Subject",
    "Totals",
    "Verdict",
    "committed",
]
