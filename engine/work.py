"""
The pieces of a run: slots, packets and what came of them.

Pure values. kinds builds the prompts and reads the replies; limiter decides when a call may start.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from engine.errors import SpecError
from engine.messages import Message, read_values, values_to_json
from engine.spec import BATCH_SIZE, LEVELS, RunSpec

Content = dict[str, Any]
Unit = Literal["draft", "judgement"]
"""What fills one slot of a run."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One topic at one level; each wants `per_combo` drafts."""

    topic: str
    level: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One wanted draft: its cell and copy number (0-based). `number` is 0-based within the run."""

    number: int
    topic: str
    level: int
    copy: int

    @property
    def id(self) -> str:
        """The id of this slot where its run has no nonce: "s17"."""
        return f"s{self.number}"

    @property
    def cell(self) -> Cell:
        """The topic and level this slot belongs to."""
        return Cell(self.topic, self.level)


@dataclass(frozen=True, slots=True)
class Packet:
    """Up to `batch_size` slots asked for in one provider call."""

    number: int
    slots: tuple[Slot, ...]
    reasons: tuple[str, ...] = ()
    """Why these slots are asked for again; empty the first time."""
    blanks: int = 0
    """How many blank answers these slots have had."""
    nonce: str = ""
    """What the ids of this run's slots begin with, so that an answer of another run is recognised; see `nonce_of`."""

    def id_of(self, slot: Slot) -> str:
        """The id a slot is asked for and mapped back by: "k7q-1" for the first slot, because models count from 1."""
        return f"{self.nonce}-{self.number_of(slot)}" if self.nonce else slot.id

    def number_of(self, slot: Slot) -> int:
        """The number in the id of a slot."""
        return slot.number + 1 if self.nonce else slot.number

    def without(self, drafts: Iterable[Draft]) -> Packet | None:
        """The packet of the slots that have no draft yet; None when all have one."""
        ended = {draft.slot.number for draft in drafts}
        rest = tuple(slot for slot in self.slots if slot.number not in ended)
        return replace(self, slots=rest) if rest else None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a reviewer should look at: stored with the draft, never a refusal."""

    code: str
    detail: str = ""
    """English text; older rows have only this."""
    severity: str = "flagged"
    """`flagged` (first in review) or `note` (a chip)."""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What the template of the code needs, and the place in the draft; empty in older rows."""

    @property
    def message(self) -> Message:
        """The message of the code, from `draft.<code>` in the catalogue."""
        return Message(f"draft.{self.code}", self.values)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for a row; `code` comes first, followed by `detail`, because rows are searched by code."""
        kept = {"code": self.code, "detail": self.detail, "severity": self.severity}
        return {**kept, "values": values_to_json(self.values)} if self.values else kept

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Flag:
        """Read back what `to_json` wrote; rows of earlier versions may lack the values."""
        return cls(**{**raw, "values": read_values(raw.get("values") or {})})


@dataclass(frozen=True, slots=True)
class Grading:
    """A draft measured against its level."""

    share: float
    """Of its words (ja, zh: of the characters of its words), those above the level: 0.0 to 1.0."""
    words: tuple[str, ...] = ()
    """The words above the level, each once, the hardest first."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The valid content made for a slot."""

    slot: Slot
    content: Content
    flags: tuple[Flag, ...] = ()
    grading: Grading | None = None
    """None: the words of its language cannot be graded here."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """An item of a reply that was refused, or that is missing from the reply, with its reason."""

    slot: Slot | None
    code: str
    detail: str = ""
    """English text, also sent to the model when the item is asked for again."""
    said: Message | None = None

    @classmethod
    def because(cls, slot: Slot | None, code: str, message: Message) -> Rejection:
        """A rejection with its reason for people; the model gets its English text."""
        return cls(slot, code, str(message), message)

    @property
    def message(self) -> Message:
        """The reason for people."""
        return self.said or Message("said", {"text": self.detail})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a packet."""

    packet: Packet
    drafts: tuple[Draft, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    calls: int = 0
    failed: Mapping[int, str] = field(default_factory=dict)
    """Slot number to reason, for slots that must not be asked for again."""
    cut: bool = False
    """The answer was cut off for its length: ask for what is missing in half packets."""
    reason: str = ""
    """Why an answer brought nothing, as a code."""

    @property
    def missing(self) -> tuple[Slot, ...]:
        """Slots that have neither a draft nor a final failure: to be asked for again."""
        ended = {draft.slot.number for draft in self.drafts} | set(self.failed)
        return tuple(slot for slot in self.packet.slots if slot.number not in ended)


_NONCE_LETTERS = "abcdefghjkmnpqrtuvwxyz"  # none that is read as a digit
_NONCE_DIGITS = "23456789"


def nonce_of(run: int, created_at: float) -> str:
    """
    What the ids of a run's slots begin with: the same after a restart, another one for another run.

    Returns:
        A letter, a digit and a letter, such as "k7q": few tokens, and no word that a model would count on from.
    """
    mark = int.from_bytes(hashlib.sha256(f"{run} {created_at!r}".encode()).digest()[:8], "big")
    rest, last = divmod(mark, len(_NONCE_LETTERS))
    rest, digit = divmod(rest, len(_NONCE_DIGITS))
    return _NONCE_LETTERS[rest % len(_NONCE_LETTERS)] + _NONCE_DIGITS[digit] + _NONCE_LETTERS[last]


def plan(spec: RunSpec) -> list[Slot]:
    """
    List the slots of a run, copy by copy, so that a run cut short has filled its cells evenly.

    Returns:
        topics x levels x per_combo slots, numbered from 0.
    """
    cells = [(topic, level) for topic in spec.topics for level in spec.levels]
    return [
        Slot(copy * len(cells) + place, topic, level, copy)
        for copy in range(spec.per_combo)
        for place, (topic, level) in enumerate(cells)
    ]


@dataclass(frozen=True, slots=True)
class PacketLimit:
    """The most slots of a kind in one packet, for any batch size."""

    slots: int = BATCH_SIZE[-1]
    high_level: int = LEVELS[-1] + 1
    """Levels from here on are long: of them a packet holds at most `high_slots`."""
    high_slots: int = BATCH_SIZE[-1]

    @property
    def by_level(self) -> bool:
        """Whether the level of a slot matters."""
        return self.high_level in LEVELS


NO_LIMIT = PacketLimit()


def pack(slots: Sequence[Slot], batch_size: int, limit: PacketLimit = NO_LIMIT, *, first: int = 0) -> list[Packet]:
    """
    Group slots into packets, each answered by one provider call.

    Args:
        slots: What to write, in the order the reviewer will see it.
        batch_size: Most slots in a packet, 1 to 10.
        limit: The packet limit of the kind.
        first: Number of the first packet.

    Returns:
        ceil(n / batch_size) packets (more only where `limit` is smaller); every slot appears exactly once, in order.

    Raises:
        SpecError: batch_size is outside 1..10.
    """
    if batch_size not in BATCH_SIZE:
        raise SpecError("batch_size", batch_size, "choose_whole", low=BATCH_SIZE[0], high=BATCH_SIZE[-1])
    packets: list[Packet] = []
    start = 0
    for size in packet_sizes([slot.level for slot in slots], batch_size, limit):
        packets.append(Packet(first + len(packets), tuple(slots[start : start + size])))
        start += size
    return packets


def packet_sizes(levels: Iterable[int], batch_size: int, limit: PacketLimit = NO_LIMIT) -> Iterator[int]:
    """How many slots each packet takes, in order; the forecast counts calls with it."""
    most, size, high = min(batch_size, limit.slots), 0, 0
    for level in levels:
        is_high = level >= limit.high_level
        if size and (size >= most or (is_high and high >= limit.high_slots)):
            yield size
            size = high = 0
        size += 1
        high += is_high
    if size:
        yield size


def revision(content: Mapping[str, Any] | None) -> str:
    """Identifies a state of a draft's text: 16 hex characters, the same for the same content."""
    text = json.dumps(content or {}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
