"""
Reviews by people (edits, suggested fixes, the identity of a reviewer, the notes of a draft, saved filters), and the
library of word lists and style notes. Public API.
"""

from __future__ import annotations

from engine.review.edit import apply_fix, edit_draft
from engine.review.library import (
    MATERIAL,
    Material,
    WordsRead,
    check_words,
    difference,
    find_style,
    find_words,
    material_of,
    save_style,
    save_words,
    split_words,
    with_material,
)
from engine.review.sources import approved_sources
from engine.spec import MOST_EXAMPLES, MOST_NOTE
from engine.spec.material import check_note
from engine.store import (
    LONGEST_FILTER_NAME,
    MaterialRow,
    ReviewDecision,
    Reviewer,
    ReviewRow,
    SavedFilter,
    Shelf,
    TextRow,
    Verdict,
)
from engine.store.notes import current_note, join_note, split_note

__all__ = [
    "LONGEST_FILTER_NAME",
    "MATERIAL",
    "MOST_EXAMPLES",
    "MOST_NOTE",
    "Material",
    "MaterialRow",
    "ReviewDecision",
    "ReviewRow",
    "Reviewer",
    "SavedFilter",
    "Shelf",
    "TextRow",
    "Verdict",
    "WordsRead",
    "apply_fix",
    "approved_sources",
    "check_note",
    "check_words",
    "current_note",
    "difference",
    "edit_draft",
    "find_style",
    "find_words",
    "join_note",
    "material_of",
    "save_style",
    "save_words",
    "split_note",
    "split_words",
    "with_material",
]
