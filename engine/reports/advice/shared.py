"""
What the rules of advice share: the guide's targets, when figures are enough, and expected gains.
"""

from __future__ import annotations

from engine.reports.advice.facts import Facts
from engine.reports.advice.stable import next_checkpoint
from engine.spec import BATCH_SIZE, RETRIES, recommend

# The guide's targets.
MOST_429 = 0.10
# Ours.
MOST_LOST = 0.10  # of the items of a full packet that came short or cut off
ENOUGH = 10  # calls or slots that have ended before a share of them says something, while a run goes on
ENOUGH_ITEMS = 12  # items asked for at one batch size, likewise
CLEARLY = 1.02  # an expected gain below this is none
LEAST_USABLE = 0.5  # of the items asked for
STEPS_UP = 2  # retries added at a time


def enough(facts: Facts, count: int) -> bool:
    """Whether so many cases say something: all do once the run has ended."""
    return count >= (1 if facts.ended else ENOUGH)


def settled(facts: Facts) -> int:
    """The slots that have ended, as the denominator of a share; see `next_checkpoint`."""
    return facts.settled if facts.ended else next_checkpoint(facts.settled)


def gain_of(new: float, old: float | None) -> float | None:
    """The factor from old to new; None where it is unknown or too small to speak of."""
    return new / old if old and new / old >= CLEARLY else None


def more_retries(retries: int) -> int:
    """What retries should be; 0: they are at the guide's end already."""
    return min(RETRIES[-1], retries + STEPS_UP) if retries < RETRIES[-1] else 0


def retry_gain(lost: float, retries: int, more: int) -> float | None:
    """More drafts: `lost` of them were lost in 1 + retries attempts, each as likely to fail as the other."""
    if not more or lost >= 1:
        return None
    each = lost ** (1 / (1 + retries))
    return gain_of(1 - each ** (1 + more), 1 - lost)


def unusable(facts: Facts) -> tuple[int, int]:
    """
    Items that came and could not be used, and items asked for.

    An item that is missing from a larger packet is not counted: a smaller batch brings it.
    """
    replies = facts.replies.items()
    bad = sum(one.refused + (one.lost if size == 1 else 0) for size, one in replies)
    return bad, sum(one.asked for _, one in replies)


def is_unusable(facts: Facts) -> bool:
    """Whether less than half of what came back can be used: asking again would buy the same."""
    bad, asked = unusable(facts)
    return bool(asked) and enough(facts, asked) and bad > LEAST_USABLE * asked


def larger_batch(facts: Facts) -> int | None:
    """The guide's largest batch for this size of run, where it is faster and replies come whole."""
    batch = facts.tuning.batch_size
    top = min(BATCH_SIZE[-1], recommend(facts.n).batch_size[1])
    replies = facts.replies.get(batch)
    whole = replies is not None and replies.share_lost <= MOST_LOST
    faster = facts.speeds.get(top, 0.0) > CLEARLY * facts.speeds.get(batch, float("inf"))
    return top if batch < top and whole and faster else None
