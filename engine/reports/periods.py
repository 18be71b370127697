"""
Days, weeks and months of local time: what figures over time are grouped by.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

Step = Literal["day", "week", "month"]

MOST_DAYS = 31
MOST_WEEKS = 26


def day_of(at: float) -> date:
    """The local day of a time in unix seconds."""
    return datetime.fromtimestamp(at).date()


def step_for(first: date, last: date) -> Step:
    """The smallest step that gives a chart at most about thirty places."""
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return "day"
    return "week" if days <= 7 * MOST_WEEKS else "month"


def start_of(day: date, step: Step) -> date:
    """The first day of the period that a day is in; a week begins on Monday."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def periods(first: date, last: date, step: Step) -> Iterator[date]:
    """The first days of all periods from one day to another, without a gap."""
    day = start_of(first, step)
    while day <= last:
        yield day
        # The 31st day after the first of a month is in the next one.
        day = start_of(day + timedelta(days={"day": 1, "week": 7, "month": 31}[step]), step)
