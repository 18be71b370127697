"""
The store: tables, migrations, all SQL, and the only thread that writes.

The screen and the worker meet here: neither holds an object of the other. Rates and forecasts are computed in reports;
the steps of a run are decided in runners. docs/store.md is the design note.
"""

from __future__ import annotations

from engine.store.answers import KeptAnswer, kept_answers
from engine.store.arm_rows import ArmRows, MadeDraft, PacketCount, ReviewTime
from engine.store.calls import Calls
from engine.store.clean import Cleanup, CleanupResult
from engine.store.commit_waiter import committed
from engine.store.comparisons import Comparisons
from engine.store.draft_filter import Order
from engine.store.drafts import Drafts
from engine.store.library import Library, MaterialRow, Shelf, What
from engine.store.offers import HeldRun, WorkerRow
from engine.store.outages import AutoResume, BreakerKey, ProviderDown, ProviderNews, RetriesSpent, pause_s
from engine.store.pairs import CHOICES, Choice, NewPair, PairingRow, PairRow, Pairs
from engine.store.profiles import Profiles
from engine.store.quality_rows import AgreementRow, QualityFilter, QualityRow, QualityRows, ReviewerRow, ScoreRow
from engine.store.records import (
    ANSWERED,
    EVERY,
    FILLED,
    GOOD,
    OPEN,
    AutoDecision,
    CallStart,
    Command,
    DayFull,
    DraftFilter,
    DraftState,
    Edit,
    ImportedReview,
    Kept,
    NewComparison,
    NewOpinion,
    NewRun,
    Opinion,
    Reviewer,
    RunFull,
    RunRequest,
    RunState,
    Settlement,
    Verdict,
)
from engine.store.review_rows import (
    AcceptanceRow,
    BatchQualityRow,
    CheckRow,
    Facets,
    OpinionCounts,
    OpinionRow,
    ReviewCounts,
    ReviewDecision,
    ReviewRow,
    ReviewSession,
    SimilarDraft,
    Subject,
)
from engine.store.reviews import Reviews
from engine.store.run_list import Deletion, RunFilter, RunList, RunOrder
from engine.store.runs import Runs
from engine.store.saved_filters import LONGEST_FILTER_NAME, SavedFilter, SavedFilters
from engine.store.spend_rows import SpendingRun, SpendRows, SpentRow
from engine.store.store import Store
from engine.store.texts import TextRow, Texts
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
    Sample,
    Settled,
    Totals,
)

__all__ = [
    "ANSWERED",
    "CHOICES",
    "EVERY",
    "FILLED",
    "GOOD",
    "LONGEST_FILTER_NAME",
    "OPEN",
    "AcceptanceRow",
    "AgreementRow",
    "ArmRows",
    "AutoDecision",
    "AutoResume",
    "BatchQualityRow",
    "BreakerKey",
    "Bucket",
    "CachedDraft",
    "CallRow",
    "CallStart",
    "Calls",
    "CellRow",
    "ChangeRow",
    "Charge",
    "CheckRow",
    "Choice",
    "Cleanup",
    "CleanupResult",
    "Command",
    "ComparisonRow",
    "Comparisons",
    "DayFull",
    "Deletion",
    "DraftFilter",
    "DraftRow",
    "DraftState",
    "Drafts",
    "Edit",
    "Facets",
    "Failure",
    "Health",
    "HeldRun",
    "ImportedReview",
    "Kept",
    "KeptAnswer",
    "Library",
    "MadeDraft",
    "MaterialRow",
    "NewComparison",
    "NewOpinion",
    "NewPair",
    "NewRun",
    "Opinion",
    "OpinionCounts",
    "OpinionRow",
    "Order",
    "PacketCount",
    "PairRow",
    "PairingRow",
    "Pairs",
    "Profiles",
    "ProviderDown",
    "ProviderNews",
    "QualityFilter",
    "QualityRow",
    "QualityRows",
    "RetriesSpent",
    "ReviewCounts",
    "ReviewDecision",
    "ReviewRow",
    "ReviewSession",
    "ReviewTime",
    "Reviewer",
    "ReviewerRow",
    "Reviews",
    "RunFilter",
    "RunFull",
    "RunList",
    "RunOrder",
    "RunRequest",
    "RunRow",
    "RunState",
    "Runs",
    "Sample",
    "SavedFilter",
    "SavedFilters",
    "ScoreRow",
    "Settled",
    "Settlement",
    "Shelf",
    "SimilarDraft",
    "SpendRows",
    "SpendingRun",
    "SpentRow",
    "Store",
    "Subject",
    "TextRow",
    "Texts",
    "Totals",
    "Verdict",
    "What",
    "WorkerRow",
    "committed",
    "kept_answers",
    "pause_s",
]
