"""
The live speed of a run beside its limit and the speed expected for its settings: rows for one Vega-Lite chart.

Only the rows change while a run goes on, so that the chart is updated in place and never drawn again. One of them,
`corner`, holds the ends of the axes, which grow in steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import Any, Protocol

from dashboard.charts.figures import Span, smooth

HEADROOM = 1.12
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
_END = "extent(pluck(data('source'), '{field}'))[1] || 10"
"""The largest value of a field; 10 without rows, because Streamlit draws every chart once without them."""


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


def live_rows(
    spans: Sequence[Span],
    span_s: float,
    start: float,
    steps: Sequence[LimitStep],
    expected: float = 0.0,
    names: Mapping[str, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """
    Rows of the chart: `series` speed, limit or expected; `t` seconds since the start, `v` drafts/s, `name` of a line.

    Args:
        spans: Of the run, in order, each `span_s` seconds long.
        span_s: Length of a span.
        start: When the run began.
        steps: From `limit_steps`.
        expected: The speed expected for the settings in drafts/s; 0: none.
        names: What `limit` and `expected` are called at their lines.
    """
    speeds = smooth([span.drafted / span_s for span in spans])
    end = max(len(spans) * span_s, 1.0)
    top = _top(speeds, steps, expected)
    lines = [{"series": "speed", "t": (at + 1) * span_s, "v": speed} for at, speed in enumerate(speeds)]
    limit = _limit(steps, start, end, top)
    if limit:
        limit[-1]["name"] = names.get("limit", "")
    return [*_expected(expected, end, names.get("expected", "")), *limit, *lines]


def live_ends(
    spans: Sequence[Span], span_s: float, steps: Sequence[LimitStep], expected: float, *, ended: bool
) -> tuple[float, float]:
    """
    The ends of the axes: seconds and drafts/s.

    Args:
        spans: As for `live_rows`, like `span_s`, `steps` and `expected`.
        ended: The run does not go on: the axis of time ends with it.
    """
    end = max(len(spans) * span_s, 1.0)
    top = _top(smooth([span.drafted / span_s for span in spans]), steps, expected)
    return end if ended else _rounded_up(end), _rounded_up(top)


def corner(ends: tuple[float, float]) -> dict[str, Any]:
    """The row that holds the ends of the axes, from `live_ends`; nothing is drawn for it."""
    return {"series": "corner", "t": ends[0], "v": ends[1]}


def _top(speeds: Sequence[float], steps: Sequence[LimitStep], expected: float) -> float:
    known = [step.items_per_s for step in steps if step.items_per_s is not None]
    return HEADROOM * max([*speeds, min(known, default=0.0), expected, 1.0])


def _rounded_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 6, 8, 10, 15, 20 ..."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step for step in _STEPS if step * power >= value * (1 - 1e-9)) * power


def _expected(speed: float, end: float, name: str) -> list[dict[str, Any]]:
    return [{"series": "expected", "t": 0.0, "t2": end, "v": speed, "real": speed, "name": name}] if speed else []


def _limit(steps: Sequence[LimitStep], start: float, end: float, top: float) -> list[dict[str, Any]]:
    """A limit above the top is drawn at the top: the line says that it does not hold."""
    rows = []
    for at, step in enumerate(steps):
        until = min(end, steps[at + 1].at - start) if at + 1 < len(steps) else end
        since = max(0.0, step.at - start)
        if step.items_per_s is not None and until >= since:
            level = min(step.items_per_s, top)
            row = {"series": "limit", "t": since, "t2": until, "v": level, "real": step.items_per_s}
            rows.append({**row, "name": ""})  # without one the chart writes "null"
    return rows


def live_spec(words: Mapping[str, str]) -> dict[str, Any]:
    """
    The chart.

    Args:
        words: `seconds` and `speed` (titles of the axes), `guide` (the guide's ranges: what the line of the expected
            speed says under the pointer).
    """
    x = {**_axis("t", words["seconds"]), "axis": {"grid": False}}
    y = {**_axis("v", words["speed"]), "stack": False}
    place = {"x": x, "y": y}
    line = {**place, "x2": {"field": "t2"}}
    guide = {"tooltip": {"value": words.get("guide", "")}}
    speed = {"tooltip": [{"field": "v", "type": "quantitative", "title": words["speed"], "format": ".3~g"}]}
    real = {"tooltip": [{"field": "real", "type": "quantitative", "title": words["speed"], "format": ".3~g"}]}
    # The names are above the plot, one at the left and one at the right: they meet neither a line nor each other.
    above = {"type": "text", "baseline": "bottom", "fontSize": 12}
    name = {"text": {"field": "name"}, "y": {"value": -7}}
    return {
        "height": 240,
        "layer": [
            _layer("speed", {"type": "area", "opacity": 0.16}, place),
            _layer("speed", {"type": "line", "strokeWidth": 2.5}, {**place, **speed}),
            _layer("expected", {"type": "rule", "strokeWidth": 2, "strokeDash": [6, 4]}, {**line, **guide}),
            _layer("expected", {**above, "align": "left"}, {**name, "x": {"value": 0}, **guide}),
            _layer("limit", {"type": "rule", "strokeWidth": 2.5}, {**line, **real}),
            _layer("limit", {**above, "align": "right"}, {**name, "x": {"value": "width"}}),
        ],
    }


def _axis(field: str, title: str) -> dict[str, Any]:
    """An axis from 0 to the `corner`."""
    domain = [0, {"expr": _END.format(field=field)}]
    return {"field": field, "type": "quantitative", "title": title, "scale": {"nice": False, "domain": domain}}


def _layer(series: str, mark: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    """The marks of a series; the chart as a whole has a text for screen readers, its marks have none."""
    # The theme's colours come in this order: green, orange, blue.
    color = {"field": "series", "type": "nominal", "scale": {"domain": ["speed", "limit", "expected"]}, "legend": None}
    return {
        "transform": [{"filter": f"datum.series === '{series}'"}],
        "mark": {**mark, "aria": False},
        "encoding": {**encoding, "color": color},
    }
