"""
Reviews by people: edits, suggested fixes, the identity of a reviewer, the notes of a draft. The package's public API.
"""

from __future__ import annotations

from engine.review.edit import apply_fix, edit_draft
from engine.store import ReviewDecision, Reviewer, ReviewRow, Verdict
from engine.store.notes import REASONS, current_note, join_note, split_note

__all__ = [
    "REASONS",
    "ReviewDecision",
    "ReviewRow",
    "Reviewer",
    "Verdict",
    "apply_fix",
    "current_note",
    "edit_draft",
    "join_note",
    "split_note",
]
