"""
The charts of the Quality page: acceptance with its interval, over time and crossed; shares of drafts; scores.

Pure: the caller brings the names of the groups and the language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.charts.figures import percent
from dashboard.charts.panel import ChartPanel, Translate, day_texts, period_name
from dashboard.charts.paper import BLUE, BREAK, COLORS, GRAY, GREEN, NARROW_PLOT_PX, inert, labels, rows, sheet, stretch
from engine.reports import AcceptanceGroup, Timeline

Name = Callable[[str], str]
"""What a value of an axis is called."""

MOST_ROWS = 12
MOST_LABELLED = 8
ROW_PX, BAR_PX, LONGEST = 48, 42, 34
LABEL_PX = 45.0
"""A point with its value beside it; where points are nearer, the values leave out the sign that the axis has."""
SCORES = range(6)
"""What a second model can give."""
_DAYS = {"day": 1, "week": 7, "month": 30}


def acceptance_chart(groups: Sequence[AcceptanceGroup], title: str, name: Name, _: Translate, key: str) -> ChartPanel:
    """
    Acceptance of each group as a point with its interval; too few decisions have no point.

    Args:
        groups: In the order to show.
        title: Says what the groups are.
        name: Of a group's value.
        _: Translates.
        key: Of the chart on its page.
    """
    shown = groups[:MOST_ROWS]
    figure = sheet(64 + ROW_PX * len(shown), _("Approved / decided"), margin={"l": 8, "r": 30, "t": 12, "b": 8})
    rows(figure, [short(name(one.names[0])) for one in shown])
    for at, one in enumerate(shown):
        figure.layout.yaxis.ticktext = _with_counts(figure.layout.yaxis.ticktext, at, one, _)
    known = [(at, one) for at, one in enumerate(shown) if one.share is not None]
    _points(figure, [one.share or 0.0 for _at, one in known], [at for at, _one in known], [one for _at, one in known])
    few = [at for at, one in enumerate(shown) if one.share is None]
    texts = [undecided(shown[at].decided, _) for at in few]
    labels(figure, [0.0] * len(few), [float(at) for at in few], texts, size=12, color=GRAY)
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_yaxes(range=[len(shown) - 0.45, -0.75])
    sentence = _("Point: share of the decided drafts that were approved. Line: 95 % CI.")
    if len(groups) > len(shown):
        most = _("The {n} with the most decided drafts are shown.", n=len(shown))
        sentence = _("{first} {second}", first=sentence, second=most)
    return ChartPanel(key, title, sentence, figure, [spoken(name(one.names[0]), one, _) for one in shown])


def _with_counts(ticks: Sequence[str], at: int, one: AcceptanceGroup, _: Translate) -> list[str]:
    counts = _("{approved} of {decided}", approved=f"{one.approved:,}", decided=f"{one.decided:,}")
    return [
        f"{tick}<br><span style='font-size:11px'>{counts}</span>" if n == at else tick for n, tick in enumerate(ticks)
    ]


def _points(figure: go.Figure, xs: Sequence[float], ys: Sequence[int], groups: Sequence[AcceptanceGroup]) -> None:
    error = {"type": "data", "symmetric": False, "thickness": 2.5, "width": 6, "color": GRAY}
    error |= {"array": [one.interval[1] - x for x, one in zip(xs, groups, strict=True)]}
    error |= {"arrayminus": [x - one.interval[0] for x, one in zip(xs, groups, strict=True)]}
    figure.add_scatter(
        x=list(xs),
        y=list(ys),
        error_x=error,
        mode="markers+text",
        text=[f"<b>{percent(x)}</b>" for x in xs],
        textposition="top center",
        textfont={"size": 13},
        marker={"color": GREEN, "size": 12},
        cliponaxis=False,
        hoverinfo="skip",
    )


def undecided(decided: int, _: Translate) -> str:
    """What is written in the place of a share of too few decided drafts."""
    return _("too few ({n})", n=f"{decided:,}") if decided else _("none decided")


def spoken(name: str, one: AcceptanceGroup, _: Translate) -> str:
    """A group's acceptance in words."""
    if one.share is None:
        return f"{name}: {undecided(one.decided, _)}"
    low, high = one.interval
    return f"{name}: {percent(one.share)} ({percent(low)} – {percent(high)})"


def time_chart(made: Timeline, title: str, name: Name, _: Translate) -> ChartPanel:
    """
    Acceptance of a few groups over time, each point with its interval; periods with too few decisions are left out.

    Args:
        made: A line for each group.
        title: Says what the lines are.
        name: Of a line.
        _: Translates.
    """
    points = {
        line: [(day, one) for day, one in days.items() if one.share is not None] for line, days in made.lines.items()
    }
    shown = {line: some for line, some in points.items() if some}
    height = 90 + 110 * len(shown) + 90 * (len(shown) == 1)
    titles = [short(inert(name(line))) for line in shown]
    figure = sheet(height, "", margin={"l": 8, "r": 34, "t": 26, "b": 8})
    make_subplots(len(shown) or 1, 1, shared_xaxes=True, vertical_spacing=0.12 / (len(shown) or 1), figure=figure)
    labelled = max(map(len, shown.values()), default=0) <= MOST_LABELLED
    days = sorted({day for some in shown.values() for day, _one in some})
    for at, some in enumerate(shown.values()):
        tight = labelled and _nearest_px(some, days, _DAYS[made.step]) < LABEL_PX
        _line(figure, at + 1, some, COLORS[at], labelled=labelled, sign="" if tight else " %")
        place = {"x": 0, "y": 1.08, "yref": f"y{at + 1 if at else ''}", "xref": "paper", "xanchor": "left"}
        figure.add_annotation(text=f"<b>{titles[at]}</b>", showarrow=False, yanchor="bottom", yshift=-4, **place)
    _dates(figure, days, _DAYS[made.step])
    axis = {"fixedrange": True, "zeroline": False, "automargin": True}
    figure.update_yaxes(range=[0, 1.25], tickformat=".0%", tickvals=[0, 0.5, 1], **axis)
    figure.update_xaxes(title_text="", **axis)
    figure.update_xaxes(title_text=period_name(made.step, _), row=len(shown) or 1, col=1)
    sentence = _("By the day on which the runs were started. Periods with too few decided drafts are left out.")
    values = [spoken(f"{name(line)} {day}", one, _) for line, some in shown.items() for day, one in some]
    return ChartPanel("time", title, sentence, figure, values)


def _nearest_px(points: Sequence[tuple[date, AcceptanceGroup]], days: Sequence[date], width: int) -> float:
    """Pixels between the nearest two points of a line on a narrow screen."""
    px = NARROW_PLOT_PX / ((days[-1] - days[0]).days + 1.4 * width)
    return min(((late - early).days * px for (early, _a), (late, _b) in pairwise(points)), default=LABEL_PX)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)


def _line(
    figure: go.Figure,
    row: int,
    some: Sequence[tuple[date, AcceptanceGroup]],
    color: str,
    *,
    labelled: bool,
    sign: str,
) -> None:
    shares = [one.share or 0.0 for _day, one in some]
    error = {"type": "data", "symmetric": False, "thickness": 1.5, "width": 4, "color": color}
    error |= {"array": [one.interval[1] - share for share, (_day, one) in zip(shares, some, strict=True)]}
    error |= {"arrayminus": [share - one.interval[0] for share, (_day, one) in zip(shares, some, strict=True)]}
    figure.add_scatter(
        x=[_noon(day) for day, _one in some],
        y=shares,
        error_y=error,
        mode="markers+text" if labelled else "lines+markers",  # a line would cross the values
        text=[f" {percent(share).removesuffix(' %')}{sign}" for share in shares],
        textposition="middle right",
        textfont={"size": 12 if len(shares) < 5 else 10},
        line={"color": color, "width": 2},
        marker={"color": color, "size": 9},
        cliponaxis=False,
        hovertext=[f"{day}: {percent(one.share)} · {one.approved:,} / {one.decided:,}" for day, one in some],
        hoverinfo="text",
        row=row,
        col=1,
    )


def _dates(figure: go.Figure, days: Sequence[date], width: int) -> None:
    """Name at most six days, far enough from each other; a single one has space on both sides."""
    if not days:
        return
    apart = max((days[-1] - days[0]) / 5, timedelta(days=width))
    named = [days[0]]
    for day in days:
        named += [day] if day - named[-1] >= apart else []
    texts = [BREAK.join(text.split("-", 1)[::-1]) if text.count("-") == 2 else text for text in day_texts(named)]
    figure.update_xaxes(tickvals=[_noon(day) for day in named], ticktext=texts, tickangle=0)
    margin = timedelta(days=0.7 * width)
    figure.update_xaxes(range=[_noon(days[0]) - margin, _noon(days[-1]) + margin])


def share_chart(
    counts: Mapping[str, int], of: int, axis: str, panel: tuple[str, str, str], name: Name, color: str = BLUE
) -> ChartPanel:
    """
    Shares of a whole as bars; a draft can be in several.

    Args:
        counts: Value to drafts, the most first.
        of: Drafts in all.
        axis: Title of the axis.
        panel: Key, title and sentence of the chart.
        name: Of a value.
        color: Of the bars.
    """
    shown = dict(list(counts.items())[:MOST_ROWS])
    shares = [count / of for count in shown.values()]
    figure = sheet(64 + BAR_PX * len(shown), axis)
    rows(figure, [name(value) for value in shown], most_lines=2)
    figure.add_bar(
        x=shares, y=list(range(len(shown))), width=0.6, orientation="h", marker_color=color, hoverinfo="skip"
    )
    texts = [f"<b>{percent(share)}</b> · {count:,}" for share, count in zip(shares, shown.values(), strict=True)]
    labels(figure, shares, list(range(len(shown))), texts, size=13)
    reach = max(shares, default=1.0) * stretch([short(name(value)) for value in shown], 90) or 1.0
    ticks = [0, 0.25, 0.5, 0.75, 1] if reach > 1 else None  # no share is over 100 %
    figure.update_xaxes(range=[0, reach], tickformat=".0%", nticks=5, tickvals=ticks)
    values = [f"{name(value)}: {percent(count / of)} ({count:,})" for value, count in shown.items()]
    return ChartPanel(*panel, figure, values)


def score_chart(scores: Sequence[AcceptanceGroup], title: str, _: Translate) -> ChartPanel:
    """How many drafts have each score, 0 to 5, none left out."""
    drafts = {int(one.names[0]): one.drafts for one in scores}
    figure = sheet(300, _("Score by the second model"), _("Drafts"))
    counts = [drafts.get(mark, 0) for mark in SCORES]
    texts = [f"<b>{count:,}</b>" for count in counts]
    figure.add_bar(
        x=list(SCORES), y=counts, width=0.7, marker_color=BLUE, text=texts, textposition="outside", hoverinfo="skip"
    )
    figure.update_traces(cliponaxis=False, textfont={"size": 13})
    figure.update_xaxes(range=[-0.6, 5.6], tickvals=list(SCORES), showgrid=False)
    figure.update_yaxes(range=[0, max(counts) * 1.18 or 1.0], nticks=5)
    sentence = _("5 is the best score. A draft is as good as its lowest aspect.")
    return ChartPanel(
        "scores", title, sentence, figure, [f"{mark}: {count:,}" for mark, count in zip(SCORES, counts, strict=True)]
    )


def short(name: str, most: int = LONGEST) -> str:
    """A name that leaves space for the chart: at most two lines beside a row."""
    return name if len(name) <= most else name[: most - 1] + "…"
