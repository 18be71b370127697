"""
Cells as people and spreadsheets write them: verdicts in other words, whole numbers as "1.0".
"""

from __future__ import annotations

import re

VERDICTS = ("pending", "approved", "rejected")
_WHOLE = re.compile(r"\s*'?(\d{1,18})(?:[.,]0+)?\s*")
_OTHER_WORDS = {
    **dict.fromkeys(("approve", "accepted", "accept", "已通过", "通过"), "approved"),
    **dict.fromkeys(("reject", "refused", "未通过", "不通过", "拒绝"), "rejected"),
    **dict.fromkeys(("open", "待审阅", "待审"), "pending"),
}


def verdict_of(cell: str) -> str:
    """The verdict that a cell means, in lower case; a word that is none as it is."""
    word = cell.strip(" \t\n\u3000\u00a0.!。！✓✔√☑✅").lower()
    return _OTHER_WORDS.get(word, word)


def number_of(cell: str) -> int | None:
    """A whole number, also as a spreadsheet writes it: 1.0, 1,00, '1."""
    found = _WHOLE.fullmatch(cell)
    return int(found[1]) if found else None


def without_characters(cell: str, now: str) -> bool:
    """Whether a cell is a text as a spreadsheet saves it in an older encoding: "?" for what that does not hold."""
    if "?" not in cell or now.isascii() or len(cell) != len(now):
        return False
    return all(one == other or (one == "?" and not other.isascii()) for one, other in zip(cell, now, strict=True))


def lost_characters(cell: str, now: str) -> bool:
    """Whether an edited cell has several "?" in a row where the text had characters that older encodings lack."""
    return not now.isascii() and "??" in cell and "??" not in now
