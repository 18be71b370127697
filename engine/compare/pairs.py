"""
Blind pairs: which drafts are shown side by side, and what the answers say about the arms. Pure.

Win shares count pairs with a winner; strengths of three arms or more are Bradley-Terry's, a tie counting half for each.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.compare.shares import ENOUGH_DECIDED, NO_SHARE, Share, widened
from engine.errors import SpecError
from engine.messages import Message
from engine.reports.metrics import wilson
from engine.spec import whole
from engine.store import MadeDraft, NewPair, PairRow, RunRow, Store

MOST_PAIRS = 2_000
PAIRS = range(1, MOST_PAIRS + 1)
OVERLAP = range(1, 6)
ROUNDS = 500
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class ArmResult:
    """An arm in the pairs that were answered."""

    name: str
    won: Share = NO_SHARE
    """Won, of the pairs of this arm that have a winner."""
    interval: tuple[float, float] = (0.0, 1.0)
    """95 % of the share, for all arms at once; two drafts count once, however many people compared them."""
    both: int = 0
    neither: int = 0
    strength: float = 0.0
    """Bradley-Terry: this arm wins against another with probability own / (own + other). Their sum is 1."""

    @property
    def answered(self) -> int:
        """Pairs of this arm that were answered."""
        return self.won.whole + self.both + self.neither


@dataclass(frozen=True, slots=True)
class PairResults:
    """The answers of a pairing."""

    arms: tuple[ArmResult, ...]
    """The strongest first."""
    answered: int
    pairs: int
    reviewers: Mapping[str, int]
    """Identity of a person to their answers."""
    read_twice: Share = NO_SHARE
    """Of the pairs that two people answered, those with the same answer."""


def paired(store: Store, rows: Sequence[RunRow], count: int, overlap: int = 1, seed: int = 0) -> list[NewPair]:
    """
    Draw the pairs of a comparison: drafts of two arms for the same slot and trial.

    Args:
        store: Where the drafts are.
        rows: The finished runs of the comparison, without reviews by a second model.
        count: How many pairs, 1 to 2,000; fewer where there are not so many.
        overlap: How many reviewers see each pair, 1 to 5.
        seed: Of the choice, the sides and the order.

    Raises:
        SpecError: a number is out of range, or no two arms have a draft of one slot.
    """
    whole("pairs", count, PAIRS)
    whole("overlap", overlap, OVERLAP)
    place_of = {row.id: (row.arm or "", row.trial or 0) for row in rows}
    found = draw(store.arms.drafts(list(place_of)), place_of, count, overlap, random.Random(seed))
    if not found:
        raise SpecError("pairs", 0, "pairs_none")
    return found


def draw(
    drafts: Sequence[MadeDraft], places: Mapping[int, tuple[str, int]], count: int, overlap: int, rng: random.Random
) -> list[NewPair]:
    """
    Choose pairs evenly among every two arms, with random sides, in random order.

    Args:
        drafts: Of all runs.
        places: Run to arm and trial.
        count: Most pairs.
        overlap: How often each is read.
        rng: Decides.
    """
    by_slot: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for one in drafts:
        arm, trial = places[one.run]
        by_slot[trial, one.slot][arm] = one.id
    by_arms: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for slot in sorted(by_slot):
        for one_arm, other_arm in itertools.combinations(sorted(by_slot[slot]), 2):
            by_arms[one_arm, other_arm].append((by_slot[slot][one_arm], by_slot[slot][other_arm]))
    for some in by_arms.values():
        rng.shuffle(some)
    rounds = itertools.zip_longest(*([(arms, two) for two in some] for arms, some in sorted(by_arms.items())))
    chosen = [one for turn in rounds for one in turn if one is not None][:count]
    rng.shuffle(chosen)
    return [_sided(arms, two, repeat, rng) for repeat in range(overlap) for arms, two in chosen]


def _sided(arms: tuple[str, str], two: tuple[int, int], repeat: int, rng: random.Random) -> NewPair:
    if rng.random() < 0.5:
        return NewPair(two[0], two[1], arms[0], arms[1], repeat)
    return NewPair(two[1], two[0], arms[1], arms[0], repeat)


def pair_results(pairs: Sequence[PairRow]) -> PairResults:
    """What the answers so far say."""
    answered = [one for one in pairs if one.choice]
    names = sorted({name for one in pairs for name in (one.left_arm, one.right_arm)})
    force = strengths(_beaten(answered), names)
    results = [_result(name, answered, force[name], widened(len(names) / 2)) for name in names]
    arms = sorted(results, key=lambda arm: -arm.strength)
    people: dict[str, int] = defaultdict(int)
    for one in answered:
        people[one.reviewer] += 1
    return PairResults(tuple(arms), len(answered), len(pairs), dict(people), _agreement(answered))


def strengths(beaten: Mapping[tuple[str, str], float], names: Sequence[str]) -> dict[str, float]:
    """
    Bradley-Terry strengths by the MM iteration (Hunter 2004); their sum is 1.

    Args:
        beaten: (winner, loser) to how often, a tie half for each.
        names: All arms; one that was in no pair keeps an equal share.
    """
    force = dict.fromkeys(names, 1 / len(names)) if names else {}
    for _ in range(ROUNDS):
        fresh = {name: _stepped(name, beaten, force) for name in names}
        total = sum(fresh.values()) or 1.0
        fresh = {name: value / total for name, value in fresh.items()}
        moved = max(abs(fresh[name] - force[name]) for name in names) if names else 0.0
        force = fresh
        if moved < CLOSE:
            break
    return force


def _stepped(name: str, beaten: Mapping[tuple[str, str], float], force: Mapping[str, float]) -> float:
    wins = sum(count for (winner, _loser), count in beaten.items() if winner == name)
    met = 0.0
    for (winner, loser), count in beaten.items():
        if name in (winner, loser):
            met += count / max(force[winner] + force[loser], CLOSE)
    return wins / met if met else force[name]


def pairs_sentence(found: PairResults, name: Callable[[str], str] = str) -> Message:
    """
    Which arm is preferred, and how sure that is.

    Args:
        found: The answers.
        name: What an arm is called.
    """
    if not found.arms or found.arms[0].won.whole < ENOUGH_DECIDED:
        return Message("found.pairs_few", {"least": ENOUGH_DECIDED})
    best = found.arms[0]
    low, high = best.interval
    shares = {"arm": name(best.name), "won": best.won.part, "of": best.won.whole}
    code = "pairs_real" if low > 1 / 2 else "pairs_unproved"
    return Message(f"found.{code}", {**shares, "share": best.won.value, "low": 100 * low, "high": 100 * high})


def _result(name: str, answered: Sequence[PairRow], strength: float, z: float) -> ArmResult:
    own = [one for one in answered if name in (one.left_arm, one.right_arm)]
    decided = [one for one in own if one.choice in ("left", "right")]
    won = Share(sum(_winner(one) == name for one in decided), len(decided))
    pairs = len({_drafts(one) for one in decided})
    interval = wilson(pairs * (won.value or 0.0), pairs, z)
    both, neither = (sum(one.choice == choice for one in own) for choice in ("both", "neither"))
    return ArmResult(name, won, interval, both, neither, strength)


def _winner(one: PairRow) -> str:
    """The arm that was chosen; empty for a tie."""
    return {"left": one.left_arm, "right": one.right_arm}.get(one.choice, "")


def _drafts(one: PairRow) -> tuple[int, int]:
    return min(one.left_draft, one.right_draft), max(one.left_draft, one.right_draft)


def _beaten(answered: Sequence[PairRow]) -> dict[tuple[str, str], float]:
    beaten: dict[tuple[str, str], float] = defaultdict(float)
    for one in answered:
        sides = one.left_arm, one.right_arm
        if winner := _winner(one):
            beaten[winner, sides[1] if winner == sides[0] else sides[0]] += 1
        else:
            beaten[sides] += 0.5
            beaten[sides[::-1]] += 0.5
    return dict(beaten)


def _agreement(answered: Sequence[PairRow]) -> Share:
    by_drafts: dict[tuple[int, int], list[str]] = defaultdict(list)
    for one in answered:
        by_drafts[_drafts(one)].append(_winner(one) or one.choice)
    twice = [two for said in by_drafts.values() for two in itertools.combinations(said, 2)]
    return Share(sum(one == other for one, other in twice), len(twice))
