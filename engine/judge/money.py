"""
What tiering saves: a fast model that writes and a strong one that reviews, against the strong one writing everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.money.cost import PER_MILLION
from engine.money.price import Price
from engine.store import Totals

GUIDE = 0.50
"""The guide's claim: half the money, and more."""


@dataclass(frozen=True, slots=True)
class Saving:
    """USD; what cannot be known for want of a price is None."""

    drafts_usd: float | None
    review_usd: float | None
    strong_usd: float | None
    """The tokens of the run at the strong model's price."""

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


def saving(run: Totals, passes: Sequence[Totals], fast: Price | None, strong: Price | None) -> Saving:
    """
    Set the ledger's figures against the strong model's price.

    Args:
        run: The run that wrote the drafts.
        passes: Its reviews; all that was spent on them counts.
        fast: The price of the model that wrote; needed only where the provider did not say what it charged.
        strong: The price of the model that reviewed; None: not known.

    Returns:
        Money as the ledger has it. A ledger of 0 without a price is not free but unknown.
    """
    spent = sum(one.cost_usd for one in passes)
    at_strong = None
    if strong is not None:
        at_strong = (run.tokens_in * strong.input_usd + run.tokens_out * strong.output_usd) / PER_MILLION
    return Saving(
        drafts_usd=run.cost_usd if run.cost_usd > 0 or fast is not None else None,
        review_usd=spent if spent > 0 or strong is not None else None,
        strong_usd=at_strong or None,
    )
