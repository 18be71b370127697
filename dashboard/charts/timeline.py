"""
How runs went: speed over time, and one run's calls in lanes, where one sees why it was slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import plotly.graph_objects as go

from dashboard.charts.figures import rate
from dashboard.charts.paper import (
    BLUE,
    COLORS,
    GRAY,
    GREEN,
    ORANGE,
    PAPER,
    RED,
    VIOLET,
    YELLOW,
    beside,
    in_plot,
    inert,
    sheet,
)

MOST_CALLS = 400
SPANS = 4
POINTS = 60
LANE_PX = 24
OUTCOME = {
    "ok": GREEN,
    "partial": YELLOW,
    "rate_limited": ORANGE,
    "failed": RED,
    "stopped": RED,
    "in_doubt": VIOLET,
    "in_flight": BLUE,
    "answered": BLUE,
    "not_sent": GRAY,
}
WAITED = "waited"
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x")
"""The marks at the ends of lines: a line is known by its mark too, not by its colour alone."""
LEGEND_PX, MOST_NAMED = 20, 3
_PLACES = ((8, 0), (8, 15), (8, -15), (0, 20), (-8, 10), (-8, -14), (0, 36), (8, -32), (8, -48), (8, -64), (8, -80))


@dataclass(frozen=True, slots=True)
class Series:
    """One arm over time: seconds since its run began, and what was measured then."""

    name: str
    seconds: Sequence[float]
    values: Sequence[float]


class SentCall(Protocol):
    """One call, as the ledger has it."""

    @property
    def sent_at(self) -> float: ...
    @property
    def ended_at(self) -> float | None: ...
    @property
    def wait_s(self) -> float: ...
    @property
    def outcome(self) -> str: ...
    @property
    def asked(self) -> int: ...
    @property
    def kept(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CallBar:
    """A call in its lane, in seconds since the run began: it waits from `wait`, is out from `start` to `end`."""

    lane: int
    wait: float
    start: float
    end: float
    outcome: str
    asked: int
    kept: int


@dataclass(frozen=True, slots=True)
class LaneUse:
    """Where the time of a run's lanes went, as shares of lanes x duration."""

    answered: float
    """Calls that brought drafts."""
    lost: float
    """Calls that brought none."""
    waited: float
    """At the gate, for the provider's limit."""
    idle: float
    lanes: int


def over_time(lines: Sequence[Series], *, x_axis: str, y_axis: str, end: str = "{name}") -> go.Figure:
    """
    Draw a line for each arm, a mark at its end. A few are named there, more of them in a legend: names would collide.

    Args:
        lines: In the order of the legend.
        x_axis: Title of the time axis.
        y_axis: Title of the other one.
        end: What the legend says of a line, with {name} and {seconds}, when it ends.
    """
    crowded = len(lines) > MOST_NAMED
    legend = {"x": 0, "y": -0.3, "yanchor": "top", "itemclick": False, "itemdoubleclick": False, "font": {"size": 13}}
    figure = sheet(360 + LEGEND_PX * len(lines) * crowded, x_axis, y_axis, showlegend=crowded, legend=legend)
    for at, line in enumerate(lines):
        color = COLORS[at % len(COLORS)]
        marker = {"color": color, "symbol": SYMBOLS[at % len(SYMBOLS)], "opacity": 1}
        marker["size"] = [0] * (len(line.seconds) - 1) + [11]
        name = end.format(name=inert(line.name), seconds=rate(line.seconds[-1]))
        pen = {"line": {"color": color, "width": 2.5}, "marker": marker, "hoverinfo": "skip"}
        figure.add_scatter(x=list(line.seconds), y=list(line.values), mode="lines+markers", name=name, **pen)
    width = max((line.seconds[-1] for line in lines if line.seconds), default=1.0)
    height = max((max(line.values) for line in lines if line.values), default=1.0) or 1.0
    if not crowded:
        _name_ends(figure, lines, width, height)
    figure.update_xaxes(range=[0, width * 1.16])
    figure.update_yaxes(range=[0, height * 1.2])
    return figure


def _name_ends(figure: go.Figure, lines: Sequence[Series], width: float, height: float) -> None:
    ends = [(line.seconds[-1], line.values[-1]) for line in lines]
    names = [in_plot(line.name) for line in lines]
    shifts = beside([(x / width / 1.16, y / height / 1.2) for x, y in ends], names, _PLACES)
    for at, ((x, y), shift) in enumerate(zip(ends, shifts, strict=True)):
        font = {"size": 13, "color": COLORS[at % len(COLORS)]}
        spot = {"x": x, "y": y, "xshift": shift[0], "yshift": shift[1], "showarrow": False}
        figure.add_annotation(text=f"<b>{names[at]}</b>", font=font, **spot)


def so_far(name: str, ends: Sequence[tuple[float, int]]) -> Series:
    """
    Drafts that a run had at each moment.

    Args:
        name: The arm's.
        ends: When each call ended, in seconds since the run began, and the drafts it brought; in order.
    """
    return Series(name, [0.0, *(at for at, _kept in ends)], [0.0, *accumulate(float(kept) for _at, kept in ends)])


def speed(name: str, ends: Sequence[tuple[float, int]], call_s: float) -> Series | None:
    """
    Drafts a second over a run's time: over so long a span each that calls ending in bursts are a speed and no peak.

    Args:
        name: The arm's.
        ends: As for `so_far`.
        call_s: The longest call.
    """
    if not ends:
        return None
    whole_s = ends[-1][0]
    span_s = min(whole_s, max(whole_s / SPANS, 1.5 * call_s)) or 1.0
    moments = [span_s + (whole_s - span_s) * at / POINTS for at in range(POINTS + 1)]
    # A little more than the span, or what ended exactly at its edge would come and go with the rounding.
    speeds = [sum(kept for at, kept in ends if moment - span_s < at <= moment + 1e-9) / span_s for moment in moments]
    return Series(name, moments, speeds)


def lay_out(calls: Sequence[SentCall]) -> list[CallBar]:
    """
    Give every call the first lane that is free, as a worker would take it.

    Args:
        calls: Of one run, in any order; one that is still in flight ends with the last one.

    Returns:
        In order of their waiting; as many lanes as calls ever waited or flew at once.
    """
    if not calls:
        return []
    begin = min(call.sent_at - call.wait_s for call in calls)
    last = max(call.ended_at or call.sent_at for call in calls)
    free: list[float] = []
    bars = []
    for call in sorted(calls, key=lambda call: (call.sent_at - call.wait_s, call.sent_at)):
        wait, start = call.sent_at - call.wait_s - begin, call.sent_at - begin
        end = max(start, (call.ended_at or last) - begin)
        # Clocks are read a little before and after: a worker's next call may seem to begin before the last one ended.
        lane = next((lane for lane, until in enumerate(free) if until <= wait + 0.005), len(free))
        free[lane : lane + 1] = [end]
        bars.append(CallBar(lane, wait, start, end, call.outcome, call.asked, call.kept))
    return bars


def used(bars: Sequence[CallBar]) -> LaneUse:
    """Add up where the lanes' time went."""
    lanes = 1 + max((bar.lane for bar in bars), default=0)
    whole = lanes * max((bar.end for bar in bars), default=0.0) or 1.0
    answered = sum(bar.end - bar.start for bar in bars if bar.kept) / whole
    lost = sum(bar.end - bar.start for bar in bars if not bar.kept) / whole
    waited = sum(bar.start - bar.wait for bar in bars) / whole
    return LaneUse(answered, lost, waited, max(0.0, 1.0 - answered - lost - waited), lanes)


def lanes(bars: Sequence[CallBar], *, x_axis: str, names: Mapping[str, str], hover: str) -> go.Figure:
    """
    Draw the calls of one run, a lane for each place in flight: pale while it waits, coloured by its outcome while out.

    Args:
        bars: From `lay_out`.
        x_axis: Title of the time axis.
        names: What `waited` and each outcome is called.
        hover: What a call says under the pointer, with {outcome}, {took}, {kept} and {asked}.
    """
    count = 1 + max(bar.lane for bar in bars)
    margin = {"l": 8, "r": 12, "t": 40, "b": 8}
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False}
    height = 120 + max(12, min(LANE_PX, 480 // count)) * count
    figure = sheet(height, x_axis, showlegend=True, legend=legend, margin=margin, barmode="overlay")
    waits = [bar for bar in bars if bar.start - bar.wait > 0.001]
    if waits:
        _lane_bars(figure, waits, names[WAITED], GRAY, [bar.wait for bar in waits], [bar.start for bar in waits])
        figure.data[-1].update(marker_opacity=0.28, hoverinfo="skip")
    for outcome, color in OUTCOME.items():
        some = [bar for bar in bars if bar.outcome == outcome]
        if some:
            name = names.get(outcome, outcome)
            _lane_bars(figure, some, name, color, [bar.start for bar in some], [bar.end for bar in some])
            texts = [
                hover.format(outcome=name, took=f"{bar.end - bar.start:.2f}", kept=bar.kept, asked=bar.asked)
                for bar in some
            ]
            figure.data[-1].update(hovertext=texts, hoverinfo="text")
    figure.update_yaxes(range=[count - 0.4, -0.6], showgrid=False, dtick=1, showticklabels=False)
    figure.update_xaxes(range=[0, max(bar.end for bar in bars) * 1.01 or 1.0])
    return figure


def _lane_bars(
    figure: go.Figure, bars: Sequence[CallBar], name: str, color: str, starts: Sequence[float], ends: Sequence[float]
) -> None:
    figure.add_bar(
        base=list(starts),
        x=[end - start for start, end in zip(starts, ends, strict=True)],
        y=[bar.lane for bar in bars],
        width=0.72,
        orientation="h",
        name=name,
        marker={"color": color, "line": {"color": PAPER, "width": 1}},
    )
