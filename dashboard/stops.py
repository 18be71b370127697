"""
Why a run paused or ended, in the reader's language.
"""

from __future__ import annotations

from dashboard.text import message_text
from engine import RunRow
from engine.messages import TEMPLATES, Message


def title_of(row: RunRow) -> str:
    """The short name of the reason; empty where it has none."""
    name = f"reason.{row.reason_code}"
    return message_text(Message(name)) if name in TEMPLATES else ""


def detail_of(row: RunRow) -> str:
    """The reason in full; of an older row the English text it was stored with."""
    return message_text(row.why)
