"""
The charts of a comparison, each under its question: for the Compare page and for the HTML export.

The caller brings the language (`_`) and the names of the arms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dashboard.charts.bars import Speed, Target, share_bars, speed_bars
from dashboard.charts.panel import Panel as Panel
from dashboard.charts.timeline import Series, over_time, so_far, speed
from dashboard.charts.trade import MOST_NAMES, Trade, heatmap, speed_cost
from dashboard.charts.worth import worth_panels
from engine import RunRow, Store
from engine.compare import ArmReport, expense, in_money
from engine.reports import PRESETS, SUCCESS_TARGET

Translate = Callable[[str], str]

MOST_LINES = 7
MOST_CALLS = 2000
FIRST = ("acceptance", "worth")
"""The charts that say which arm to use."""
SPEED, DRAFTS = "speed", "drafts"
"""What a line over time shows."""


def panels(
    arms: Sequence[ArmReport], most: int, name: Translate, _: Translate, store: Store | None = None
) -> Iterator[Panel]:
    """
    Every chart that the measured arms allow, in the order of the page.

    Args:
        arms: Those with a speed, the fastest first.
        most: The bar charts show only so many of them.
        name: What an arm is called.
        _: Translates a sentence.
        store: Where the calls are, for the chart over time; None: without it.
    """
    worth = list(worth_panels(arms, name, _))
    yield from (panel for panel in worth if panel.key in FIRST)
    yield speeds(arms[:most], name, _)
    if made := concurrency_by_batch(arms, _):
        yield made
    yield outcomes(arms[:most], name, _)
    if made := above_level(arms[:most], name, _):
        yield made
    if store is not None and (made := drafts_over_time(store, arms[:MOST_LINES], name, _)):
        yield made
    if made := costs(arms, name, _):
        yield made
    yield from (panel for panel in worth if panel.key not in FIRST)


def speeds(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel:
    """How fast each arm was, with its interval and its forecast."""
    bars = [Speed(name(a.name), a.items_per_s, a.ci_low, a.ci_high, a.predicted_items_per_s, a.speedup) for a in arms]
    once = all(arm.ci_low is None for arm in arms)
    words = _("Green: measured, with its 95 % CI and speed-up. Grey: forecast.")
    if once:
        words = _("Green: measured once, so without an interval, and its speed-up. Grey: forecast.")
    figure = speed_bars(bars, axis=_("Drafts per second"), forecast=_("forecast {rate}"))
    return Panel("speeds", _("Which settings are fast?"), words, figure)


def concurrency_by_batch(arms: Sequence[ArmReport], _: Translate) -> Panel | None:
    """The speed of every combination; None unless the arms form a grid of at least 2 x 2."""
    cells: dict[tuple[int, int], float] = {}
    for arm in arms:
        if not arm.tuning.auto:
            cell = arm.tuning.concurrency, arm.tuning.batch_size
            cells[cell] = max(cells.get(cell, 0.0), arm.items_per_s or 0.0)
    sides = {c for c, _b in cells}, {b for _c, b in cells}
    if all(arm.name in PRESETS for arm in arms) or min(map(len, sides)) < 2 or len(cells) < 4:
        return None
    x_axis, y_axis = _("Concurrency (parallel requests)"), _("Batch size (drafts per request)")
    figure = heatmap(cells, x_axis=x_axis, y_axis=y_axis, cell=_("{rate} drafts/s"))
    words = _("Drafts per second for every combination; the fastest is framed.")
    return Panel("heatmap", _("Where does the speed come from?"), words, figure)


def outcomes(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel:
    """The share of its drafts each arm made, against the target, and the share that failed."""
    target = Target(SUCCESS_TARGET, True, _("target 95 %"))
    made = {name(arm.name): arm.success_rate for arm in arms}
    failed = {name(arm.name): arm.error_rate for arm in arms}
    words = _("{share} made, {rest} failed")
    figure = share_bars(made, target, axis=_("Share of the drafts"), rest=failed, words=words)
    sentence = _("Made: green meets the target of 95 %, red does not. Grey: failed.")
    return Panel("outcomes", _("Which settings succeed?"), sentence, figure)


def above_level(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel | None:
    """The share of the words above the level in each arm's drafts; None where nothing is graded."""
    graded = {name(arm.name): arm.quality.above for arm in arms if arm.quality.above is not None}
    if not graded:
        return None
    figure = share_bars(graded, None, axis=_("Words above the level, mean of the drafts"))
    words = _("The shorter the bar, the better the drafts keep to their level.")
    return Panel("above_level", _("Which settings keep to the level?"), words, figure)


def drafts_over_time(store: Store, arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel | None:
    """The drafts of a typical run of each arm over its time; None without a finished run."""
    lines = [line for arm in arms if (line := arm_line(store, arm, name(arm.name), DRAFTS)) is not None]
    if not lines:
        return None
    axes = {"x_axis": _("Seconds since the run began"), "y_axis": _("Drafts so far")}
    figure = over_time(lines, **axes, end=_("{name}: ends after {seconds} s"))
    words = _("A typical run of each: the steeper the line, the faster. It ends when all drafts are made.")
    return Panel("over_time", _("Throughput over time"), words, figure)


def typical(store: Store, arm: ArmReport) -> RunRow | None:
    """The run of the middle speed among those that ended."""
    rows = [store.runs.get(run) for run in arm.runs]
    ended = [row for row in rows if row.state in ("done", "incomplete") and row.totals.first_sent_at is not None]
    ended.sort(key=lambda row: (row.totals.last_ended_at or 0.0) - (row.totals.first_sent_at or 0.0))
    return ended[len(ended) // 2] if ended else None


def arm_line(store: Store, arm: ArmReport, name: str, view: str) -> Series | None:
    """An arm's typical run over time: its drafts so far (DRAFTS), or its speed (SPEED)."""
    row = typical(store, arm)
    if row is None or row.totals.first_sent_at is None:
        return None
    calls = [call for call in store.calls.page(row.id, MOST_CALLS) if call.ended_at is not None]
    ends = sorted(((call.ended_at or 0.0) - row.totals.first_sent_at, call.kept) for call in calls)
    if view == DRAFTS:
        return so_far(name, ends)
    longest_s = max(((call.ended_at or 0.0) - call.sent_at for call in calls), default=0.0)
    return speed(name, ends, longest_s)


def costs(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel | None:
    """Speed against cost, or against tokens where prices are not known; None below two arms with a cost."""
    money = in_money(arms)
    priced = [(arm, cost) for arm in arms if (cost := expense(arm, money)) is not None]
    trades = [
        Trade(name(arm.name), arm.items_per_s or 0.0, 1000 * cost if money else cost, arm.efficient)
        for arm, cost in priced
    ]
    left_out = [name(arm.name) for arm in arms if expense(arm, money) is None]
    if len(trades) < 2 or not any(trade.price for trade in trades):
        return None
    x_axis = _("Cost of 1,000 drafts, USD") if money else _("Tokens per draft")
    corner = _("fast and cheap")
    figure = speed_cost(trades, x_axis=x_axis, y_axis=_("Drafts per second"), corner=corner, money=money)
    words = _("Filled: best trade-offs (Pareto front). Hollow: beaten on both speed and cost.")
    if len(trades) > MOST_NAMES:
        words = _("{first} {second}").format(first=words, second=_("Of many settings only the best are named."))
    if left_out:
        without = _("Without a cost, so not shown: {names}.").format(names=_(", ").join(left_out))
        words = _("{first} {second}").format(first=words, second=without)
    return Panel("costs", _("What does the speed cost?"), words, figure)
