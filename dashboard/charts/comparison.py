"""
The charts of a comparison, each under its question: for the Compare page and for the HTML export.

Pure: the caller brings the language (`_`) and the names of the arms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.bars import Speed, Target, share_bars, speed_bars
from dashboard.charts.trade import Trade, heatmap, speed_cost
from engine.compare import ArmReport
from engine.reports import ERROR_TARGET, PRESETS, SUCCESS_TARGET

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with the question it answers and one sentence on how to read it."""

    key: str
    title: str
    sentence: str
    figure: go.Figure


def panels(arms: Sequence[ArmReport], most: int, name: Translate, _: Translate) -> Iterator[Panel]:
    """
    Every chart that the measured arms allow, in the order of the page.

    Args:
        arms: Those with a speed, the fastest first.
        most: The bar charts show only so many of them.
        name: What an arm is called.
        _: Translates a sentence.
    """
    yield speeds(arms[:most], name, _)
    if made := concurrency_by_batch(arms, _):
        yield made
    yield success(arms[:most], name, _)
    yield errors(arms[:most], name, _)
    if made := costs(arms, name, _):
        yield made


def speeds(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel:
    """How fast each arm was, with its interval and its forecast."""
    bars = [Speed(name(a.name), a.items_per_s, a.ci_low, a.ci_high, a.predicted_items_per_s, a.speedup) for a in arms]
    words = _("Green: measured, with its 95 % CI and speed-up. Grey: forecast.")
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


def success(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel:
    """The share of the planned drafts each arm made, against the target."""
    target = Target(SUCCESS_TARGET, True, _("target 95 %"))
    shares = {name(arm.name): arm.success_rate for arm in arms}
    figure = share_bars(shares, target, axis=_("Share of planned drafts that were made"))
    words = _("Green meets the target of 95 %, red does not.")
    return Panel("success", _("Which settings succeed?"), words, figure)


def errors(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel:
    """The share of the planned drafts that failed in each arm, against the target."""
    target = Target(ERROR_TARGET, False, _("target 5 %"))
    shares = {name(arm.name): arm.error_rate for arm in arms}
    figure = share_bars(shares, target, axis=_("Share of planned drafts that failed"))
    words = _("Green meets the target of at most 5 %, red does not.")
    return Panel("errors", _("Which settings fail?"), words, figure)


def costs(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel | None:
    """Speed against cost, or against tokens where prices are not known; None below two arms with a cost."""
    in_money = all(arm.cost_a_draft for arm in arms)
    prices = [1000 * (arm.cost_a_draft or 0.0) if in_money else arm.tokens_an_item or 0.0 for arm in arms]
    priced = zip(arms, prices, strict=True)
    trades = [Trade(name(arm.name), arm.items_per_s or 0.0, price, arm.efficient) for arm, price in priced if price]
    if len(trades) < 2:
        return None
    x_axis = _("Cost of 1,000 drafts, USD") if in_money else _("Tokens per draft")
    corner = _("fast and cheap")
    figure = speed_cost(trades, x_axis=x_axis, y_axis=_("Drafts per second"), corner=corner, money=in_money)
    words = _("Filled: best trade-offs (Pareto front). Hollow: beaten on both speed and cost.")
    return Panel("costs", _("What does the speed cost?"), words, figure)
