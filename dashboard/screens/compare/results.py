"""
What a comparison came to: the verdict, the performance table, and a chart for each question.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts.arms import Speed, Target, share_bars, speed_bars
from dashboard.charts.paper import CONFIG
from dashboard.charts.trade import Trade, heatmap, speed_cost
from dashboard.screens.compare.lanes import lanes_panel
from dashboard.screens.compare.over_time import over_time_panel
from dashboard.screens.compare.words import arm_name, band, dials, verdict
from dashboard.screens.runs.quality import acceptance_tables
from dashboard.text import _
from engine import compare
from engine.reports import PRESETS

MOST_BARS = 16
Arms = list[compare.ArmReport]


def results(report: compare.Report) -> None:
    """Draw the results; of a comparison that was cancelled, those of the runs that ended."""
    measured = sorted((arm for arm in report.arms if arm.items_per_s), key=lambda arm: -(arm.items_per_s or 0.0))
    if not measured:
        st.info(_("No run has ended, so there is nothing to show. Resume it, or clone it and start again."))
        return
    with st.container(border=True):
        st.markdown(f":material/emoji_events: {verdict(report)}")
        _use(report, measured)
    _table(report)
    shown = measured[:MOST_BARS]
    if len(measured) > MOST_BARS:
        st.caption(_("The charts show the {n} fastest.", n=MOST_BARS))
    _speeds(shown)
    _heatmap(measured)
    _targets(shown)
    over_time_panel(shown)
    lanes_panel(shown)
    _costs(measured)
    _accepted(report)


def chart(title: str, sentence: str, figure: Any, key: str) -> None:
    """A chart under its question and one sentence on how to read it."""
    with st.container(border=True):
        st.markdown(f"**{title}**")
        st.caption(sentence)
        st.plotly_chart(figure, config=CONFIG, key=key, alt=f"{title}. {sentence}")


def _use(report: compare.Report, measured: Arms) -> None:
    names = [arm.name for arm in measured]
    best = report.verdict.best if report.verdict else names[0]
    key = f"compare_use_{report.id}"
    st.session_state.setdefault(key, best)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Settings"), names, format_func=arm_name, key=key, label_visibility="collapsed", width=230
        )
        if st.button(
            _("Use these settings"), type="primary", icon=":material/rocket_launch:", key="compare_use_button"
        ):
            run = next(arm.runs[-1] for arm in measured if arm.name == chosen)
            st.switch_page(shared.LAUNCH, query_params={"clone": str(run)})


def _table(report: compare.Report) -> None:
    st.subheader(_("The performance table"))
    rows = [_row(arm) for arm in report.arms]
    empty = [name for name in rows[0] if all(row[name] in (None, charts.NONE) for row in rows)]
    st.dataframe(
        [{name: value for name, value in row.items() if name not in empty} for row in rows],
        hide_index=True,
        alt=_("Every arm in figures"),
        column_config={_("Settings"): st.column_config.Column(pinned=True), **_columns()},
    )


def _row(arm: compare.ArmReport) -> dict[str, Any]:
    interval = charts.NONE
    if arm.ci_low is not None and arm.ci_high is not None:
        interval = f"{charts.rate(arm.ci_low)} – {charts.rate(arm.ci_high)}"
    return {
        _("Settings"): f"{arm_name(arm.name)}{dials(arm)}",
        _("Drafts a second"): arm.items_per_s,
        _("95 % interval"): interval,
        _("Speed-up"): arm.speedup,
        _("Guide"): band(arm),
        _("Forecast"): arm.predicted_items_per_s,
        _("Of the limit"): _percent(arm.share_of_limit),
        _("Success"): _percent(arm.success_rate),
        _("Errors"): _percent(arm.error_rate),
        _("429 rate"): _percent(arm.rate_429),
        _("Tokens a draft"): arm.tokens_an_item,
        _("Cost a draft"): arm.cost_a_draft or None,
        _("Cost an approved draft"): arm.cost_an_approved_draft or None,
        _("Approved of reviewed"): _percent(arm.acceptance),
        _("Trials"): arm.trials_done,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        _("Drafts a second"): number(format="%.2f"),
        _("Speed-up"): number(format="%.1f×", help=_("Over the serial arm, else over the slowest.")),
        _("Guide"): st.column_config.Column(help=_("The speed-up the guide promises.")),
        _("Forecast"): number(format="%.2f", help=_("Drafts a second, from the limits and the latencies measured.")),
        **dict.fromkeys((_("Of the limit"), _("Success"), _("Approved of reviewed")), number(format="%.0f %%")),
        **dict.fromkeys((_("Errors"), _("429 rate")), number(format="%.1f %%")),
        _("Tokens a draft"): number(format="%.0f"),
        _("Cost a draft"): number(format="$%.5f"),
        _("Cost an approved draft"): number(format="$%.5f"),
    }


def _speeds(arms: Arms) -> None:
    speeds = [
        Speed(arm_name(a.name), a.items_per_s, a.ci_low, a.ci_high, a.predicted_items_per_s, a.speedup) for a in arms
    ]
    figure = speed_bars(speeds, axis=_("Drafts a second"), forecast=_("forecast {rate}"))
    words = _("Green is measured, with its 95 % interval and the speed-up; grey is what the forecast says.")
    chart(_("Which settings are fast?"), words, figure, "compare_speeds")


def _heatmap(arms: Arms) -> None:
    if all(arm.name in PRESETS for arm in arms):
        return
    speeds: dict[tuple[int, int], float] = {}
    for arm in arms:
        if not arm.tuning.auto:
            cell = arm.tuning.concurrency, arm.tuning.batch_size
            speeds[cell] = max(speeds.get(cell, 0.0), arm.items_per_s or 0.0)
    if len({c for c, _b in speeds}) < 2 or len({b for _c, b in speeds}) < 2 or len(speeds) < 4:
        return
    figure = heatmap(
        speeds,
        x_axis=_("Concurrency (calls at a time)"),
        y_axis=_("Batch size (drafts a call)"),
        cell=_("{rate} drafts/s"),
    )
    words = _("Drafts a second in every combination; the fastest is framed.")
    chart(_("Where does the speed come from?"), words, figure, "compare_heatmap")


def _targets(arms: Arms) -> None:
    success, errors = st.columns(2)
    with success:
        target = Target(labels.SUCCESS, True, _("target 95 %"))
        shares = {arm_name(arm.name): arm.success_rate for arm in arms}
        figure = share_bars(shares, target, axis=_("Drafts made, of those planned"))
        words = _("Green reaches the target of 95 %, red does not.")
        chart(_("Which settings succeed?"), words, figure, "compare_success")
    with errors:
        target = Target(labels.ERRORS, False, _("target 5 %"))
        shares = {arm_name(arm.name): arm.error_rate for arm in arms}
        figure = share_bars(shares, target, axis=_("Drafts failed, of those planned"))
        words = _("Green stays under the target of 5 %, red does not.")
        chart(_("Which settings fail?"), words, figure, "compare_errors")


def _accepted(report: compare.Report) -> None:
    with st.container(border=True):
        st.markdown(f"**{_('Which drafts are approved?')}**")
        acceptance_tables(comparison_id=report.id)


def _costs(arms: Arms) -> None:
    in_money = all(arm.cost_a_draft for arm in arms)
    prices = [1000 * (arm.cost_a_draft or 0.0) if in_money else arm.tokens_an_item or 0.0 for arm in arms]
    trades = [
        Trade(arm_name(arm.name), arm.items_per_s or 0.0, price, arm.efficient)
        for arm, price in zip(arms, prices, strict=True)
        if price
    ]
    if len(trades) < 2:
        return
    x_axis = _("Cost of 1,000 drafts, USD") if in_money else _("Tokens a draft")
    figure = speed_cost(trades, x_axis=x_axis, y_axis=_("Drafts a second"), corner=_("fast and cheap"), money=in_money)
    words = _("Filled and joined: no other is both faster and cheaper. Hollow: another is better in both.")
    chart(_("What does the speed cost?"), words, figure, "compare_costs")
