"""
The task of a review: its slots are drafts to be judged, and where they can be solved blind, the same drafts once more.

A slot's copy number says which part it is. The two parts never share a packet: who solves must not see the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

from engine.judge.answers import read_scores, read_solved
from engine.judge.opinion import Thresholds, ruling
from engine.judge.prompts import review_prompt, solve_prompt
from engine.kinds import ParsedReply, Prompt, kind_of, read_items
from engine.messages import Message
from engine.spec import RunSpec
from engine.store import AutoDecision, NewOpinion, Opinion, Settlement, Store, Subject
from engine.work import Draft, Packet, Rejection, Slot, Unit

SCORES, SOLVE = 0, 1
MOST_DRAFTS = 5  # kinds.md: a review packet carries up to five


@dataclass(frozen=True, slots=True)
class Judging:
    """
    The task of judging drafts.

    Args:
        spec: The one the drafts were made for.
        store: Where the drafts are; a packet's are read when it is asked for and when it is answered.
        run: The review's id.
        thresholds: When an opinion decides by itself.
        nonce: What the ids of the run begin with.
    """

    unit: ClassVar[Unit] = "judgement"

    spec: RunSpec
    store: Store
    run: int
    thresholds: Thresholds
    nonce: str = ""

    def pack(self, slots: Sequence[Slot], batch_size: int, first: int, /) -> list[Packet]:
        """At most five drafts a packet, all of one part."""
        size = min(batch_size, MOST_DRAFTS)
        groups = [list(part) for _, part in groupby(slots, key=lambda slot: slot.copy)]
        cut = [tuple(part[start : start + size]) for part in groups for start in range(0, len(part), size)]
        return [Packet(first + number, group) for number, group in enumerate(cut)]

    def prompt(self, packet: Packet) -> Prompt:
        """Scores, or a blind solve."""
        return prompt_of(self.spec, replace(packet, nonce=self.nonce), self._subjects(packet))

    def read(self, text: str, packet: Packet, *, truncated: bool) -> ParsedReply:
        """One opinion or rejection for each slot; a draft that has gone meanwhile is a rejection too."""
        subjects, part = self._subjects(packet), _part(packet)

        def judge(slot: Slot, item: dict[str, Any], notes: list[Message]) -> Draft | Rejection:
            del notes
            about = subjects.get(slot.number)
            if about is None:
                return Rejection.because(slot, "gone", Message("refused.draft_gone"))
            reads = read_solved if part == SOLVE else read_scores
            return reads(self.spec, about, slot, item)

        return read_items(
            text, replace(packet, nonce=self.nonce), "a" if part == SOLVE else "s", judge, truncated=truncated
        )

    def file(self, entry: Settlement, drafts: Sequence[Draft]) -> Settlement:
        """The opinions, each with the draft it is about."""
        about = self._about([draft.slot.number for draft in drafts])
        filed = tuple(
            NewOpinion(draft.slot.number, about[draft.slot.number].draft, draft.content)
            for draft in drafts
            if draft.slot.number in about
        )
        return replace(entry, opinions=filed, decide=self._decide if self.thresholds else None)

    def _decide(self, opinion: Opinion) -> AutoDecision | None:
        if SOLVE in parts_of(self.spec) and opinion.solved is None:
            return None  # the blind solve has not come yet
        verdict = ruling(
            self.thresholds,
            verdict=opinion.verdict,
            score=opinion.score,
            flagged=opinion.flagged,
            solved=opinion.solved or 0,
            blanks=opinion.blanks or 0,
        )
        return verdict and AutoDecision(verdict, "; ".join(opinion.reasons) or f"lowest score {opinion.score:g}")

    def _subjects(self, packet: Packet) -> Mapping[int, Subject]:
        return self._about([slot.number for slot in packet.slots])

    def _about(self, slots: Sequence[int]) -> Mapping[int, Subject]:
        return self.store.reviews.subjects(self.run, slots) if slots else {}


def prompt_of(spec: RunSpec, packet: Packet, subjects: Mapping[int, Subject]) -> Prompt:
    """The prompt for a packet of a review: scores or a blind solve, as its slots say."""
    ask = solve_prompt if _part(packet) == SOLVE else review_prompt
    return ask(spec, packet, subjects)


def review_slots(spec: RunSpec, drafts: Sequence[tuple[int, str, int]]) -> tuple[list[Slot], list[int]]:
    """
    The slots of a review and the draft each is about.

    Args:
        spec: Of the run reviewed; its kind says whether drafts can be solved blind.
        drafts: (id, topic, level) of those to judge.

    Returns:
        One slot a draft, or two; the parts one after the other.
    """
    slots: list[Slot] = []
    subjects: list[int] = []
    for part in parts_of(spec):
        for draft, topic, level in drafts:
            slots.append(Slot(len(slots), topic, level, part))
            subjects.append(draft)
    return slots, subjects


def parts_of(spec: RunSpec) -> tuple[int, ...]:
    """The parts of a judgement: scores, and a blind solve where the kind has one."""
    return (SCORES, SOLVE) if kind_of(spec.kind).blind else (SCORES,)


def _part(packet: Packet) -> int:
    return packet.slots[0].copy
