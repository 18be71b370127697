"""
Where a draft's flags lie: the words to mark, by their place on the card. Pure; the card draws them.

The kind of the draft knows which words a flag means; here they are found in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.kinds import WHOLE, kind_with
from engine.reports import Flag

Marks = Mapping[str, tuple[str, ...]]
"""A place of the card (such as "hint 3") to the words marked there."""
NOWHERE: Marks = {}


def marks_of(content: Mapping[str, Any], flags: Iterable[Flag]) -> Marks:
    """Find what to mark of a draft for its flags; a flag without values (an older row) marks nothing."""
    found: dict[str, tuple[str, ...]] = {}
    shown = dict(content)
    for flag in flags:
        for place, marked in kind_with(shown).marks(shown, flag):
            found[place] = (*found.get(place, ()), *marked)
    return found


def pieces(text: str, words: Sequence[str], lang: str) -> list[tuple[str, bool]]:
    """
    Cut a text where words to mark begin and end.

    Args:
        text: As stored.
        words: What to mark, whatever its case; in English only whole words.
        lang: Of the text.

    Returns:
        Pieces that make up the text, each with whether it is marked.
    """
    sought = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if WHOLE in sought and text:
        return [(text, True)]
    if not sought:
        return [(text, False)]
    parts = re.split(f"({'|'.join(_pattern(word, lang) for word in sought)})", text, flags=re.IGNORECASE)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def _pattern(word: str, lang: str) -> str:
    before = r"(?<!\w)" if lang == "en" and word[0].isalnum() else ""
    after = r"(?!\w)" if lang == "en" and word[-1].isalnum() else ""
    return before + re.escape(word) + after
