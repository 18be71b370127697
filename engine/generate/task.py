"""
What a run's packets are about: how slots are packed, asked for, read and stored.

Limiter, retries, money and ledger are the same for drafts, made here, and for a second model's judgements (judge).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

from engine.generate.duplicates import DuplicateCheck
from engine.generate.level_check import LevelGate
from engine.generate.words import WordCheck
from engine.kinds import (
    ParsedReply,
    Prompt,
    build_prompt,
    fingerprint,
    keeps_source,
    kind_of,
    read_reply,
    search_text,
    title,
)
from engine.spec import RunSpec
from engine.store import Kept, Settlement
from engine.work import Cell, Draft, Packet, Slot, Unit, pack

Pack = Callable[[Sequence[Slot], int, int], list[Packet]]
"""Slots, batch size, number of the first packet -> packets, in order."""
AVOID_TITLES = 8
"""Titles of the same cell, the newest, that a prompt asks not to use again."""


class Task(Protocol):
    """The part of a run that knows what it makes."""

    unit: ClassVar[Unit]

    def pack(self, slots: Sequence[Slot], batch_size: int, first: int, /) -> list[Packet]:
        """Group slots into packets, numbered from `first`; every slot is in one, in order."""
        ...

    def prompt(self, packet: Packet) -> Prompt:
        """Ask for a packet."""
        ...

    def read(self, text: str, packet: Packet, *, truncated: bool) -> ParsedReply:
        """Read a reply's text: a draft or a rejection for each slot of the packet; never raises."""
        ...

    def file(self, entry: Settlement, drafts: Sequence[Draft]) -> Settlement:
        """Add what is to be stored to the call's entry."""
        ...


@dataclass(frozen=True, slots=True)
class Drafting:
    """
    The task of making drafts.

    Args:
        spec: What to make.
        model: The model asked for; part of a draft's fingerprint.
        duplicates: Compares new drafts with existing ones.
        nonce: What the ids of the run begin with.
        base_url: Where the model is served; part of a draft's fingerprint.
        words: Looks for the target words; None: there are none.
    """

    unit: ClassVar[Unit] = "draft"

    spec: RunSpec
    model: str
    duplicates: DuplicateCheck
    nonce: str = ""
    base_url: str = ""
    words: WordCheck | None = None
    _levels: LevelGate = field(init=False)
    _titles: defaultdict[Cell, deque[str]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=AVOID_TITLES)), init=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_levels", LevelGate(self.spec, asks_again=self.duplicates.asks_again))

    def pack(self, slots: Sequence[Slot], batch_size: int, first: int, /) -> list[Packet]:
        """See work.pack."""
        return pack(slots, batch_size, kind_of(self.spec.kind).packet, first=first)

    def prompt(self, packet: Packet) -> Prompt:
        """See kinds.build_prompt; asks to avoid titles the run has already."""
        cells = dict.fromkeys(slot.cell for slot in packet.slots)
        avoid = [name for cell in cells for name in self._titles[cell]][-AVOID_TITLES:]
        return build_prompt(self.spec, replace(packet, nonce=self.nonce), [*avoid, *self.duplicates.titles(packet)])

    def read(self, text: str, packet: Packet, *, truncated: bool) -> ParsedReply:
        """
        See kinds.read_reply; a draft that lacks a target word is refused twice at most, one above its level or nearly
        a duplicate once.

        Drafts that keep a text are all alike: they are not compared.
        """
        reading = read_reply(text, replace(packet, nonce=self.nonce), self.spec, truncated=truncated)
        reading = self.words.sift(reading) if self.words else reading
        return reading if keeps_source(self.spec) else self.duplicates.sift(self._levels.sift(reading))

    def file(self, entry: Settlement, drafts: Sequence[Draft]) -> Settlement:
        """Add the drafts, with their fingerprints and search text."""
        for draft in drafts:
            self._titles[draft.slot.cell].append(title(draft.content))
        return replace(entry, drafts=tuple(self._kept(draft) for draft in drafts))

    def _kept(self, draft: Draft) -> Kept:
        content = draft.content
        found_by = fingerprint(self.spec, draft.slot, self.model, self.base_url)
        return Kept(draft, title(content), search_text(content), found_by, self.duplicates.hashes(draft))
