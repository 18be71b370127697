"""
The results of a comparison: the verdict, the performance table, and a chart for each question.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import charts, shared
from dashboard.charts import comparison
from dashboard.charts.page import MOST_BARS
from dashboard.charts.paper import CONFIG
from dashboard.charts.worth import worth_panels
from dashboard.labels import label
from dashboard.screens.compare.lanes import lanes_panel
from dashboard.screens.compare.over_time import over_time_panel
from dashboard.screens.compare.words import advice_words, arm_name, band, marked, speed_settings, strong, verdict
from dashboard.screens.review.words import FLAG
from dashboard.screens.runs.advice import ICON
from dashboard.screens.runs.quality import acceptance_tables
from dashboard.text import _, message_text
from engine import compare

Arms = list[compare.ArmReport]
MOST_LINKS = 6
MOST_FLAGS = 3
"""Flags named in a cell."""


def results(report: compare.ComparisonReport) -> None:
    """Draw the results; of a comparison that was cancelled, those of the runs that ended."""
    measured = sorted((arm for arm in report.arms if arm.items_per_s), key=lambda arm: -(arm.items_per_s or 0.0))
    if not measured:
        _nothing(report)
        return
    with st.container(border=True):
        chosen = compare.recommended(report.arms, report.verdict, strong)
        if chosen is not None:
            st.markdown(f"### :material/emoji_events: {marked(chosen.why)}")
        for title, said in verdict(report):
            st.markdown(_("{name}: {text}", name=f"**{title}**", text=said))
        _to_review(measured)
        for one in report.advice:
            st.markdown(f"{ICON[one.severity]} {advice_words(one)}")
        _use(report, measured, chosen.arm if chosen else measured[0].name)
    _table(report)
    shown = measured[:MOST_BARS]
    if len(measured) > MOST_BARS:
        st.caption(_("The charts show the {n} fastest.", n=MOST_BARS))
    worth = list(worth_panels(measured, arm_name, _))
    for panel in worth:
        if panel.key in comparison.FIRST:
            _chart(panel)
    _chart(comparison.speeds(shown, arm_name, _))
    _chart(comparison.concurrency_by_batch(measured, _))
    _chart(comparison.outcomes(shown, arm_name, _))
    _chart(comparison.above_level(shown, arm_name, _))
    over_time_panel(shown)
    lanes_panel(shown)
    _chart(comparison.costs(measured, arm_name, _))
    for panel in worth:
        if panel.key not in comparison.FIRST:
            _chart(panel)
    _accepted(report)


def _nothing(report: compare.ComparisonReport) -> None:
    """No draft to measure: no run has ended, or all of them ended without one, and their pages say why."""
    if not report.runs_done:
        st.info(_("No run has ended, so there is nothing to show. Resume it, or clone it and start again."))
        return
    st.warning(_("The runs have ended without a draft. Their pages say why."), icon=":material/error:")
    with st.container(horizontal=True):
        for arm in [arm for arm in report.arms if arm.runs][:MOST_LINKS]:
            words, run = charts.plain(arm_name(arm.name)), {"run": str(arm.runs[0])}
            st.page_link(shared.RUNS, label=words, icon=":material/list_alt:", query_params=run)


def _to_review(measured: Arms) -> None:
    """Links to the review of the arms with too few decisions, the fastest first."""
    waiting = [arm for arm in measured if not arm.quality.accepted.enough]
    if not waiting:
        return
    with st.container(horizontal=True):
        for arm in waiting[:MOST_LINKS]:
            words = _("Review {arm}", arm=charts.plain(arm_name(arm.name)))
            run = {"run": str(arm.runs[-1])}
            st.page_link(shared.REVIEW, label=words, icon=":material/rate_review:", query_params=run)


def _chart(panel: comparison.Panel | None) -> None:
    """Draw a chart under its question, if there is one."""
    if panel is None:
        return
    with st.container(border=True):
        st.markdown(f"**{panel.title}**")
        st.caption(panel.sentence)
        alt = f"{panel.title}. {panel.sentence}"
        st.plotly_chart(panel.figure, config=CONFIG, key=f"compare_{panel.key}", alt=alt)


def _use(report: compare.ComparisonReport, measured: Arms, best: str) -> None:
    names = [arm.name for arm in measured]
    key = f"compare_use_{report.id}"
    st.session_state.setdefault(key, best)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Settings"), names, format_func=arm_name, key=key, label_visibility="collapsed", width=420
        )
        arm = next(one for one in measured if one.name == chosen)
        if st.button(
            _("Use these settings"), type="primary", icon=":material/rocket_launch:", key="compare_use_button"
        ):
            st.switch_page(shared.LAUNCH, query_params={"clone": str(arm.runs[-1])})
    if arm.judge:
        words = _(
            "Launch makes the drafts. When they are made, let {model} review them on the run's page.", model=arm.judge
        )
        st.caption(charts.plain(words))


def _table(report: compare.ComparisonReport) -> None:
    """Four tables in place of a wide one, whose last columns would be out of sight."""
    st.header(_("The performance table"))
    parts = ((_("Speed"), _speed), (_("Quality"), _worth), (_("Flags and notes"), _flags), (_("Cost"), _cost))
    for title, cells in parts:
        rows = [cells(arm) for arm in report.arms]
        full = [name for name in rows[0] if any(row[name] not in (None, charts.NONE) for row in rows)]
        if not full:
            continue
        st.markdown(f"**{title}**")
        st.dataframe(
            [_named(arm) | {name: row[name] for name in full} for arm, row in zip(report.arms, rows, strict=True)],
            hide_index=True,
            placeholder=charts.NONE,
            alt=_("{name}: {text}", name=title, text=_("Every arm in figures")),
            column_config={_("Settings"): st.column_config.Column(pinned=True), **_columns()},
            height="content" if len(rows) <= MOST_BARS else "auto",
        )
        if cells is _flags:
            st.caption(_("Flagged counts drafts that have a flag; a note only informs and is not counted there."))
    for note in {arm.limit_note for arm in report.arms if arm.limit_note.code}:
        which = _(", ").join(arm_name(arm.name) for arm in report.arms if arm.limit_note == note)
        st.caption(charts.plain(_("{name}: {text}", name=which, text=message_text(note))))


def _named(arm: compare.ArmReport) -> dict[str, Any]:
    return {_("Settings"): f"{arm_name(arm.name)}{speed_settings(arm)}"}


def _speed(arm: compare.ArmReport) -> dict[str, Any]:
    interval = charts.NONE
    if arm.ci_low is not None and arm.ci_high is not None:
        interval = f"{charts.rate(arm.ci_low)} – {charts.rate(arm.ci_high)}"
    return {
        _("Drafts per second"): arm.items_per_s,
        _("95 % CI"): interval,
        _("Speed-up"): arm.speedup,
        _("Guide"): band(arm),
        _("Forecast"): arm.predicted_items_per_s,
        _("Of top speed"): _percent(arm.share_of_limit),
        _("Success"): _percent(arm.success_rate),
        _("Errors"): _percent(arm.error_rate),
        _("429 rate"): _percent(arm.rate_429),
        _("Trials"): arm.trials_done,
    }


def _worth(arm: compare.ArmReport) -> dict[str, Any]:
    quality = arm.quality
    low, high = quality.accepted.interval
    interval = f"{charts.percent(low)} – {charts.percent(high)}" if quality.accepted.whole else charts.NONE
    yields = [f"{size}: {charts.percent(one.kept.value)}" for size, one in quality.by_size.items() if one.kept.whole]
    return {
        _("Acceptance rate"): _percent(arm.acceptance),
        _("95 % CI"): interval,
        _("Reviewed"): quality.accepted.whole or None,
        _("Second model's score"): quality.score,
        _("Refused"): _percent(quality.refused.value),
        _("Yield by batch size"): _(", ").join(yields) or charts.NONE,
        _("Words above the level"): _percent(quality.above),
    }


def _flags(arm: compare.ArmReport) -> dict[str, Any]:
    quality = arm.quality
    flags = [f"{label(FLAG, code)} {count}" for code, count in list(quality.flags.items())[:MOST_FLAGS]]
    return {_("Flagged"): _percent(quality.flagged.value), _("Flags and notes"): _(", ").join(flags) or charts.NONE}


def _cost(arm: compare.ArmReport) -> dict[str, Any]:
    return {
        _("Tokens per draft"): arm.tokens_an_item,
        _("Cost per draft"): arm.cost_a_draft or None,
        _("Cost per approved draft"): arm.cost_per_approved or None,
        _("Approved per hour"): arm.approved_per_h,
        _("Review minutes per approved draft"): arm.quality.minutes_per_approved,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        _("Drafts per second"): number(format="%.2f"),
        _("Speed-up"): number(format="%.1f×", help=_("Relative to serial, or to the slowest if serial was not run.")),
        _("Guide"): st.column_config.Column(
            help=_("The speed-up that the performance guide gives for these settings.")
        ),
        _("Forecast"): number(format="%.2f", help=_("Drafts per second, from the limits and the measured latencies.")),
        _("Of top speed"): number(
            format="%.0f %%", help=_("Top speed: the most that these settings and the limits of the provider allow.")
        ),
        **dict.fromkeys((_("Success"), _("Errors"), _("429 rate"), _("Acceptance rate")), number(format="%.3g %%")),
        _("Tokens per draft"): number(format="%.0f"),
        _("Cost per draft"): number(format="$%.5f"),
        _("Cost per approved draft"): number(
            format="$%.5f", help=_("Cost of a draft / acceptance, the second model included.")
        ),
        _("Approved per hour"): number(format="%.0f"),
        **dict.fromkeys((_("Flagged"), _("Words above the level")), number(format="%.3g %%")),
        _("Second model's score"): number(format="%.1f"),
        _("Flags and notes"): st.column_config.TextColumn(width="large"),
        _("Refused"): number(
            format="%.3g %%", help=_("Drafts that failed a check and were not kept, of those asked for.")
        ),
        _("Yield by batch size"): st.column_config.TextColumn(
            help=_("Drafts per call: share of the drafts asked for that were kept.")
        ),
        _("Review minutes per approved draft"): number(
            format="%.1f", help=_("From one decision of a reviewer to the next; a break counts as five minutes.")
        ),
    }


def _accepted(report: compare.ComparisonReport) -> None:
    with st.container(border=True):
        st.markdown(f"**{_('Which drafts are approved?')}**")
        acceptance_tables(comparison_id=report.id)
