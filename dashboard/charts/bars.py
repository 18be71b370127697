"""
Arms beside each other: how fast each was and should have been, and whether it kept the targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.figures import percent, rate
from dashboard.charts.paper import FAINT, GRAY, GREEN, RED, labels, over, rows, sheet, stretch

ROW_PX = 62
SHARE_PX = 48
VALUE_PX = 95
"""A speed, its speed-up and its forecast, beside their bars."""
FRAME_PX = 74
LEAST = 0.1
"""Where an axis of shares ends, at least: 2 % is a short bar."""


@dataclass(frozen=True, slots=True)
class Speed:
    """One arm's speed in drafts/s; None where nothing is measured or forecast."""

    name: str
    measured: float | None
    low: float | None
    high: float | None
    """The 95 % interval."""
    predicted: float | None
    speedup: float | None


@dataclass(frozen=True, slots=True)
class Target:
    """A share that should be at least (or at most) so much."""

    share: float
    at_least: bool
    words: str
    """Written at its line."""

    def kept(self, share: float) -> bool:
        """Whether a share is on the right side."""
        return share >= self.share if self.at_least else share <= self.share


def speed_bars(arms: Sequence[Speed], *, axis: str, forecast: str) -> go.Figure:
    """
    Measured speeds with their intervals, each over its forecast; a value is written at the end of its bar.

    Args:
        arms: In the order to show.
        axis: Title of the axis, with its unit.
        forecast: How a forecast is written, with {rate}.
    """
    figure = sheet(FRAME_PX + ROW_PX * len(arms), axis)
    rows(figure, [arm.name for arm in arms])
    measured = [(at - 0.12, arm) for at, arm in enumerate(arms) if arm.measured is not None]
    ends = [arm.measured or 0.0 for _y, arm in measured]
    _bars(figure, [y for y, _arm in measured], ends, 0.34, GREEN)
    figure.data[-1].error_x = _whiskers([arm for _y, arm in measured])
    # Over the whisker, not behind it: the value belongs to the bar.
    labels(figure, ends, [y - 0.22 for y, _arm in measured], [_measured(arm) for _y, arm in measured], size=14)
    guessed = [(at + 0.2, arm.predicted) for at, arm in enumerate(arms) if arm.predicted is not None]
    _bars(figure, [y for y, _p in guessed], [p for _y, p in guessed], 0.2, GRAY, FAINT)
    texts = [forecast.format(rate=rate(p)) for _y, p in guessed]
    labels(figure, [p for _y, p in guessed], [y for y, _p in guessed], texts, size=11, color=GRAY)
    longest = max([*ends, *(p for _y, p in guessed), 0.0]) * stretch([arm.name for arm in arms], VALUE_PX)
    figure.update_xaxes(range=[0, max(longest, *(1.03 * (arm.high or 0.0) for _y, arm in measured), 0.0) or 1.0])
    return figure


def share_bars(
    shares: Mapping[str, float | None],
    target: Target | None,
    *,
    axis: str,
    rest: Mapping[str, float | None] | None = None,
    words: str = "{share}",
) -> go.Figure:
    """
    A share of every arm against its target: green keeps it, red does not; the rest follows in grey.

    Args:
        shares: Name to share 0..1, in the order to show.
        target: The line; None: there is none, and the axis ends a little behind the longest bar.
        axis: Title of the axis.
        rest: Name to the share that is drawn on after it, 0..1; None: nothing.
        words: What is written over a bar, with {share} and {rest}.
    """
    known = [(at + 0.16, share) for at, share in enumerate(shares.values()) if share is not None]
    figure = sheet(FRAME_PX + 18 + SHARE_PX * len(shares), axis)
    rows(figure, list(shares))
    colors = [GREEN if target is None or target.kept(share) else RED for _at, share in known]
    _bars(figure, [at for at, _share in known], [share for _at, share in known], 0.4, colors)
    others = [(rest or {}).get(name) or 0.0 for name, share in shares.items() if share is not None]
    if rest:
        _bars(figure, [at for at, _share in known], others, 0.4, GRAY, FAINT)
        figure.data[-1].base = [share for _at, share in known]
        figure.update_layout(barmode="overlay")
    both = [(share, other) for (_at, share), other in zip(known, others, strict=True)]
    texts = [words.format(share=percent(share), rest=percent(other)) for share, other in both]
    over(figure, [at - 0.42 for at, _share in known], texts, size=13)
    most = max(share + other for share, other in [(0.0, 0.0), *both])
    if target is None:
        most = max(most, LEAST)
    else:
        _target_line(figure, target)
        most = 1.0 if target.at_least else max(most, 2 * target.share)
    figure.update_xaxes(range=[0, 1.04 * most], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1] if rest else None)
    return figure


def _target_line(figure: go.Figure, target: Target) -> None:
    """Draw the target and its words over the bars."""
    figure.update_layout(margin_t=34)
    figure.add_vline(x=target.share, line={"color": GRAY, "width": 1.5, "dash": "dash"})
    anchor = "right" if target.at_least else "left"
    spot = {"x": target.share, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": anchor, "showarrow": False}
    figure.add_annotation(text=target.words, font={"size": 12, "color": GRAY}, **spot)


def _bars(
    figure: go.Figure,
    ys: Sequence[float],
    xs: Sequence[float],
    width: float,
    color: str | Sequence[str],
    opacity: float = 1.0,
) -> None:
    marker = {"color": color, "opacity": opacity, "line": {"width": 0}}
    figure.add_bar(x=list(xs), y=list(ys), width=width, orientation="h", marker=marker, hoverinfo="skip")


def _whiskers(arms: Sequence[Speed]) -> dict[str, object]:
    up = [max(0.0, (arm.high or 0.0) - (arm.measured or 0.0)) if arm.high is not None else 0.0 for arm in arms]
    down = [max(0.0, (arm.measured or 0.0) - arm.low) if arm.low is not None else 0.0 for arm in arms]
    shape = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 5, "color": GRAY}
    return {**shape, "array": up, "arrayminus": down}


def _measured(arm: Speed) -> str:
    times = f" · {arm.speedup:.1f}×" if arm.speedup is not None else ""
    return f"<b>{rate(arm.measured)}</b>{times}"
