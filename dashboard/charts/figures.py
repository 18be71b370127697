"""
Summaries to what the eye reads: figures with their units, and the series behind the sparklines.

Pure, and without streamlit; the words around the figures are text.py's. A figure that does not exist yet is "–".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

NONE = "–"
_ADDRESS = re.compile(r"https?:|www|@", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|$:<>~^&])")


def count(value: float | None) -> str:
    """12,345; from ten thousand on 12.3k, from a million on 1.2M."""
    if value is None:
        return NONE
    for size, unit in ((1_000_000, "M"), (10_000, "k")):
        if value >= size:
            return f"{value / (1_000_000 if unit == 'M' else 1_000):.1f}{unit}"
    return f"{value:,.0f}"


def money(usd: float | None) -> str:
    """$12.34; below a cent as many places as it takes to show two digits."""
    if usd is None:
        return NONE
    if usd == 0 or usd >= 0.1:
        return f"${usd:,.2f}"
    return f"${usd:.4f}" if usd >= 0.001 else f"${usd:.2g}"


def duration(seconds: float | None) -> str:
    """4.2 s, 42 s, 3 m 05 s, 2 h 04 m."""
    if seconds is None:
        return NONE
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def percent(share: float | None) -> str:
    """A share 0..1 as 97 %; one decimal below 10 %."""
    if share is None:
        return NONE
    return f"{share:.0%}".replace("%", " %") if share >= 0.0995 or share == 0 else f"{share:.1%}".replace("%", " %")


def rate(items_per_s: float | None) -> str:
    """Items a second, two digits that count: 0.42, 4.2, 42."""
    if items_per_s is None:
        return NONE
    places = 0 if items_per_s >= 99.5 else 1 if items_per_s >= 9.95 else 2
    return f"{items_per_s:.{places}f}"


def plain(text: object) -> str:
    """Escape Markdown and addresses, for words of ours that hold somebody else's: nothing is drawn or linked."""
    # Addresses become links after escapes are resolved; an invisible word joiner is what stops that.
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub("\\g<0>\u2060", str(text)))


def sparkline(values: Sequence[float | None]) -> list[float]:
    """The series of a metric card: gaps keep the last figure, one at the start takes the first; never empty."""
    known = next((value for value in values if value is not None), 0.0)
    filled: list[float] = []
    for value in values:
        filled.append(value if value is not None else filled[-1] if filled else known)
    return filled if len(filled) > 1 else [known, known]


def smooth(values: Sequence[float], width: int = 5) -> list[float]:
    """The mean of the last `width` values at each place: calls end in bursts, and a burst is not a speed."""
    return [sum(part) / len(part) for part in (values[max(0, at + 1 - width) : at + 1] for at in range(len(values)))]


class Span(Protocol):
    """One span of a run's time, as the store counts it."""

    @property
    def drafted(self) -> int: ...
    @property
    def calls(self) -> int: ...
    @property
    def http_429(self) -> int: ...
    @property
    def failed_calls(self) -> int: ...
    @property
    def tokens(self) -> int: ...
    @property
    def cost_usd(self) -> float: ...
    @property
    def in_flight(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sparks:
    """The series behind the cards, oldest first."""

    items_per_s: list[float]
    success: list[float]
    """Drafts so far, as a share of the plan."""
    errors: list[float]
    """Failed calls in each span."""
    rate_429: list[float]
    tokens_an_item: list[float]
    cost: list[float]
    """USD so far."""
    in_flight: list[float]
    calls: list[float]
    """Calls so far."""


def sparks(spans: Sequence[Span], span_s: float, planned: int) -> Sparks:
    """
    Turn spans of a run into the cards' series.

    Args:
        spans: In order, each `span_s` seconds long.
        span_s: Length of a span.
        planned: Slots of the run.
    """
    drafted = list(accumulate(span.drafted for span in spans))
    return Sparks(
        items_per_s=sparkline(smooth([span.drafted / span_s for span in spans])),
        success=sparkline([so_far / planned if planned else None for so_far in drafted]),
        errors=sparkline([span.failed_calls for span in spans]),
        rate_429=sparkline([span.http_429 / span.calls if span.calls else None for span in spans]),
        tokens_an_item=sparkline([span.tokens / span.drafted if span.drafted else None for span in spans]),
        cost=sparkline(list(accumulate(span.cost_usd for span in spans))),
        in_flight=sparkline([span.in_flight for span in spans]),
        calls=sparkline(list(accumulate(span.calls for span in spans))),
    )
