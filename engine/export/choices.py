"""
The choices of a blank as a worksheet prints them: the answer among its distractors, in an order that stays the same.
"""

from __future__ import annotations

import random

from engine.export.selection import Blank
from engine.store import DraftRow

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def choices(draft: DraftRow, number: int, blank: Blank) -> list[str]:
    """The answer and the distractors, shuffled by the draft and the blank alone; empty without distractors."""
    wrong = [text for text in dict.fromkeys(blank["distractors"]) if text != blank["answer"]][: len(LETTERS) - 1]
    if not wrong:
        return []
    mixed = [blank["answer"], *wrong]
    random.Random(f"{draft.id}/{number}").shuffle(mixed)
    return mixed


def lettered(draft: DraftRow, number: int, blank: Blank) -> list[tuple[str, str]]:
    """The choices with their letters."""
    return list(zip(LETTERS, choices(draft, number, blank), strict=False))


def letter(draft: DraftRow, number: int, blank: Blank) -> str:
    """The letter of the answer, "" where there is nothing to choose."""
    return next((sign for sign, text in lettered(draft, number, blank) if text == blank["answer"]), "")
