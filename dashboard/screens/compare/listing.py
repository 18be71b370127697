"""
The comparisons that were kept: a page of cards, newest first, each with its winner.
"""

from __future__ import annotations

import time

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens.compare.words import arm_name, title
from dashboard.screens.runs.names import state_badge
from dashboard.text import _, plural
from engine import compare

PAGE = 10


def kept_list() -> None:
    """Draw the list."""
    page = st.session_state.get("compare_page", 1)
    found = compare.reports(shared.store(), PAGE + 1, (page - 1) * PAGE)
    for report in found[:PAGE]:
        _card(report)
    back, forward = page > 1, len(found) > PAGE
    if back or forward:
        with st.container(horizontal=True):
            st.button(_("Newer"), on_click=_turn, args=(page - 1,), disabled=not back, key="compare_newer")
            st.button(_("Older"), on_click=_turn, args=(page + 1,), disabled=not forward, key="compare_older")


def _turn(page: int) -> None:
    st.session_state["compare_page"] = page


def _card(report: compare.ComparisonReport) -> None:
    with st.container(border=True, key=f"compare_card_{report.id}"):
        what, how_far, winner = st.columns([5, 3, 3], vertical_alignment="center", gap="medium")
        with what:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                state_badge(report.state)
                name = charts.plain(title(report))
                st.page_link(shared.COMPARE, label=f"**{name}**", query_params={"comparison": str(report.id)})
            st.caption(charts.plain(about(report)))
        with how_far:
            share = report.runs_done / report.runs if report.runs else 0.0
            st.progress(share, text=_("{have} of {all} runs", have=report.runs_done, all=report.runs))
        with winner:
            found = report.verdict
            if found is not None:
                best = f"**{charts.plain(arm_name(found.best))}**"
                clear = _("{best} is the fastest, {times}", best=best, times=f"{found.ratio:.2f}×")
                st.caption(clear if found.real else _("No clear difference in speed"))


def about(report: compare.ComparisonReport) -> str:
    """What was compared, in one line of our own words."""
    spec = report.spec
    parts = [
        label(labels.KIND, spec.kind),
        label(labels.LANG, spec.lang),
        ", ".join(f"L{level}" for level in spec.levels),
        plural("{n} setting", "{n} settings", len(report.arms)),
        plural("{n} trial", "{n} trials", report.trials),
        _("{n} drafts each", n=f"{report.drafts:,}"),
        spec.provider,
        time.strftime("%Y-%m-%d %H:%M", time.localtime(report.created_at)),
    ]
    return " · ".join(parts)
