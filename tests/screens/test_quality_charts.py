"""The charts of the Quality and Spend pages, without a screen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import cross, quality, spend
from dashboard.charts.figures import short_money
from dashboard.charts.panel import day_lines, day_texts
from dashboard.text import say
from engine.reports import AcceptanceGroup, ApprovedCost, Timeline

MANY = AcceptanceGroup(("fast", "1"), 60, 30, 20, 4)
FEW = AcceptanceGroup(("slow <b>", "2"), 9, 5, 4, 0)
CELL = st.tuples(st.sampled_from("abc"), st.sampled_from("123"))


def _(msgid: str, **values: object) -> str:
    return say("en", msgid, **values)


def test_acceptance_has_its_interval_and_counts() -> None:
    """A group is a point with Wilson's interval, its counts under its name; too few decisions have no point."""
    panel = quality.acceptance_chart([MANY, FEW], "By model", str, _, "acceptance")
    points, few = panel.figure.data
    assert (list(points.x), list(points.y), list(points.text)) == ([0.6], [0], ["<b>60 %</b>"])
    low, high = MANY.interval
    assert (points.error_x.array[0], points.error_x.arrayminus[0]) == pytest.approx((high - 0.6, 0.6 - low))
    assert "30 of 50" in panel.figure.layout.yaxis.ticktext[0]
    assert (list(few.y), few.text[0].strip()) == ([1], "too few (9)")


def test_a_chart_is_said_in_words() -> None:
    """The alternative text has the title and every value; a name that looks like HTML is only read."""
    panel = quality.acceptance_chart([MANY, FEW], "By model", str, _, "acceptance")
    assert panel.alt.startswith("By model. ") and "fast: 60 % (46 % – 72 %)" in panel.alt
    assert "slow &lt;b&gt;" in panel.figure.layout.yaxis.ticktext[1]


def test_periods_with_few_decisions_are_left_out() -> None:
    """A line has a point for each period with enough decisions, and no other."""
    day = date(2026, 11, 1)
    made = Timeline("day", {"fast": {day: MANY, day + timedelta(days=1): FEW}})
    (line,) = quality.time_chart(made, "Over time", str, _).figure.data
    assert list(line.y) == [0.6]


def test_lines_do_not_lie_on_each_other() -> None:
    """Over time each group has a place of its own, with its name; one without a point has none."""
    day = date(2026, 11, 1)
    lines = {name: {day: one} for name, one in (("a", MANY), ("b", MANY), ("c", FEW))}
    figure = quality.time_chart(Timeline("day", lines), "Over time", str, _).figure
    assert [trace.yaxis for trace in figure.data] == ["y", "y2"]
    assert [note.text for note in figure.layout.annotations] == ["<b>a</b>", "<b>b</b>"]


@given(st.floats(0, 1), st.floats(0, 0.5))
def test_text_on_a_cell_can_be_read(share: float, lowest: float) -> None:
    """Every colour of the heat map has at least the contrast that WCAG asks of text."""
    share = max(share, lowest)
    place = (share - lowest) / (1 - lowest)
    back = cross.luminance([low + place * (high - low) for low, high in zip(cross.PALE, cross.FULL, strict=True)])
    text = 1.0 if cross.text_color(share, lowest) == cross.WHITE else 0.0
    assert (max(text, back) + 0.05) / (min(text, back) + 0.05) >= 4.5


@given(st.dictionaries(CELL, st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1))
def test_every_cell_is_written(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    """Each combination has its share and how many were decided, or says that they are too few or none."""
    groups = [AcceptanceGroup(names, a + r, a, r) for names, (a, r) in cells.items()]
    figure = cross.cross_chart(groups, "Cross", ("Model", "Level"), (str, str), _).figure
    texts = [note.text for note in figure.layout.annotations if note.text != "Level"]
    columns, lines = {c for c, _r in cells}, {r for _c, r in cells}
    assert len(texts) == len(columns) * len(lines)
    decided = [a + r for a, r in cells.values()]
    assert sum(text.endswith("decided") and text != "none decided" for text in texts) == sum(n >= 10 for n in decided)
    assert sum("too few" in text for text in texts) == sum(0 < n < 10 for n in decided)
    assert sum(text == "none decided" for text in texts) == len(texts) - sum(n > 0 for n in decided)


def test_a_long_name_of_a_bar_has_two_lines() -> None:
    """The third line of a name would lie on the next name."""
    name = "Answer appears elsewhere in the text of another draft"
    figure = quality.share_chart({name: 1}, 2, "x", ("k", "t", "s"), str).figure
    assert figure.layout.yaxis.ticktext[0].count("<br>") == 1 and figure.layout.yaxis.ticktext[0].endswith("…")


@given(st.lists(st.integers(0, 500), min_size=6, max_size=6))
def test_the_score_columns_add_up(counts: list[int]) -> None:
    """Every scored draft is in one column, and all six scores have theirs."""
    scores = [AcceptanceGroup((str(mark),), count) for mark, count in enumerate(counts) if count]
    (bars,) = quality.score_chart(scores, "Scores", _).figure.data
    assert list(bars.y) == counts


@given(st.dictionaries(st.integers(1, 99).map(str), st.floats(0, 100), min_size=1, max_size=40))
def test_the_rows_of_spend_add_up(costs: dict[str, float]) -> None:
    """What has no row of its own is in the last one: the rows add up to the total."""
    bars = spend.part_chart(costs, "Cost by run", str, _).figure.data[0]
    assert sum(bars.x) == pytest.approx(sum(costs.values()))
    assert len(bars.x) <= quality.MOST_ROWS


def test_the_highest_day_is_named() -> None:
    """Where columns have no space for their values, the highest has its value and its day."""
    costs = {date(2026, 11, 1) + timedelta(days=number): float(number % 9) for number in range(20)}
    (bars,) = spend.over_time_chart("day", costs, "Cost per day", _).figure.data
    assert [text for text in bars.text if text] == ["11-09<br>$8.00"]


def test_every_column_of_two_weeks_has_its_day() -> None:
    """Up to 14 columns are all named, with the month under the first; a week's amounts are horizontal."""
    days = [date(2026, 11, 28) + timedelta(days=number) for number in range(14)]
    figure = spend.over_time_chart("day", dict.fromkeys(days, 0.0123), "Cost", _).figure
    assert len(figure.layout.xaxis.ticktext) == 14
    assert day_lines(days)[:4] == ["28<br>2026-11", "29", "30", "01<br>2026-12"]
    week = spend.over_time_chart("day", dict.fromkeys(days[:7], 0.0123), "Cost", _).figure.data[0]
    assert (week.textangle, set(week.text)) == (0, {"$0.012"})
    assert [short_money(usd) for usd in (1234.0, 1.21, 0.116, 0.00009)] == ["$1,234", "$1.2", "$0.12", "$0.000090"]


def test_few_approved_drafts_have_no_cost() -> None:
    """A group with too few approved drafts says so instead of a cost."""
    costs = [ApprovedCost("fast", 2.0, 20), ApprovedCost("slow", 9.0, 3)]
    bars, texts = spend.approved_chart(costs, "Per approved", str, _).figure.data
    assert list(bars.x) == [0.1, 0.0]
    assert [text.strip() for text in texts.text] == ["<b>$0.10</b>", "not enough yet"]


def test_a_year_is_written_once() -> None:
    """Days of the same year follow without it."""
    assert day_texts([date(2026, 12, 30), date(2027, 1, 2), date(2027, 1, 9)]) == ["2026-12-30", "2027-01-02", "01-09"]


def test_values_of_near_days_fit_on_a_phone() -> None:
    """Without space on a narrow screen values leave out their sign, and those of columns are smaller."""
    days = [date(2026, 11, 22) + timedelta(days=number) for number in range(6)]
    near, far = ({"fast": dict.fromkeys(some, MANY)} for some in (days, days[::5]))
    texts = [quality.time_chart(Timeline("day", one), "", str, _).figure.data[0].text[0].strip() for one in (near, far)]
    assert texts == ["60", "60 %"]
    sizes = [
        spend.over_time_chart("day", dict.fromkeys(some, 0.0123), "", _).figure.data[0].textfont.size
        for some in (days, days[:3])
    ]
    assert sizes[0] < sizes[1]
