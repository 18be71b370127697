"""
Figures with their units, and the series and drawings of sparklines.

Pure, and without streamlit; the words around the figures are in text.py. A figure that does not exist yet is "–".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Protocol
from urllib.parse import quote

NONE = "–"
_SPARK_WIDTH, _SPARK_HEIGHT = 120, 30
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
    places = 4 if usd >= 0.001 else 1 - math.floor(math.log10(usd))
    return f"${usd:.{places}f}"


def short_money(usd: float) -> str:
    """$1,234, $12, $1.2, $0.12, $0.012: two digits that count; from ten dollars on whole ones."""
    return f"${usd:,.0f}" if usd >= 10 else f"${Decimal(f'{usd:#.2g}'):f}"


@dataclass(frozen=True, slots=True)
class TimeUnits:
    """How a duration is written: the signs of its units."""

    second: str
    minute: str
    hour: str
    pad: int
    """Digits of the smaller unit, at least: 2 writes 3 m 05 s."""


ENGLISH_UNITS = TimeUnits(" s", " m", " h", 2)


def duration(seconds: float | None, units: TimeUnits = ENGLISH_UNITS) -> str:
    """4.2 s, 42 s, 3 m 05 s, 2 h 04 m; a language may bring its own units."""
    if seconds is None:
        return NONE
    if seconds < 9.95:
        return f"{seconds:.1f}{units.second}"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{units.second}"
    if whole < 3600:
        return f"{whole // 60}{units.minute} {whole % 60:0{units.pad}d}{units.second}"
    return f"{whole // 3600}{units.hour} {whole % 3600 // 60:0{units.pad}d}{units.minute}"


def percent(share: float | None) -> str:
    """A share 0..1 as 97 %; one decimal below 10 % and just below 100 %: only all is 100 %."""
    if share is None:
        return NONE
    if share < 0:
        return f"−{percent(-share)}"
    if 0.995 <= share < 1:
        return f"{min(share, 0.999):.1%}".replace("%", " %")
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
    def tokens(self) -> int: ...
    @property
    def cost_usd(self) -> float: ...
    @property
    def in_flight(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sparks:
    """
    The series behind the cards, oldest first.

    Each shows the measure of its card as it was at the end of every span: the last value is the card's figure.
    """

    items_per_s: list[float]
    made: list[float]
    """Drafts so far, as a share of the plan."""
    rate_429: list[float]
    tokens_an_item: list[float]
    cost: list[float]
    """USD so far."""
    in_flight: list[float]
    calls: list[float]
    """Ended calls so far."""


def sparks(spans: Sequence[Span], span_s: float, planned: int, wall_s: float | None = None) -> Sparks:
    """
    Turn spans of a run into the cards' series.

    Args:
        spans: In order, each `span_s` seconds long.
        span_s: Length of a span.
        planned: Slots of the run.
        wall_s: First call start to last call end; the last span ends there. None: it is whole.
    """
    drafted = list(accumulate(span.drafted for span in spans))
    calls = list(accumulate(span.calls for span in spans))
    refused = list(accumulate(span.http_429 for span in spans))
    tokens = list(accumulate(span.tokens for span in spans))
    ends = [min((at + 1) * span_s, wall_s or math.inf) for at in range(len(spans))]
    return Sparks(
        items_per_s=sparkline(_ratios(drafted, ends)),
        made=sparkline(_ratios(drafted, [planned] * len(spans))),
        rate_429=sparkline(_ratios(refused, calls)),
        tokens_an_item=sparkline(_ratios(tokens, drafted)),
        cost=sparkline(list(accumulate(span.cost_usd for span in spans))),
        in_flight=sparkline([span.in_flight for span in spans]),
        calls=sparkline(calls),
    )


def _ratios(parts: Sequence[float], wholes: Sequence[float]) -> list[float | None]:
    return [part / whole if whole else None for part, whole in zip(parts, wholes, strict=True)]


def spark_image(series: Sequence[float], color: str) -> str:
    """
    A sparkline as an HTML image, drawn from zero; hidden from screen readers, which read the figure it ends at.

    Args:
        series: At least two values, none negative.
        color: A CSS colour.
    """
    top = max(series) or 1.0
    step = _SPARK_WIDTH / (len(series) - 1)
    heights = [_SPARK_HEIGHT - value / top * (_SPARK_HEIGHT - 2) for value in series]
    line = " ".join(f"{at * step:.1f},{height:.1f}" for at, height in enumerate(heights))
    area = f"0,{_SPARK_HEIGHT} {line} {_SPARK_WIDTH},{_SPARK_HEIGHT}"
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SPARK_WIDTH} {_SPARK_HEIGHT}" '
        f'preserveAspectRatio="none" color="{color}"><polygon points="{area}" fill="currentColor" opacity="0.14"/>'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="2" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    return f'<img class="dm-spark" alt="" src="data:image/svg+xml,{quote(drawing)}">'
