"""
The choices of an item as a worksheet prints them: the answer among wrong ones, in an order that stays the same.
"""

from __future__ import annotations

import random
from functools import lru_cache

from engine.kinds.blocks import Item
from engine.store import DraftRow

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def choices(draft: DraftRow, item: Item) -> tuple[str, ...]:
    """The answer and the wrong choices, shuffled by the draft and the item alone; empty without wrong ones."""
    return _mixed(draft.id, item.number, item.answer, item.wrong)


@lru_cache(maxsize=256)  # a worksheet asks with the choices, and its key says the letter of the answer
def _mixed(draft: int, number: int, answer: str, offered: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [text for text in dict.fromkeys(offered) if text != answer][: len(LETTERS) - 1]
    if not wrong:
        return ()
    mixed = [answer, *wrong]
    random.Random(f"{draft}/{number}").shuffle(mixed)
    return tuple(mixed)


def lettered(draft: DraftRow, item: Item) -> list[tuple[str, str]]:
    """The choices with their letters."""
    return list(zip(LETTERS, choices(draft, item), strict=False))


def letter(draft: DraftRow, item: Item) -> str:
    """The letter of the answer, "" where there is nothing to choose."""
    return next((sign for sign, text in lettered(draft, item) if text == item.answer), "")
