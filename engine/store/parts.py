"""
The parts of the store, by subject.
"""

from __future__ import annotations

from engine.store.budgets import DaySpending, RunBudgets
from engine.store.calls import CallSteps, FailedSlots
from engine.store.changes import Changes
from engine.store.drafts import DraftReads, ReviewCounting
from engine.store.duplicate_index import DuplicateIndex
from engine.store.ledger import Ledger
from engine.store.opinions import Opinions
from engine.store.plans import Plans
from engine.store.quality import Acceptance, Checks
from engine.store.refill import Refills
from engine.store.returns import KindsOfDrafts, Returns
from engine.store.review import Review
from engine.store.review_queries import ReviewQueries
from engine.store.runs import OpenSlots, RunSteps
from engine.store.totals import RunReads


class Runs(Plans, RunSteps, RunReads, RunBudgets, Changes):
    """Runs: planned, claimed, ended; their rows with their sums."""


class Calls(CallSteps, Ledger, DaySpending):
    """The ledger of calls."""


class Drafts(DraftReads, ReviewQueries, DuplicateIndex, Checks, Refills, KindsOfDrafts, OpenSlots, FailedSlots):
    """Slots and their drafts."""


class Reviews(Review, ReviewCounting, Returns, Opinions, Acceptance):
    """Decisions of people, opinions of a second model."""
