"""
What tiering saves: a fast model that writes and a strong one that reviews, against the strong one writing everything.

Like for like: each call of the run is priced at the strong model's price of that moment (peak or off-peak), with the
cached tokens that this very call had. Without a price nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.kinds import Prompt
from engine.money.cost import cost_usd
from engine.money.price import Price
from engine.money.usage import Usage
from engine.store import Charge

GUIDE = 0.50
"""The guide's claim: half the money, and more."""

PriceAt = Callable[[float], Price]
"""The price of a model at a time (unix seconds)."""


@dataclass(frozen=True, slots=True)
class Saving:
    """USD; what cannot be known for want of a price is None."""

    drafts_usd: float | None
    review_usd: float | None
    strong_usd: float | None
    """The calls of the run at the strong model's price."""

    @property
    def tiered_usd(self) -> float | None:
        """Drafts and review together."""
        known = self.drafts_usd is not None and self.review_usd is not None
        return (self.drafts_usd or 0.0) + (self.review_usd or 0.0) if known else None

    @property
    def share(self) -> float | None:
        """What is saved of the strong model's bill, 0..1; negative where tiering costs more."""
        tiered = self.tiered_usd
        return None if tiered is None or not self.strong_usd else 1 - tiered / self.strong_usd

    @property
    def keeps_the_promise(self) -> bool | None:
        """Whether it is the guide's half, and more."""
        return None if self.share is None else self.share >= GUIDE


def saving(
    calls: Sequence[Charge],
    drafts_usd: float | None,
    review_usd: float | None,
    strong: PriceAt | None,
    fast: PriceAt | None = None,
) -> Saving:
    """
    Compare the cost in the ledger with the cost if the strong model had written everything.

    Args:
        calls: Of the run that wrote the drafts.
        drafts_usd: What they cost; None: not known.
        review_usd: What all reviews of the run cost, or will cost; None: not known.
        strong: The price of the model that reviews; None: not known.
        fast: The price of the model that wrote, for calls in doubt; None: not known.
    """
    return Saving(drafts_usd, review_usd, strong_usd(calls, strong, fast) or None if strong else None)


def strong_usd(calls: Sequence[Charge], strong: PriceAt, fast: PriceAt | None = None) -> float:
    """
    What a run's calls would have cost with another model.

    A call in doubt has no tokens, only an upper bound of its cost: it is raised as the prices of output differ.
    """
    return sum(_in_doubt(call, strong, fast) if call.in_doubt else _priced(call, strong) for call in calls)


def _priced(call: Charge, price_at: PriceAt) -> float:
    return cost_usd(Usage(call.tokens_in, call.tokens_out, call.tokens_cached), price_at(call.at))[0]


def _in_doubt(call: Charge, strong: PriceAt, fast: PriceAt | None) -> float:
    price_usd = fast(call.at).output_usd if fast else 0.0
    return call.cost_usd * strong(call.at).output_usd / price_usd if price_usd else call.cost_usd


def expected_usage(parts: Sequence[tuple[int, Sequence[Prompt]]]) -> Usage:
    """
    The tokens that a review is likely to take.

    Args:
        parts: The number of calls of each part of the review, and the prompts of some of them.
    """
    means = [(calls / len(prompts), prompts) for calls, prompts in parts if prompts]
    return Usage(
        tokens_in=round(sum(each * sum(prompt.tokens_in for prompt in prompts) for each, prompts in means)),
        tokens_out=round(sum(each * sum(prompt.tokens_out for prompt in prompts) for each, prompts in means)),
    )
