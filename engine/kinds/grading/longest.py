"""
Cuts a text without spaces into the longest words of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.kinds.units import HAN

_LONGEST = 6
"""Characters of the longest word that is looked for from the right."""


class Longest:
    """
    The words of a list, found in a text from left to right.

    Args:
        levels: Word to level.
    """

    def __init__(self, levels: Mapping[str, int]) -> None:
        self.levels = levels
        self._longest = _longest(levels)

    def at(self, text: str, place: int) -> str:
        """The longest word that begins at a place, "" where none does."""
        for size in range(min(self._longest.get(text[place], 0), len(text) - place), 0, -1):
            if text[place : place + size] in self.levels:
                return text[place : place + size]
        return ""

    def borders(self, text: str) -> tuple[frozenset[int], frozenset[int]]:
        """Where words meet in a text: as it is cut into the longest words from the left, and from the right."""
        left, right = {0}, {len(text)}
        place = 0
        while place < len(text):
            place += len(self.at(text, place)) or 1
            left.add(place)
        place = len(text)
        while place > 0:
            sizes = range(min(_LONGEST, place), 1, -1)
            place -= next((size for size in sizes if text[place - size : place] in self.levels), 1)
            right.add(place)
        return frozenset(left), frozenset(right)


def is_han(char: str) -> bool:
    """Whether a character is a kanji or hanzi; the iteration mark is one."""
    return "\u4e00" <= char <= "\u9fff" or (char > "\u2fff" and HAN.match(char) is not None)


def _longest(words: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word[0]] = max(found.get(word[0], 0), len(word))
    return found
