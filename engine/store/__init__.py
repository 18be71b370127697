"""
The store: tables, migrations, all SQL, and the only thread that writes.

The screen and the worker meet here: neither holds an object of the other. Rates and forecasts are computed in reports;
the steps of a run are decided in runners. docs/store.md is the design note.
"""

from __future__ import annotations

from engine.store.answers import KeptAnswer, kept_answers
from engine.store.arm_rows import MadeDraft, PacketCount, ReviewTime
from engine.store.clean import Cleanup, CleanupResult
from engine.store.commit_waiter import committed
from engine.store.draft_filter import Order
from engine.store.library import MaterialRow, Shelf, What
from engine.store.offers import HeldRun, WorkerRow
from engine.store.outages import AutoResume, BreakerKey, ProviderDown, ProviderNews, RetriesSpent, pause_s
from engine.store.pairs import NewPair, PairRow
from engine.store.quality_rows import AgreementRow, QualityFilter, QualityRow, ReviewerRow, ScoreRow
from engine.store.records import (
    ANSWERED,
    EVERY,
    AutoDecision,
    CallStart,
    DraftFilter,
    Edit,
    ImportedReview,
    Kept,
    NewComparison,
    NewOpinion,
    NewRun,
    Opinion,
    Reviewer,
    RunRequest,
    RunState,
    Settlement,
    Verdict,
)
from engine.store.refused_calls import DayFull, RunFull
from engine.store.review_rows import (
    AcceptanceRow,
    CheckRow,
    Facets,
    OpinionRow,
    ReviewCounts,
    ReviewDecision,
    ReviewRow,
    Subject,
)
from engine.store.run_list import Deletion, RunFilter, RunOrder
from engine.store.runs import Runs
from engine.store.saved_filters import LONGEST_FILTER_NAME, SavedFilter
from engine.store.spend_rows import SpendingRun, SpentRow
from engine.store.store import Store
from engine.store.texts import TextRow
from engine.store.views import (
    Bucket,
    CachedDraft,
    CallRow,
    CellRow,
    ChangeRow,
    Charge,
    ComparisonRow,
    DraftRow,
    Failure,
    Health,
    RunRow,
    Settled,
    Totals,
)

__all__ = [
    "ANSWERED",
    "EVERY",
    "LONGEST_FILTER_NAME",
    "AcceptanceRow",
    "AgreementRow",
    "AutoDecision",
    "AutoResume",
    "BreakerKey",
    "Bucket",
    "CachedDraft",
    "CallRow",
    "CallStart",
    "CellRow",
    "ChangeRow",
    "Charge",
    "CheckRow",
    "Cleanup",
    "CleanupResult",
    "ComparisonRow",
    "DayFull",
    "Deletion",
    "DraftFilter",
    "DraftRow",
    "Edit",
    "Facets",
    "Failure",
    "Health",
    "HeldRun",
    "ImportedReview",
    "Kept",
    "KeptAnswer",
    "MadeDraft",
    "MaterialRow",
    "NewComparison",
    "NewOpinion",
    "NewPair",
    "NewRun",
    "Opinion",
    "OpinionRow",
    "Order",
    "PacketCount",
    "PairRow",
    "ProviderDown",
    "ProviderNews",
    "QualityFilter",
    "QualityRow",
    "RetriesSpent",
    "ReviewCounts",
    "ReviewDecision",
    "ReviewRow",
    "ReviewTime",
    "Reviewer",
    "ReviewerRow",
    "RunFilter",
    "RunFull",
    "RunOrder",
    "RunRequest",
    "RunRow",
    "RunState",
    "Runs",
    "SavedFilter",
    "ScoreRow",
    "Settled",
    "Settlement",
    "Shelf",
    "SpendingRun",
    "SpentRow",
    "Store",
    "Subject",
    "TextRow",
    "Totals",
    "Verdict",
    "What",
    "WorkerRow",
    "committed",
    "kept_answers",
    "pause_s",
]
