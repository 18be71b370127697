"""
The rules of advice: each looks at the facts and gives one piece of advice, or none.

The limiter keeps to the provider's limits whatever is advised here: advice is for the person, and the next run.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.reports.advice import losses, quality, speed
from engine.reports.advice.facts import Advice, Facts

RULES: tuple[Callable[[Facts], Advice | None], ...] = (
    speed.slow_down,
    losses.low_success,
    losses.errors,
    losses.unusable_replies,
    losses.unstable_network,
    losses.short_deadline,
    losses.cut_off,
    losses.smaller_batch,
    quality.lower_quality,
    quality.low_quality,
    speed.slow_pace,
    speed.slow_writes,
    speed.memory,
    speed.idle_concurrency,
    speed.tokens_rising,
    speed.big_job,
)
"""In the order they are shown."""


def advise(facts: Facts) -> tuple[Advice, ...]:
    """Everything the rules have to say, warnings first; empty for a run that is well."""
    found = [advice for rule in RULES if (advice := rule(facts)) is not None]
    return tuple(sorted(found, key=lambda advice: advice.severity != "warn"))
