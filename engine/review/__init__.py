"""
Reviews by people: edits, suggested fixes, the identity of a reviewer, the notes of a draft, saved filters. Public API.
"""

from __future__ import annotations

from engine.review.edit import apply_fix, edit_draft
from engine.store import LONGEST_FILTER_NAME, ReviewDecision, Reviewer, ReviewRow, SavedFilter, Verdict
from engine.store.notes import REASONS, current_note, join_note, split_note

__all__ = [
    "LONGEST_FILTER_NAME",
    "REASONS",
    "ReviewDecision",
    "ReviewRow",
    "Reviewer",
    "SavedFilter",
    "Verdict",
    "apply_fix",
    "current_note",
    "edit_draft",
    "join_note",
    "split_note",
]
