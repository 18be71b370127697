"""
A chart under its title: what a page draws, and what a screen reader says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

Translate = Callable[..., str]
"""A sentence and its values, in the reader's language."""
MOST_SPOKEN = 20


@dataclass(frozen=True, slots=True)
class ChartPanel:
    """A chart of one measure."""

    key: str
    title: str
    """Says the measure."""
    sentence: str
    """How to read it."""
    figure: go.Figure
    values: Sequence[str] = ()
    """What the chart shows, in words."""

    @property
    def alt(self) -> str:
        """The chart for a reader who does not see it."""
        return f"{self.title}. {self.sentence} {'; '.join(self.values[:MOST_SPOKEN])}".strip()


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with the question it answers and one sentence on how to read it."""

    key: str
    title: str
    sentence: str
    figure: go.Figure


def period_name(step: str, _: Translate) -> str:
    """The title of an axis of days, weeks or months."""
    return {"day": _("Day"), "week": _("Week (its Monday)"), "month": _("Month")}[step]


def day_texts(days: Sequence[date]) -> list[str]:
    """Days as labels of an axis; the year is written with the first day of each year only."""
    years = [None, *(day.year for day in days)]
    return [f"{day:%m-%d}" if day.year == year else f"{day:%Y-%m-%d}" for day, year in zip(days, years, strict=False)]


def day_lines(days: Sequence[date]) -> list[str]:
    """Days as short labels of an axis on which each has its own: the month is under the first day of each only."""
    months = [None, *((day.year, day.month) for day in days)]
    return [
        f"{day:%d}" if (day.year, day.month) == month else f"{day:%d<br>%Y-%m}"
        for day, month in zip(days, months, strict=False)
    ]
