"""
The figures of a run, computed from its rows (design.md, section 6). The store counts, this room divides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SUCCESS_TARGET = 0.95
ERROR_TARGET = 0.05
"""The guide's targets: success rate above, error rate below."""


class Tally(Protocol):
    """What the store counts for a run: slots by state, calls by outcome, tokens, money and time."""

    @property
    def planned(self) -> int: ...
    @property
    def drafted(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def cached(self) -> int: ...
    @property
    def approved(self) -> int: ...
    @property
    def calls(self) -> int: ...
    @property
    def http_429(self) -> int: ...
    @property
    def asked(self) -> int: ...
    @property
    def kept(self) -> int: ...
    @property
    def tokens_in(self) -> int: ...
    @property
    def tokens_out(self) -> int: ...
    @property
    def cost_usd(self) -> float: ...
    @property
    def first_sent_at(self) -> float | None: ...
    @property
    def last_ended_at(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """Rates are shares 0..1; None where there is nothing to divide by yet."""

    items_per_s: float | None
    wall_s: float
    success_rate: float | None
    error_rate: float | None
    rate_429: float | None
    tokens_an_item: float | None
    cost_a_draft: float | None
    cost_an_approved_draft: float | None
    yield_rate: float | None


def summarise(tally: Tally) -> Summary:
    """
    Divide the counts of a run into its figures.

    Returns:
        Throughput over (first call start .. last call end), cache hits not counted; the other figures as in design.md.
    """
    wall_s = 0.0
    if tally.first_sent_at is not None and tally.last_ended_at is not None:
        wall_s = max(0.0, tally.last_ended_at - tally.first_sent_at)
    bought = tally.drafted - tally.cached
    tokens = tally.tokens_in + tally.tokens_out
    return Summary(
        items_per_s=_share(bought, wall_s),
        wall_s=wall_s,
        success_rate=_share(tally.drafted, tally.planned),
        error_rate=_share(tally.failed, tally.planned),
        rate_429=_share(tally.http_429, tally.calls),
        tokens_an_item=_share(tokens, bought),
        cost_a_draft=_share(tally.cost_usd, bought),
        cost_an_approved_draft=_share(tally.cost_usd, tally.approved),
        yield_rate=_share(tally.kept, tally.asked),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
