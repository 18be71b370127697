"""
What a run's packets are about: how they are cut, asked for, read back and stored.

Everything else of a packet's journey (gate, retries, money, ledger) is the same for drafts, made here, and for a second
model's opinions of them (second_model).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engine.generate.duplicates import DuplicateCheck
from engine.kinds import Prompt, Reading, build_prompt, fingerprint, read_reply, search_text, title
from engine.spec import RunSpec
from engine.store import Kept, Settlement
from engine.work import Draft, Packet, Slot, pack

Pack = Callable[[Sequence[Slot], int, int], list[Packet]]
"""Slots, batch size, number of the first packet -> packets, in order."""


class Task(Protocol):
    """The part of a run that knows what it makes."""

    def pack(self, slots: Sequence[Slot], batch_size: int, first: int, /) -> list[Packet]:
        """Group slots into packets, numbered from `first`; every slot stands in one, in order."""
        ...

    def prompt(self, packet: Packet, avoid: Sequence[str]) -> Prompt:
        """Ask for a packet; `avoid`: titles the run has already, the newest last."""
        ...

    def read(self, text: str, packet: Packet, *, truncated: bool) -> Reading:
        """What an answer holds: a draft or a rejection for each slot of the packet; never raises."""
        ...

    def file(self, entry: Settlement, drafts: Sequence[Draft]) -> Settlement:
        """The call's entry with what is to be stored in it."""
        ...


@dataclass(frozen=True, slots=True)
class Drafting:
    """
    The task of making drafts.

    Args:
        spec: What to make.
        model: The model asked for; part of what a draft is found by when it is wanted again.
        near: Looks for drafts that are there already.
    """

    spec: RunSpec
    model: str
    near: DuplicateCheck

    def pack(self, slots: Sequence[Slot], batch_size: int, first: int, /) -> list[Packet]:
        """See work.pack."""
        return pack(slots, batch_size, self.spec.kind, first=first)

    def prompt(self, packet: Packet, avoid: Sequence[str]) -> Prompt:
        """See kinds.build_prompt."""
        return build_prompt(self.spec, packet, [*avoid, *self.near.titles(packet)])

    def read(self, text: str, packet: Packet, *, truncated: bool) -> Reading:
        """See kinds.read_reply; what is nearly the same as another draft is marked, or refused once."""
        return self.near.sift(read_reply(text, packet, self.spec, truncated=truncated))

    def file(self, entry: Settlement, drafts: Sequence[Draft]) -> Settlement:
        """The drafts, with what they are found by."""
        return replace(entry, drafts=tuple(self._kept(draft) for draft in drafts))

    def _kept(self, draft: Draft) -> Kept:
        content = draft.content
        found_by = fingerprint(self.spec, draft.slot, self.model)
        return Kept(draft, title(content), search_text(content), found_by, self.near.hashes(draft))
