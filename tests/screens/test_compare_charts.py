"""The charts of a comparison and of a live run, without a screen."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.elements.lib import streamlit_plotly_theme as theme

from dashboard.charts import bars as bar_charts
from dashboard.charts import live, paper, timeline, trade
from engine.reports import ChangeRow
from engine.store import Bucket


@dataclass(frozen=True)
class Call:
    sent_at: float
    ended_at: float | None
    wait_s: float = 0.0
    outcome: str = "ok"
    asked: int = 1
    kept: int = 1


FAST = bar_charts.Speed("fast <b>", 8.0, 7.0, 9.5, 8.2, 4.0)
SLOW = bar_charts.Speed("slow", 2.0, None, None, None, None)


def test_colours_are_the_themes() -> None:
    """Streamlit replaces exactly these: light and dark come of themselves."""
    named = (paper.GREEN, paper.ORANGE, paper.BLUE, paper.RED, paper.VIOLET, paper.YELLOW, paper.GRAY)
    assert named == tuple(getattr(theme, f"CATEGORY_{number}") for number in range(7))
    assert paper.PAPER == theme.BG_COLOR


def test_speeds_stand_over_their_forecasts() -> None:
    """Each arm has its measured bar with the interval, its forecast, its speed-up; what is missing is left out."""
    figure = bar_charts.speed_bars([FAST, SLOW], axis="drafts/s", forecast="about {rate}")
    measured, label, forecast, guessed = figure.data
    assert list(measured.x) == [8.0, 2.0]
    assert (list(measured.error_x.array), list(measured.error_x.arrayminus)) == ([1.5, 0.0], [1.0, 0.0])
    assert [text.strip() for text in label.text] == ["<b>8.00</b> · 4.0×", "<b>2.00</b>"]
    assert (list(forecast.x), guessed.text[0].strip()) == ([8.2], "about 8.20")


def test_a_value_is_written_at_the_end_of_its_bar() -> None:
    """Not at the end of the interval, which may be three times as far."""
    wide = bar_charts.Speed("wide", 5.2, 1.0, 16.1, None, 9.0)
    figure = bar_charts.speed_bars([wide], axis="drafts/s", forecast="{rate}")
    bar, label = figure.data[:2]
    assert list(label.x) == list(bar.x) == [5.2]
    assert figure.layout.xaxis.range[1] > 16.1
    assert abs(label.y[0] - bar.y[0]) > bar.width / 2  # over the whisker


def test_success_and_failure_are_one_chart() -> None:
    """What failed follows what was made, in grey, with both figures over the bar."""
    target = bar_charts.Target(0.95, True, "95 %")
    shares, failed = {"a": 0.9, "b": 1.0}, {"a": 0.1, "b": 0.0}
    figure = bar_charts.share_bars(shares, target, axis="x", rest=failed, words="{share} ok, {rest} not")
    made, lost, label = figure.data[:3]
    assert (list(made.x), list(lost.x), list(lost.base)) == ([0.9, 1.0], [0.1, 0.0], [0.9, 1.0])
    assert [text.strip() for text in label.text] == ["90 % ok, 10 % not", "100 % ok, 0 % not"]


@given(st.floats(0, 1))
def test_the_figure_of_a_cell_can_be_read(share: float) -> None:
    """On every colour of the heat map its text has a contrast of at least 4.5 to 1."""
    color = [pale + share * (dark - pale) for pale, dark in zip(trade._PALE, trade._DARK, strict=True)]
    light = sum(w * trade._linear(part / 255) for w, part in zip((0.2126, 0.7152, 0.0722), color, strict=True))
    text = 1.0 if trade.ink(share) == "#FFFFFF" else 0.0
    assert (max(light, text) + 0.05) / (min(light, text) + 0.05) >= 4.5


def test_crowded_arms_are_all_named() -> None:
    """Nine arms of nearly one speed and price: every name has a place of its own."""
    some = [
        trade.Trade(f"{place} x 3, 200 ms", 4.0 + place / 100, 2.0 + place / 1000, place == 1) for place in range(9)
    ]
    figure = trade.speed_cost(some, x_axis="$", y_axis="s", corner="good")
    names = [note for note in figure.layout.annotations if " ms" in note.text]
    places = {(note.x, note.y, note.xshift, note.yshift, note.ax, note.ay) for note in names}
    assert len(names) == len(places) == 9


def test_names_that_would_fill_the_plot_are_listed_below_it() -> None:
    """Nine models with their second models are numbers in the plot, and each is named below it."""
    some = [trade.Trade(f"model-{at} + strong-model · 4 x {at}", 1.0 + at, 2.0 + at, at == 8) for at in range(9)]
    figure = trade.speed_cost(some, x_axis="$", y_axis="s", corner="good")
    listed = next(note.text for note in figure.layout.annotations if "model-" in note.text)
    assert all(f"{at}. {arm.name}" in listed.replace(paper.BREAK, " ") for at, arm in enumerate(some, 1))
    assert {note.text.strip("<b>/") for note in figure.layout.annotations} >= {str(at) for at in range(1, 10)}


def test_names_are_only_read() -> None:
    """Plotly's own little HTML in a name does nothing."""
    figure = bar_charts.speed_bars([FAST], axis="drafts/s", forecast="{rate}")
    assert figure.layout.yaxis.ticktext[0] == "fast &lt;b&gt;"


def test_targets_colour_the_bars() -> None:
    """Success wants at least, errors at most; an arm without a figure has no bar."""
    success = bar_charts.Target(0.95, True, "95 %")
    bars = bar_charts.share_bars({"a": 0.95, "b": 0.94, "c": None}, success, axis="x").data[0]
    assert list(bars.marker.color) == [paper.GREEN, paper.RED]
    assert bar_charts.Target(0.05, False, "5 %").kept(0.05)


def test_the_heatmap_frames_the_fastest() -> None:
    """Concurrency goes across, batch size up; a combination that was not run is a hole."""
    figure = trade.heatmap({(1, 1): 1.0, (4, 1): 3.0, (4, 3): 9.0}, x_axis="c", y_axis="b", cell="{rate}")
    assert [list(line) for line in figure.data[0].z] == [[1.0, 3.0], [None, 9.0]]
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y0) == (0.52, 0.52)


def test_the_recommended_arm_has_a_ring_and_prices_begin_at_nothing() -> None:
    """The arm to use is found in the plot; half a cent looks like half a cent."""
    some = [trade.Trade("b", 9.0, 3.6, True, chosen=True), trade.Trade("a", 4.0, 3.5, True)]
    figure = trade.speed_cost(some, x_axis="$", y_axis="s", corner="good")
    assert (list(figure.data[-1].x), figure.data[-1].marker.symbol) == ([3.6], "circle-open")
    assert figure.layout.xaxis.range[0] == 0


@given(st.lists(st.tuples(st.floats(0.01, 9), st.floats(0.01, 9)), min_size=2, max_size=6))
def test_a_name_that_is_not_beside_its_mark_is_joined_to_it(points: list[tuple[float, float]]) -> None:
    """A name without a line begins, ends or is centred at its mark, at most 24 pixels above or below."""
    some = [trade.Trade(f"model-{at} · Combined", y, x, True) for at, (x, y) in enumerate(points)]
    for note in trade.speed_cost(some, x_axis="$", y_axis="s", corner="good").layout.annotations:
        if "model-" in note.text and not note.showarrow:
            assert abs(note.xshift) <= 16 and abs(note.yshift) <= 24


def test_a_name_of_two_lines_does_not_cover_its_mark() -> None:
    """Right above its point the second line of a name would lie on it."""
    [(right, up)] = paper.beside([(0.5, 0.5)], ["one<br>two"], [(0, 24), (12, 20)])
    assert (right > 12, up) == (True, 20)


def test_efficient_arms_are_joined() -> None:
    """The line goes through the efficient arms, from the cheapest to the fastest."""
    some = [trade.Trade("b", 9.0, 3.0, True), trade.Trade("a", 4.0, 1.0, True), trade.Trade("c", 2.0, 2.0, False)]
    line, filled, hollow = trade.speed_cost(some, x_axis="$", y_axis="s", corner="good").data
    assert (list(line.x), list(filled.x), list(hollow.x)) == ([1.0, 3.0], [1.0, 3.0], [2.0])
    assert hollow.marker.color == paper.PAPER


@given(st.floats(0, 1), st.integers(1, 26))
def test_a_name_stays_inside_a_narrow_plot(x: float, letters: int) -> None:
    """Wherever its point lies, no name of at most 26 letters is cut at the edge of a narrow screen's plot."""
    [(right, _up)] = paper.beside([(x, 0.5)], ["m" * letters], [(8, 0), (-8, 10)])
    middle, width = x * paper._PLOT_PX[0] + right, paper._LETTER_PX * letters
    assert width / 2 <= middle <= paper._PLOT_PX[0] - width / 2


def test_shares_are_written_over_their_bars() -> None:
    """The text of a bar has the whole width of the plot: beside a full bar a narrow screen would cut it."""
    target = bar_charts.Target(0.95, True, "95 %")
    figure = bar_charts.share_bars({"a": 1.0}, target, axis="x", rest={"a": 0.0}, words="{share} made, {rest} failed")
    bar, label = figure.data[0], figure.data[2]
    assert list(label.x) == [0.0]
    assert label.y[0] < bar.y[0] - bar.width / 2


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_every_name_has_a_place(points: list[tuple[float, float]]) -> None:
    """However the points lie, each name gets one of the places."""
    places = [(0.0, 18.0), (11.0, 0.0), (-11.0, 0.0), (0.0, -18.0)]
    shifts = paper.beside(points, ["name"] * len(points), places)
    assert {up for _right, up in shifts} <= {18.0, 0.0, -18.0}
    assert len(shifts) == len(points)


def test_a_crowded_name_moves_away() -> None:
    """Two points side by side do not write over each other."""
    first, second = paper.beside([(0.5, 0.5), (0.52, 0.5)], ["combined", "batch"], [(0, 18), (11, 0)])
    assert first != second


def test_calls_lie_in_as_many_lanes_as_flew_at_once() -> None:
    """A call takes the first lane that is free, its wait included; one in flight ends with the last."""
    calls = [Call(10, 12), Call(10.5, 12), Call(12.5, 14, wait_s=0.4), Call(13, None)]
    bars = timeline.lay_out(calls)
    assert [bar.lane for bar in bars] == [0, 1, 0, 1]
    assert (bars[2].wait, bars[2].start, bars[3].end) == pytest.approx((2.1, 2.5, 4.0))
    assert timeline.lay_out([]) == []


def test_the_lanes_time_is_all_told() -> None:
    """Answered, lost, waited and idle are the whole of lanes x duration."""
    use = timeline.used(timeline.lay_out([Call(0, 4), Call(0, 2, kept=0), Call(3, 4, wait_s=1)]))
    assert (use.lanes, use.answered, use.lost, use.waited) == pytest.approx((2, 5 / 8, 2 / 8, 1 / 8))
    assert use.idle == pytest.approx(0.0)


def test_lanes_are_coloured_by_outcome() -> None:
    """Waiting is pale and behind; only outcomes that occur are in the legend."""
    bars = timeline.lay_out([Call(1, 2, wait_s=1), Call(2, 3, outcome="rate_limited", kept=0)])
    figure = timeline.lanes(bars, x_axis="s", names={"waited": "waits", "ok": "good"}, hover="{outcome} {took}")
    assert [trace.name for trace in figure.data] == ["waits", "good", "rate_limited"]
    assert figure.data[2].marker.color == paper.ORANGE


def test_drafts_add_up_over_time() -> None:
    """A line begins at nothing and ends at all drafts."""
    line = timeline.so_far("a", [(1.0, 3), (2.5, 2)])
    assert (list(line.seconds), list(line.values)) == ([0.0, 1.0, 2.5], [0.0, 3.0, 5.0])


def test_bursts_are_no_speed() -> None:
    """Four drafts at the end of every second are four a second, however they come."""
    line = timeline.speed("a", [(float(second), 4) for second in range(1, 41)], call_s=1.0)
    assert line is not None
    assert line.values == pytest.approx([4.0] * len(line.values), rel=0.2)
    assert timeline.speed("a", [], 1.0) is None


def test_lines_carry_their_names() -> None:
    """Each line is labelled at its end, in its own colour."""
    both = [timeline.so_far("a", [(1, 1)]), timeline.so_far("b", [(2, 1)])]
    figure = timeline.over_time(both, x_axis="s", y_axis="n")
    assert {note.font.color for note in figure.layout.annotations if note.font.color} >= {paper.GREEN, paper.ORANGE}


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [
        ({}, None),
        ({"rpm": 30, "window_s": 60.0}, 1.5),
        ({"max_in_flight": 2}, 3.0),
        ({"rpm": 30, "window_s": 60.0, "max_in_flight": 1}, 1.5),
    ],
)
def test_limits_are_told_in_drafts(limits: dict[str, float], wanted: float | None) -> None:
    """Calls a window and calls in flight, at three drafts a call of two seconds: the lower one holds."""
    assert live.limit_items_per_s(limits, 3, 2.0) == wanted


def test_the_limit_line_follows_limits_and_batches() -> None:
    """A learned limit moves the line, and so does the batch size that auto chooses."""
    learned = ChangeRow(at=105.0, what="limits", before={}, after={"rpm": 60, "window_s": 60.0}, why="window_found")
    larger = ChangeRow(at=110.0, what="tuning", before={}, after={"batch_size": 4}, why="goodput")
    steps = live.limit_steps(100.0, MappingProxyType({}), 2, [learned, larger], [])
    assert steps == [live.LimitStep(100.0, None), live.LimitStep(105.0, 2.0), live.LimitStep(110.0, 4.0)]


def test_a_call_takes_what_calls_of_its_size_took() -> None:
    """The median of the nearest size that was asked for; nothing before the first answer."""
    latencies = [(1, 1.0), (9, 3.0), (9, 5.0), (9, 4.0)]
    assert (live.call_seconds(latencies, 8), live.call_seconds(latencies, 2)) == (4.0, 1.0)
    assert live.call_seconds([], 8) is None


def test_live_rows_hold_the_limit_the_expected_speed_and_the_speed() -> None:
    """The limit ends where the next begins, cut at the top; each line has its name once."""
    spans = [Bucket(0, 2, 1, 0, 0, 0, 0.0, 1)] * 4
    steps = [live.LimitStep(0.0, 2.0), live.LimitStep(2.0, 30.0)]
    names = {"limit": "limit: 30", "expected": "expected for these settings: 1.5"}
    rows = live.live_rows(spans, 1.0, 0.0, steps, 1.5, names)
    kinds = [row["series"] for row in rows]
    assert (kinds.count("expected"), kinds.count("limit"), kinds.count("speed")) == (1, 2, 4)
    named = [row["name"] for row in rows if row["series"] in ("expected", "limit")]
    assert named == ["expected for these settings: 1.5", "", "limit: 30"], "an empty name is drawn as nothing"
    limit = [(row["t"], row["t2"], row["v"]) for row in rows if row["series"] == "limit"]
    assert limit == [(0.0, 2.0, 2.0), (2.0, 4.0, pytest.approx(2.24))]


def test_the_live_chart_never_changes() -> None:
    """The spec depends on words alone, so that a running chart is fed and never drawn again; a row holds the ends."""
    words = {"seconds": "s", "speed": "drafts/s"}
    assert live.live_spec(words) == live.live_spec(words)
    assert live.corner((30.0, 4.0)) == {"series": "corner", "t": 30.0, "v": 4.0}
    assert len(live.live_spec(words)["layer"]) == 6
    spans = [Bucket(0, 2, 1, 0, 0, 0, 0.0, 1)] * 11
    assert live.live_ends(spans, 1.0, [], 0.0, ended=False) == live.live_ends(
        [*spans, spans[0]], 1.0, [], 0.0, ended=False
    )
    assert live.live_ends(spans, 1.0, [], 0.0, ended=True) == (11.0, 3.0)
