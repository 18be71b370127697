"""
One comparison: what it is and what can be done with it; its progress while it runs, its results when it has ended.

The head and the results are drawn once; only the progress refreshes itself, and when the comparison ends the whole page
is drawn again, once: the charts stand still. Nothing is kept here, so a refresh or a second tab shows the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from dashboard import charts, shared
from dashboard.charts.page import to_html
from dashboard.screens import browser
from dashboard.screens.compare.listing import about
from dashboard.screens.compare.pairs import pairs_panel
from dashboard.screens.compare.results import results
from dashboard.screens.compare.words import arm_name, page_words, speed_settings, title
from dashboard.screens.runs.cards import GOING
from dashboard.screens.runs.names import state_badge
from dashboard.screens.runs.names import topics as topics_line
from dashboard.text import _, error_text, message_text
from engine import DraftmillError, RunRow, compare

TICK_S = 1.0
PROBLEM = "compare_one_problem"
RESULTS, PAIRS = "results", "pairs"


def one_comparison(report: compare.ComparisonReport) -> None:
    """Draw the page of a comparison."""
    browser.title(title(report))
    st.page_link(shared.COMPARE, label=_("All comparisons"), icon=":material/arrow_back:")
    _head(report)
    going = report.state in GOING
    if report.state != "done":
        st.fragment(_body, run_every=TICK_S if going else None)(report.id, report.state)
    if not going:
        if _view(report) == PAIRS:
            pairs_panel(report)
        else:
            results(report)


def _view(report: compare.ComparisonReport) -> str:
    """Results, or the blind pairs; the address says which, so that a reload stays there."""
    key = f"compare_one_view_{report.id}"
    st.session_state.setdefault(key, PAIRS if st.query_params.get("view") == PAIRS else RESULTS)
    view = st.segmented_control(
        _("Show"),
        [RESULTS, PAIRS],
        format_func=lambda one: _("Results") if one == RESULTS else _("Blind pairs"),
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    if view == PAIRS:
        st.query_params["view"] = PAIRS
    elif "view" in st.query_params:
        del st.query_params["view"]
    return str(view)


def _head(report: compare.ComparisonReport) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title(charts.plain(title(report)), width="content")
        state_badge(report.state)
        st.space("stretch")
        _actions(report)
    st.caption(charts.plain(about(report)))
    row = next(iter(shared.store().runs.page(1, comparison_id=report.id)), None)
    if row is not None:
        st.text(topics_line(row))
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(charts.plain(problem), icon=":material/error:")
    if report.state == "paused" and report.why.code:
        st.warning(_("The comparison is paused, nothing is lost. Reason:"), icon=":material/pause_circle:")
        st.code(message_text(report.why), language=None, wrap_lines=True)


def _actions(report: compare.ComparisonReport) -> None:
    if report.state in GOING:
        st.button(
            _("Cancel"),
            icon=":material/stop_circle:",
            on_click=_do,
            args=(lambda: compare.cancel(shared.store(), report.id),),
            help=_("Finished runs are kept; calls in flight are finished."),
            key="compare_cancel",
        )
    if report.state == "paused":
        st.button(
            _("Resume"),
            icon=":material/play_circle:",
            type="primary",
            on_click=_do,
            args=(lambda: compare.resume(shared.store(), shared.runner(), report.id),),
            key="compare_resume",
        )
    if report.state not in GOING and report.runs_done:
        _exports(report)
    if st.button(_("Clone and edit"), icon=":material/content_copy:", key="compare_clone"):
        st.switch_page(shared.COMPARE, query_params={"clone": str(report.id)})


def _exports(report: compare.ComparisonReport) -> None:
    makers: dict[str, tuple[str, Callable[[compare.ComparisonReport], str]]] = {
        "csv": ("text/csv", compare.to_csv),
        "json": ("application/json", lambda made: json.dumps(compare.to_json(made), ensure_ascii=False, indent=2)),
        "html": ("text/html", lambda made: to_html(made, page_words(), shared.store())),
    }
    with st.popover(_("Export"), icon=":material/download:"):
        for ending, (mime, make) in makers.items():
            st.download_button(
                ending.upper(),
                # Made when it is asked for, from the rows as they are then.
                lambda make=make: make(compare.report(shared.store(), report.id)).encode(),  # type: ignore[misc]
                file_name=f"comparison-{report.id}.{ending}",
                mime=mime,
                on_click="ignore",
                width="stretch",
                key=f"compare_export_{ending}",
            )


def _do(action: Callable[[], None]) -> None:
    try:
        action()
    except DraftmillError as error:
        st.session_state[PROBLEM] = error_text(error)


def _body(comparison: int, drawn_state: str) -> None:
    with shared.telling():
        _live(comparison, drawn_state)


def _live(comparison: int, drawn_state: str) -> None:
    report = compare.report(shared.store(), comparison)
    if report.state != drawn_state:
        st.rerun()
    rows = shared.store().runs.page(compare.MOST_ROWS, comparison_id=comparison)
    runs = [row for row in rows if row.unit == "draft"]
    drafted, planned = sum(row.totals.drafted for row in runs), report.runs * report.drafts
    share = min(1.0, drafted / planned) if planned else 0.0
    if report.state in GOING:
        browser.title(f"{charts.percent(share)} - {title(report)}")
    words = _("{have} of {all} runs", have=report.runs_done, all=report.runs)
    words += " · " + _("{have} of {all} drafts", have=f"{drafted:,}", all=f"{planned:,}")
    st.progress(share, text=words)
    if report.state in GOING:
        _now(rows)
        _so_far(report, runs)


def _now(runs: list[RunRow]) -> None:
    working = [row for row in runs if row.state == "running"]
    if not working:
        st.caption(_("The next run is about to start."))
    for row in working:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            name = f"**{charts.plain(arm_name(row.arm or ''))}**"
            now = _("Now: {arm}, trial {trial}", arm=name, trial=row.trial)
            st.markdown(":material/autorenew: " + now + (f" · {_('second model')}" if row.unit == "judgement" else ""))
            link = {"run": str(row.id)}
            st.page_link(shared.RUNS, label=_("Run {run}", run=row.id), query_params=link, width="content")


def _so_far(report: compare.ComparisonReport, runs: list[RunRow]) -> None:
    fastest = max((arm.items_per_s or 0.0 for arm in report.arms), default=0.0)
    rows = []
    for arm in report.arms:
        own = [row for row in runs if row.arm == arm.name]
        planned = report.trials * report.drafts
        rows.append(
            {
                _("Settings"): f"{arm_name(arm.name)}{speed_settings(arm)}",
                _("Progress"): 100 * sum(row.totals.drafted for row in own) / planned if planned else 0.0,
                _("Trials"): f"{arm.trials_done} / {report.trials}",
                _("Drafts per second"): arm.items_per_s,
            }
        )
    st.dataframe(
        rows,
        hide_index=True,
        placeholder=charts.NONE,
        alt=_("Every arm so far"),
        column_config={
            _("Progress"): st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100),
            _("Drafts per second"): st.column_config.ProgressColumn(
                format="%.2f", min_value=0, max_value=fastest or 1.0, color="blue"
            ),
        },
    )
