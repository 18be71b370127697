"""
The charts of the Spend page: cost over time, by a part, and per approved draft.

Pure: the caller brings the names and the language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import plotly.graph_objects as go

from dashboard.charts.figures import money, percent, short_money
from dashboard.charts.panel import ChartPanel, Translate, day_lines, day_texts, period_name
from dashboard.charts.paper import BLUE, GREEN, NARROW_PLOT_PX, inert, labels, rows, sheet, stretch, text_px
from dashboard.charts.quality import MOST_ROWS, short
from engine.reports import ApprovedCost

Name = Callable[[str], str]

MOST_LABELLED, MOST_UPRIGHT = 14, 8
"""Columns that each have space for their value, and for one that is not turned."""
VALUE_PX = 115
"""A cost and its share beside their bar."""


def over_time_chart(step: str, costs: Mapping[date, float], title: str, _: Translate) -> ChartPanel:
    """A column for each day, week or month, empty ones included; values are written where they fit."""
    days, usd = list(costs), list(costs.values())
    figure = sheet(320, period_name(step, _), _("USD"))
    texts = _column_texts(costs)
    places = list(range(len(days)))
    hover = [f"{day}: {money(value)}" for day, value in costs.items()]
    turned = MOST_UPRIGHT < len(days) <= MOST_LABELLED
    crowded = not turned and sum(text_px(text)[0] for text in texts) > NARROW_PLOT_PX
    figure.add_bar(x=places, y=usd, width=0.75, marker_color=GREEN, text=texts, textposition="outside")
    figure.update_traces(hovertext=hover, hoverinfo="text")
    figure.update_traces(cliponaxis=False, textfont={"size": 10 if crowded else 12}, constraintext="none")
    figure.update_traces(textangle=-90 if turned else 0)
    every = 1 if len(days) <= MOST_LABELLED else -(-len(days) // 5)
    ticks = day_lines(days) if every == 1 else day_texts(days[::every])
    named = {"tickvals": places[::every], "ticktext": ticks, "tickangle": 0}
    figure.update_xaxes(range=[-0.8, max(len(days), 4) - 0.2], showgrid=False, **named)
    figure.update_yaxes(range=[0, max(usd, default=0.0) * (1.45 if turned else 1.3) or 1.0], tickprefix="$", nticks=5)
    sentence = _("What the calls of each period cost. Calls in flight and in doubt count at their upper bound.")
    if len(usd) > MOST_LABELLED:
        sentence = _("{first} {second}", first=sentence, second=_("The highest value is written at its column."))
    return ChartPanel(
        "time", title, sentence, figure, [f"{day}: {money(value)}" for day, value in costs.items() if value]
    )


def _column_texts(costs: Mapping[date, float]) -> list[str]:
    """The values of a few columns; of many the highest only, with its day."""
    if len(costs) <= MOST_LABELLED:
        return [short_money(usd) if usd else "" for usd in costs.values()]
    top = max(costs, key=lambda day: costs[day])
    return [f"{day:%m-%d}<br>{money(usd)}" if day == top and usd else "" for day, usd in costs.items()]


def part_chart(costs: Mapping[str, float], title: str, name: Name, _: Translate) -> ChartPanel:
    """Cost by the value of a part, the most first; what is beyond the last row is summed up in it."""
    shown = list(costs.items())
    if len(shown) > MOST_ROWS:
        rest = shown[MOST_ROWS - 1 :]
        shown = [*shown[: MOST_ROWS - 1], ("", sum(usd for _value, usd in rest))]
    total = sum(costs.values())
    names = [short(name(value)) if value else _("all others") for value, _usd in shown]
    texts = [f"<b>{money(usd)}</b> · {percent(usd / total if total else 0.0)}" for _value, usd in shown]
    figure = _bars(names, [usd for _value, usd in shown], texts, GREEN, _)
    sentence = _("In USD, with the share of the total.")
    return ChartPanel(
        "part", title, sentence, figure, [f"{one}: {text}" for one, text in zip(names, _plain(texts), strict=True)]
    )


def approved_chart(costs: Sequence[ApprovedCost], title: str, name: Name, _: Translate) -> ChartPanel:
    """The cost per approved draft of each group; groups with too few approved drafts have no bar."""
    shown = costs[:MOST_ROWS]
    names = [f"{short(name(one.name))} · {_('{n} approved', n=f'{one.approved:,}')}" for one in shown]
    known = [one.per_draft_usd for one in shown]
    texts = [_("not enough yet") if usd is None else f"<b>{money(usd)}</b>" for usd in known]
    figure = _bars(names, [usd or 0.0 for usd in known], texts, BLUE, _)
    figure.update_yaxes(ticktext=[inert(name).replace(" · ", "<br>") for name in names])
    figure.update_layout(height=64 + 46 * len(names))
    sentence = _(
        "All calls of the runs that made the drafts, on any day, and what other models' reviews of these drafts cost."
    )
    values = [f"{one}: {text}" for one, text in zip(names, _plain(texts), strict=True)]
    return ChartPanel("approved", title, sentence, figure, values)


def _bars(names: Sequence[str], usd: Sequence[float], texts: Sequence[str], color: str, _: Translate) -> go.Figure:
    figure = sheet(64 + 34 * len(names), _("USD"))
    rows(figure, names)
    places = list(range(len(names)))
    figure.add_bar(x=list(usd), y=places, width=0.6, orientation="h", marker_color=color, hoverinfo="skip")
    labels(figure, usd, places, texts, size=13)
    figure.update_xaxes(range=[0, max(usd, default=0.0) * stretch(names, VALUE_PX) or 1.0], tickprefix="$", nticks=5)
    return figure


def _plain(texts: Sequence[str]) -> list[str]:
    return [text.replace("<b>", "").replace("</b>", "") for text in texts]
