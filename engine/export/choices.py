"""
The choices of an item as a worksheet prints them: the answer among wrong ones, in an order that stays the same.
"""

from __future__ import annotations

import random

from engine.kinds.blocks import Item
from engine.store import DraftRow

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def choices(draft: DraftRow, item: Item) -> list[str]:
    """The answer and the wrong choices, shuffled by the draft and the item alone; empty without wrong ones."""
    wrong = [text for text in dict.fromkeys(item.wrong) if text != item.answer][: len(LETTERS) - 1]
    if not wrong:
        return []
    mixed = [item.answer, *wrong]
    random.Random(f"{draft.id}/{item.number}").shuffle(mixed)
    return mixed


def lettered(draft: DraftRow, item: Item) -> list[tuple[str, str]]:
    """The choices with their letters."""
    return list(zip(LETTERS, choices(draft, item), strict=False))


def letter(draft: DraftRow, item: Item) -> str:
    """The letter of the answer, "" where there is nothing to choose."""
    return next((sign for sign, text in lettered(draft, item) if text == item.answer), "")
