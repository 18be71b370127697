"""
Compares each new draft with the library and with the newest drafts of its own run.

A draft that shares half its text or more with another is a duplicate: it is refused and asked for again once, with the
other's title to avoid, then kept and flagged; where that was in vain twice in a row, duplicates are only flagged. The
same text for another topic or level is an answer given twice: it is never kept. A draft that shares less, but more than
distinct drafts do, is flagged.
Drafts copied from the cache are not compared.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.kinds import (
    DUPLICATE,
    NEWEST,
    SIMILAR,
    WORTH_MEASURING,
    ParsedReply,
    brief,
    flag,
    fold,
    jaccard,
    marks,
    shingles,
    sketch,
    title,
    weight,
)
from engine.messages import Message
from engine.spec import RunSpec
from engine.store import Store
from engine.work import Cell, Content, Draft, Packet, Rejection

MAX_OWN = 2000
"""Drafts of this run kept in memory, 3 kB each: those that are not written yet, and more."""
MAX_MEASURED = 6
REPLAYED = 0.95
"""Two answers of a model share less, whatever their topics; the rest is what a gateway may change."""
MOST_IN_VAIN = 2
"""A model that repeats itself so often when asked again does so again: more requests would be paid for nothing."""
MAX_READ = 2000
"""Drafts of the library whose marks are kept in memory, so that none is read twice."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A draft that new ones are compared with; its marks take 4 bytes each."""

    slot: int
    cell: Cell
    title: str
    marks: array[int]
    hashes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The most similar draft: its name, its title, and the share of the text that is the same."""

    name: str | Message
    title: str
    share: float
    cell: Cell

    def is_replayed_as(self, draft: Draft) -> bool:
        """Whether a draft repeats this one, title included, in a slot of another topic or level."""
        if self.share < REPLAYED or _folded(self.cell) == _folded(draft.slot.cell):
            return False
        return fold(self.title) == fold(title(draft.content))


def _folded(cell: Cell) -> tuple[str, int]:
    return fold(cell.topic), cell.level


class DuplicateCheck:
    """
    The near-duplicate check of one run.

    Args:
        store: The library.
        spec: The run's; drafts of another kind or language are never similar.
        run: Its id.
        library: Compare with other runs' drafts too.
        asks_again: The run may ask for a slot twice; else a duplicate is kept at once and flagged.
    """

    def __init__(self, store: Store, spec: RunSpec, run: int, *, library: bool, asks_again: bool) -> None:
        self._store = store
        self._spec = spec
        self._run = run
        self._library = library
        self.asks_again = asks_again
        self._refuses = asks_again and not spec.sources  # drafts that retell one passage are alike by nature
        self._vain = 0
        """Slots in a row that were asked for again and brought a duplicate again."""
        self._own: dict[int, _Known] = {}
        self._by_hash: defaultdict[int, list[int]] = defaultdict(list)
        """Slots of `_own`, the newest last."""
        self._read: dict[int, _Known] = {}
        """Drafts of the library by id."""
        self._refused: dict[int, str] = {}
        """Slots that were refused as a duplicate, and the title of the other draft."""

    def titles(self, packet: Packet) -> list[str]:
        """Titles of the drafts that earlier replies for a packet's slots duplicated."""
        return [self._refused[slot.number] for slot in packet.slots if slot.number in self._refused]

    def sift(self, reading: ParsedReply) -> ParsedReply:
        """Flag the near-duplicates of a reading, or refuse them the first time."""
        drafts: list[Draft] = []
        rejections = list(reading.rejections)
        for draft in reading.drafts:
            slot, marked = draft.slot, self._marks(draft.content)
            hashes = sketch(marked)
            found = self._nearest(slot.number, marked, hashes)
            if refused := self._refusal(draft, found):
                rejections.append(refused)
                continue
            self._remember(_Known(slot.number, slot.cell, title(draft.content), array("I", marked), hashes))
            drafts.append(_flagged(draft, found))
        return replace(reading, drafts=tuple(drafts), rejections=tuple(rejections))

    def _refusal(self, draft: Draft, found: _Found | None) -> Rejection | None:
        """Why a draft is not kept: it is an answer handed back, or a duplicate for the first time."""
        slot, is_duplicate = draft.slot.number, found is not None and found.share >= DUPLICATE
        if slot in self._refused:
            self._vain = self._vain + 1 if is_duplicate else 0
        if found is None or not is_duplicate:
            return None
        named = {"title": brief(found.title, 60)}
        if found.is_replayed_as(draft):
            return Rejection.because(draft.slot, "replayed", Message("refused.replayed_text", named))
        if not self._refuses or slot in self._refused or self._vain >= MOST_IN_VAIN:
            return None
        self._refused[slot] = found.title
        return Rejection.because(draft.slot, "duplicate", Message("refused.duplicate", named))

    def hashes(self, draft: Draft) -> tuple[int, ...]:
        """The hashes a draft is found by; see kinds.sketch."""
        own = self._own.get(draft.slot.number)
        return own.hashes if own else sketch(self._marks(draft.content))

    def _marks(self, content: Content) -> frozenset[int]:
        return marks(shingles(content, self._spec.lang), self._spec.kind, self._spec.lang)

    def _nearest(self, slot: int, marked: frozenset[int], hashes: tuple[int, ...]) -> _Found | None:
        """The most similar draft, if it is similar enough to be flagged."""
        near = (*self._in_library(slot, hashes), *self._in_memory(slot, hashes))
        measured = (_Found(name, other.title, jaccard(marked, other.marks), other.cell) for name, other in near)
        found = max(measured, key=lambda one: one.share, default=None)
        return found if found and found.share >= SIMILAR else None

    def _in_library(self, new: int, hashes: tuple[int, ...]) -> Iterable[tuple[str | Message, _Known]]:
        ids = [
            draft
            for draft, run, slot in self._store.drafts.similar(hashes)
            if self._library or run == self._run
            if run != self._run or (slot != new and slot not in self._own)
        ]
        if unread := [one for one in ids if one not in self._read]:
            for row in self._store.drafts.texts(unread):
                marked, cell = array("I", self._marks(row.content)), Cell(row.topic, row.level)
                self._read[row.draft] = _Known(row.slot, cell, row.title, marked)
        found = [(f"#{one}", self._read[one]) for one in ids if one in self._read]
        while len(self._read) > MAX_READ:
            del self._read[next(iter(self._read))]
        return found

    def _in_memory(self, new: int, hashes: tuple[int, ...]) -> Iterable[tuple[str | Message, _Known]]:
        shared: Counter[int] = Counter()
        for one in hashes:
            counts = weight(one)
            for slot in self._by_hash.get(one, ())[-NEWEST[counts] :]:
                shared[slot] += counts
        for slot, counts in shared.most_common(MAX_MEASURED):
            if counts >= WORTH_MEASURING and slot != new:
                yield Message("draft_of_run", {"number": slot + 1}), self._own[slot]

    def _remember(self, new: _Known) -> None:
        """Keep the newest few thousand; older ones are in the library by now."""
        self._forget(new.slot)
        self._own[new.slot] = new
        for one in new.hashes:
            self._by_hash[one].append(new.slot)
        if len(self._own) > MAX_OWN:
            self._forget(next(iter(self._own)))

    def _forget(self, slot: int) -> None:
        old = self._own.pop(slot, None)
        for one in old.hashes if old else ():
            self._by_hash[one].remove(slot)  # the oldest is first: found at once
            if not self._by_hash[one]:
                del self._by_hash[one]


def _flagged(draft: Draft, found: _Found | None) -> Draft:
    if found is None:
        return draft
    code = "duplicate" if found.share >= DUPLICATE else "similar"
    return replace(draft, flags=(*draft.flags, flag(code, share=round(found.share * 100), name=found.name)))
