"""
The note of a draft: a reason of a rejection, words, or both ("level: too many idioms"). Pure.

One text holds both, so that an exported table has one column for it and a table that is imported can set it.
"""

from __future__ import annotations

from collections.abc import Iterable

REASONS = ("wrong", "unnatural", "level", "task", "unfit")
"""Why a draft is rejected."""


def split_note(note: str) -> tuple[str, str]:
    """The reason of a note and its words; each may be empty."""
    start, colon, words = note.partition(":")
    if start.strip() in REASONS and (colon or start.strip() == note.strip()):
        return start.strip(), words.strip()
    return "", note.strip()


def join_note(reason: str, words: str) -> str:
    """The note of a reason and words."""
    return ": ".join(part for part in (reason, words.strip()) if part)


def current_note(history: Iterable[tuple[str, str]]) -> str:
    """
    The note of a draft after its decisions, edits and comments.

    Args:
        history: (verdict, note) of those that are not undone, the oldest first.

    Returns:
        The newest note. A decision or an edit without a note keeps the words before it; a decision ends the reason of
        the one before, because that was the reason of another verdict.
    """
    note = ""
    for verdict, given in history:
        if given or verdict == "noted":
            note = given
        elif verdict != "edited":
            note = split_note(note)[1]
    return note
