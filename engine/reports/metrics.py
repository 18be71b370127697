"""
The figures of a run, computed from its rows (design.md, section 6). The store counts, this module divides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

SUCCESS_TARGET = 0.95
ERROR_TARGET = 0.05
"""The guide's targets: success rate above, error rate below."""


NORMAL = 1.959964


class CallTimes(Protocol):
    """When a call was sent and ended, and how long it had waited for a permit."""

    @property
    def sent_at(self) -> float: ...
    @property
    def ended_at(self) -> float | None: ...
    @property
    def wait_s(self) -> float: ...


class Tally(Protocol):
    """What the store counts for a run: slots by state, calls by outcome, tokens, money and time."""

    @property
    def drafted(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def cancelled(self) -> int: ...
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
    """
    Rates are shares 0..1; None where there is nothing to divide by yet.

    Success and errors are shares of the settled slots: drafted, failed or cancelled. Open ones count for neither.
    """

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
    bought, settled = tally.drafted - tally.cached, tally.drafted + tally.failed + tally.cancelled
    tokens = tally.tokens_in + tally.tokens_out
    return Summary(
        items_per_s=_share(bought, wall_s),
        wall_s=wall_s,
        success_rate=_share(tally.drafted, settled),
        error_rate=_share(tally.failed, settled),
        rate_429=_share(tally.http_429, tally.calls),
        tokens_an_item=_share(tokens, bought),
        cost_a_draft=_share(tally.cost_usd, bought),
        cost_an_approved_draft=_share(tally.cost_usd, tally.approved),
        yield_rate=_share(tally.kept, tally.asked),
    )


def active_s(calls: Iterable[CallTimes], *, paused: bool) -> float:
    """
    Seconds from the first call to the last response.

    Args:
        calls: In any order.
        paused: The run was paused in between: leave out the times when no call was in flight or waiting for a permit.
    """
    ordered = sorted(calls, key=lambda call: call.sent_at)
    if not ordered:
        return 0.0
    first_s = busy_until = ordered[0].sent_at
    idle_s = 0.0
    for call in ordered:
        idle_s += max(0.0, call.sent_at - call.wait_s - busy_until)
        busy_until = max(busy_until, call.ended_at or call.sent_at)
    return busy_until - first_s - (idle_s if paused else 0.0)


def wilson(part: float, whole: float, z: float = NORMAL) -> tuple[float, float]:
    """The interval of a share (Wilson's), of 95 % unless another normal quantile is given; (0, 1) without a case."""
    if not whole:
        return 0.0, 1.0
    share, z2 = part / whole, z**2
    centre, spread = share + z2 / (2 * whole), z * math.sqrt((share * (1 - share) + z2 / (4 * whole)) / whole)
    scale = 1 + z2 / whole
    # Exactly 0 and 1 at the ends: rounding would make 99.9 % of 1.
    return (centre - spread) / scale if part > 0 else 0.0, (centre + spread) / scale if part < whole else 1.0


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
