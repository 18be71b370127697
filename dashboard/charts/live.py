"""
The live speed of a run over the guide's bands, with the limit line: rows for one Vega-Lite chart.

The spec never changes while a run goes on, only the rows do: the chart is updated in its place and not drawn anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

from dashboard.charts.figures import Span, smooth

BANDS = ((0.5, 1.0), (4.0, 8.0), (8.0, 12.0))
"""The guide's throughput, drafts/s: serial, improved, best."""
HEADROOM = 1.12


class Changed(Protocol):
    """A change of limits or Tuning while the run went on."""

    @property
    def at(self) -> float: ...
    @property
    def what(self) -> str: ...
    @property
    def after(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class LimitStep:
    """From `at` (unix seconds) on the limit was so many drafts/s; None: none is known."""

    at: float
    items_per_s: float | None


def limit_items_per_s(limits: Mapping[str, Any], batch_size: float, call_s: float | None) -> float | None:
    """
    What limits allow in drafts/s, where `batch_size` drafts come from a call of `call_s` seconds.

    Returns:
        The lower of the rate's and the cap's bound; None when neither is known.
    """
    bounds = []
    if limits.get("rpm"):
        bounds.append(limits["rpm"] / limits.get("window_s", 60.0) * batch_size)
    if limits.get("max_in_flight") and call_s:
        bounds.append(limits["max_in_flight"] / call_s * batch_size)
    return min(bounds, default=None)


def call_seconds(latencies: Sequence[tuple[int, float]], batch_size: int) -> float | None:
    """
    How long a call of `batch_size` drafts takes.

    Args:
        latencies: (drafts asked for, seconds) of answered calls.
        batch_size: Where none was that large, the nearest size that was asked for.

    Returns:
        The median; None before the first answer.
    """
    if not latencies:
        return None
    nearest = min((asked for asked, _seconds in latencies), key=lambda asked: abs(asked - batch_size))
    return median(seconds for asked, seconds in latencies if asked == nearest)


def limit_steps(
    start: float,
    limits: Mapping[str, Any],
    batch_size: int,
    changes: Iterable[Changed],
    latencies: Sequence[tuple[int, float]],
) -> list[LimitStep]:
    """
    The limit over a run's time.

    Args:
        start: When it began.
        limits: Those it began with.
        batch_size: Its batch size at the beginning.
        changes: In order; `auto` changes the batch size too, and with it what a call is worth.
        latencies: (drafts asked for, seconds) of answered calls.
    """
    steps = [LimitStep(start, limit_items_per_s(limits, batch_size, call_seconds(latencies, batch_size)))]
    for change in changes:
        if change.what == "limits":
            limits = change.after
        else:
            batch_size = change.after.get("batch_size", batch_size)
        limit = limit_items_per_s(limits, batch_size, call_seconds(latencies, batch_size))
        steps.append(LimitStep(max(start, change.at), limit))
    return steps


def live_rows(spans: Sequence[Span], span_s: float, start: float, steps: Sequence[LimitStep]) -> list[dict[str, Any]]:
    """
    Rows of the chart: `series` speed, limit, band or mark; `t` seconds since the start, `v` drafts/s.

    Args:
        spans: Of the run, in order, each `span_s` seconds long.
        span_s: Length of a span.
        start: When the run began.
        steps: From `limit_steps`.
    """
    speeds = smooth([span.drafted / span_s for span in spans])
    end = max(len(spans) * span_s, 1.0)
    known = [step.items_per_s for step in steps if step.items_per_s is not None]
    top = HEADROOM * max([*speeds, min(known, default=0.0), 1.0])
    lines = [{"series": "speed", "t": (at + 1) * span_s, "v": speed} for at, speed in enumerate(speeds)]
    return [*_bands(end, top), *_limit(steps, start, end, top), *lines]


def _bands(end: float, top: float) -> list[dict[str, Any]]:
    bands = [(low, min(high, top), f"{low:g}–{high:g}") for low, high in BANDS if low < top]
    return [{"series": "band", "t": 0.0, "t2": end, "v": low, "v2": high, "text": text} for low, high, text in bands]


def _limit(steps: Sequence[LimitStep], start: float, end: float, top: float) -> list[dict[str, Any]]:
    """A limit above the top is drawn at the top: the line says that it does not hold."""
    rows = []
    for at, step in enumerate(steps):
        until = min(end, steps[at + 1].at - start) if at + 1 < len(steps) else end
        since = max(0.0, step.at - start)
        if step.items_per_s is not None and until >= since:
            level = min(step.items_per_s, top)
            rows.append({"series": "limit", "t": since, "t2": until, "v": level, "real": step.items_per_s})
    return rows


def live_spec(words: Mapping[str, str]) -> dict[str, Any]:
    """
    The chart.

    Args:
        words: `seconds` and `speed` (titles of the axes), `limit` and `guide` (written at their lines).
    """
    x = {
        "field": "t",
        "type": "quantitative",
        "title": words["seconds"],
        "scale": {"nice": False},
        "axis": {"grid": False},
    }
    y = {"field": "v", "type": "quantitative", "title": words["speed"], "scale": {"zero": True, "nice": False}}
    place = {"x": x, "y": y}
    return {
        "height": 240,
        "layer": [
            _layer("band", {"type": "rect", "opacity": 0.13}, {**place, "x2": {"field": "t2"}, "y2": {"field": "v2"}}),
            _layer(
                "band",
                {"type": "text", "align": "right", "baseline": "bottom", "dx": -5, "dy": -3, "opacity": 0.8},
                {**place, "x": {**x, "field": "t2"}, "text": {"field": "text"}},
            ),
            _layer("speed", {"type": "area", "opacity": 0.16}, place),
            _layer("speed", {"type": "line", "strokeWidth": 2.5}, place),
            _layer("limit", {"type": "rule", "strokeWidth": 2.5}, {**place, "x2": {"field": "t2"}}),
        ],
    }


def _layer(series: str, mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    # The theme's colours come in this order: green, orange, blue.
    color = {"field": "series", "type": "nominal", "scale": {"domain": ["speed", "limit", "band"]}, "legend": None}
    return {
        "transform": [{"filter": f"datum.series === '{series}'"}],
        "mark": mark,
        "encoding": {**encoding, "color": color},
    }
