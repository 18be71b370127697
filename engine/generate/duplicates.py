"""
DuplicateCheck-duplicates: a new draft is held against the library and against what its own run has just made.

Half the same text or more is a duplicate: refused and asked for again once, with the other's title to avoid, then kept
and flagged. Less than that, but more than distinct drafts ever share, is flagged. Drafts copied from the cache never
come here.
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
    Reading,
    brief,
    jaccard,
    marks,
    shingles,
    sketch,
    title,
    weight,
)
from engine.spec import RunSpec
from engine.store import Store
from engine.work import Content, Draft, Flag, Packet, Rejection

OWN = 2000
"""Drafts of this run kept in memory, 3 kB each: those whose commit is on its way, and more."""
MOST_MEASURED = 6
READ = 2000
"""Drafts of the library whose marks are kept, so that one that is met again is not read again."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A draft that new ones are held against; its marks are packed, 4 bytes each."""

    slot: int
    title: str
    marks: array[int]
    hashes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The draft most alike: how it is called, its title, and the share of the text that is the same."""

    name: str
    title: str
    share: float


class DuplicateCheck:
    """
    The near-duplicate check of one run.

    Args:
        store: The library.
        spec: The run's; drafts of another kind or language are never alike.
        run: Its id.
        library: Look at other runs' drafts too.
        asks_again: The run may ask for a slot twice; else a duplicate is kept at once, flagged.
    """

    def __init__(self, store: Store, spec: RunSpec, run: int, *, library: bool, asks_again: bool) -> None:
        self._store = store
        self._spec = spec
        self._run = run
        self._library = library
        self._asks_again = asks_again
        self._own: dict[int, _Known] = {}
        self._by_hash: defaultdict[int, list[int]] = defaultdict(list)
        """Slots of `_own`, the newest last."""
        self._read: dict[int, _Known] = {}
        """Drafts of the library by id."""
        self._refused: dict[int, str] = {}
        """Slots that were refused for this already, and the title that was there before."""

    def titles(self, packet: Packet) -> list[str]:
        """What the slots of a packet came too near to."""
        return [self._refused[slot.number] for slot in packet.slots if slot.number in self._refused]

    def sift(self, reading: Reading) -> Reading:
        """The reading with its near-duplicates flagged, or refused the first time."""
        drafts: list[Draft] = []
        rejections = list(reading.rejections)
        for draft in reading.drafts:
            slot, marked = draft.slot.number, self._marks(draft.content)
            hashes = sketch(marked)
            found = self._nearest(slot, marked, hashes)
            if found and found.share >= DUPLICATE and self._asks_again and slot not in self._refused:
                self._refused[slot] = found.title
                detail = f"nearly the same text as {brief(found.title, 60)!r}; tell another story"
                rejections.append(Rejection(draft.slot, "duplicate", detail))
                continue
            self._remember(_Known(slot, title(draft.content), array("I", marked), hashes))
            drafts.append(_flagged(draft, found))
        return replace(reading, drafts=tuple(drafts), rejections=tuple(rejections))

    def hashes(self, draft: Draft) -> tuple[int, ...]:
        """What a draft is found by; see kinds.sketch."""
        own = self._own.get(draft.slot.number)
        return own.hashes if own else sketch(self._marks(draft.content))

    def _marks(self, content: Content) -> frozenset[int]:
        return marks(shingles(content, self._spec.lang), self._spec.kind, self._spec.lang)

    def _nearest(self, slot: int, marked: frozenset[int], hashes: tuple[int, ...]) -> _Found | None:
        """The draft most alike, where it is alike enough to be told of."""
        near = (*self._in_library(slot, hashes), *self._in_memory(slot, hashes))
        measured = (_Found(name, other.title, jaccard(marked, other.marks)) for name, other in near)
        found = max(measured, key=lambda one: one.share, default=None)
        return found if found and found.share >= SIMILAR else None

    def _in_library(self, new: int, hashes: tuple[int, ...]) -> Iterable[tuple[str, _Known]]:
        ids = [
            draft
            for draft, run, slot in self._store.drafts.similar(hashes)
            if self._library or run == self._run
            if run != self._run or (slot != new and slot not in self._own)
        ]
        if unread := [one for one in ids if one not in self._read]:
            for row in self._store.drafts.texts(unread):
                self._read[row.draft] = _Known(row.slot, row.title, array("I", self._marks(row.content)))
        found = [(f"#{one}", self._read[one]) for one in ids if one in self._read]
        while len(self._read) > READ:
            del self._read[next(iter(self._read))]
        return found

    def _in_memory(self, new: int, hashes: tuple[int, ...]) -> Iterable[tuple[str, _Known]]:
        shared: Counter[int] = Counter()
        for one in hashes:
            counts = weight(one)
            for slot in self._by_hash.get(one, ())[-NEWEST[counts] :]:
                shared[slot] += counts
        for slot, counts in shared.most_common(MOST_MEASURED):
            if counts >= WORTH_MEASURING and slot != new:
                yield f"draft {slot + 1} of this run", self._own[slot]

    def _remember(self, new: _Known) -> None:
        """The newest few thousand; older ones are in the library by now."""
        self._forget(new.slot)
        self._own[new.slot] = new
        for one in new.hashes:
            self._by_hash[one].append(new.slot)
        if len(self._own) > OWN:
            self._forget(next(iter(self._own)))

    def _forget(self, slot: int) -> None:
        old = self._own.pop(slot, None)
        for one in old.hashes if old else ():
            self._by_hash[one].remove(slot)  # the oldest: it stands first
            if not self._by_hash[one]:
                del self._by_hash[one]


def _flagged(draft: Draft, found: _Found | None) -> Draft:
    if found is None:
        return draft
    code = "duplicate" if found.share >= DUPLICATE else "similar"
    return replace(draft, flags=(*draft.flags, Flag(code, f"{found.share:.0%} the same as {found.name}")))
