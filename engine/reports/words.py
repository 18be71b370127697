"""
Which target words the drafts of a run use: from its slots and the flags of their drafts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.kinds import MISSING_WORD, slot_words
from engine.spec import RunSpec
from engine.store import RunRow, Store
from engine.work import Flag, Slot


@dataclass(frozen=True, slots=True)
class WordUse:
    """A target word: in how many slots it was asked for, and in how many drafts it is used or missing."""

    word: str
    asked: int
    used: int
    missing: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The target words of a run, in the order of their list."""

    ref: str
    """The version of the list: "unit5@2"."""
    words: tuple[WordUse, ...]

    @property
    def used(self) -> int:
        """Words that at least one draft uses."""
        return sum(1 for one in self.words if one.used)


def coverage_of(store: Store, row: RunRow) -> Coverage | None:
    """How a run covers its word list; None: it has none."""
    spec = RunSpec.from_json(row.spec)
    return coverage(spec, store.library.slots(row.id))


def coverage(spec: RunSpec, slots: Iterable[tuple[Slot, bool, tuple[Flag, ...]]]) -> Coverage | None:
    """
    Count the target words of some slots.

    Args:
        spec: The run's.
        slots: Each slot, whether it has a draft, and the draft's flags.
    """
    if spec.words is None:
        return None
    asked: Counter[str] = Counter()
    used: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for slot, drafted, flags in slots:
        words = slot_words(spec, slot)
        asked.update(words)
        if drafted:
            lacking = {word for flag in flags if flag.code == MISSING_WORD for word in flag.values.get("words", ())}
            missing.update(word for word in words if word in lacking)
            used.update(word for word in words if word not in lacking)
    listed = dict.fromkeys(spec.words.words)
    return Coverage(spec.words.ref, tuple(WordUse(one, asked[one], used[one], missing[one]) for one in listed))
