"""
What was left out of a file, for people.
"""

from __future__ import annotations

from engine.messages import Message


def left_out_note(what: str, count: int) -> Message:
    """
    How many parts of a sort were left out.

    Args:
        what: pictures, footnotes, headings, code, tables, comments or sounds.
        count: At least 1.
    """
    return Message("text_left_out", {"count": count, "what": Message(f"text_part.{what}")})
