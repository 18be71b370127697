"""
One draft's choices: its pool values, its alternative of each beat, and how many sentences fit its length.

The modules write_<kind>.py put the sentences together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.practice.bank import Bank
from engine.practice.chance import alternative, beat_mask, digest, unit

T = TypeVar("T")
Item = dict[str, Any]

MOST_REFUSED = 12  # chunks that would pass the high end, before the text is left as it is
LAPS = 12  # 12 beats x 12 laps is 1,500 words: more than any level asks for


@dataclass(frozen=True, slots=True)
class Ask:
    """One item as the user message asks for it."""

    id: str
    topic: str
    level: int
    length: tuple[int, int] | None = None
    """Units of kinds.md, low and high; None: the client did not say."""
    blanks: tuple[int, int] | None = None
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Everything asked for as [fewest, most], by name."""
    source: str = ""
    """The text to write from; empty: the bank's sentences."""
    words: tuple[str, ...] = ()
    """Target words."""
    blank_words: bool = False
    """They are to be blanked."""


class Values(dict[str, str]):
    """One value for each pool name, chosen when it is first needed; the friend is never the narrator."""

    def __init__(self, pools: Mapping[str, Sequence[str]], seed: int, index: int) -> None:
        super().__init__()
        self._pools, self._seed, self._index = pools, seed, index

    def __missing__(self, pool: str) -> str:
        values = self._pools[pool]
        place = digest(self._seed, self._index, pool) % len(values)
        if pool == "friend" and values[place] == self["name"]:
            place = (place + 1) % len(values)
        self[pool] = values[place]
        return values[place]


class Pen:
    """
    Writes the draft `index` of a seed with a bank's sentences.

    Args:
        bank: The sentences.
        seed: Chooses one of many series of drafts.
        index: The draft's number in its series; no two drafts of a series share more than a few sentences.
    """

    def __init__(self, bank: Bank, seed: int, index: int) -> None:
        self.bank, self.seed, self.index = bank, seed, index
        self.values = Values(bank.pools, seed, index)

    def say(self, template: str) -> str:
        """The template with this draft's pool values."""
        return template.format_map(self.values)

    def unit(self, name: str) -> float:
        """This draft's number in [0, 1) for a purpose."""
        return unit(self.seed, self.index, name)

    def pick(self, name: str, options: Sequence[T]) -> T:
        """This draft's choice for a purpose."""
        return options[digest(self.seed, self.index, name) % len(options)]

    def ranks(self, name: str, count: int) -> list[int]:
        """Numbers to shuffle `count` places by: one hash, spread by the golden ratio."""
        spread = digest(self.seed, self.index, name) * 0x9E3779B97F4A7C15
        return [spread * (2 * place + 1) >> 17 & 0xFFFFFFFF for place in range(count)]

    def beats(self, text: str, beats: Sequence[Sequence[T]], first_lap: int = 0) -> Iterator[T]:
        """
        This draft's alternative of each beat in order, then of each beat again, another one each lap.

        Args:
            text: The sort of text; two sorts written from the same beats take other alternatives.
            beats: From the bank.
            first_lap: Where to begin, so that two texts of one draft share no sentence.
        """
        p = len(beats[0])
        for lap in range(first_lap, first_lap + min(LAPS, p - first_lap)):
            for place, beat in enumerate(beats):
                yield beat[alternative(self.index, place, p, beat_mask(self.seed, text, place), lap)]

    def aim(self, length: tuple[int, int]) -> int:
        """Where between low and high this draft wants to end: the middle part, so that both ends stay clear."""
        low, high = length
        return round(low + (high - low) * (0.3 + 0.4 * self.unit("length")))


@dataclass(frozen=True, slots=True)
class Size:
    """How much a chunk of text adds."""

    units: int
    lines: int


def fit(
    chunks: Iterable[T],
    size: Callable[[T], Size],
    length: tuple[int, int],
    aim: int,
    lines: tuple[int, int] = (1, 1_000),
) -> list[T]:
    """
    Take chunks in order until they make a text of the length and number of lines asked for.

    The length comes before the number of lines; a chunk that would pass the high end is left out, and the next tried.

    Returns:
        At least one chunk; inside `length` wherever the chunks allow it.
    """
    taken: list[T] = []
    units = count = refused = 0
    for chunk in chunks:
        added = size(chunk)
        full = count + added.lines > lines[1] and units >= length[0]
        if full or (units >= aim and count >= lines[0]) or refused > MOST_REFUSED:
            break
        if taken and units + added.units > length[1]:
            if units >= length[0] and count >= lines[0]:
                break
            refused += 1
            continue
        taken.append(chunk)
        units += added.units
        count += added.lines
    return taken
