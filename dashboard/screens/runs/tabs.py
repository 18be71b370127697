"""
The tabs of a run: its drafts, its performance, its calls, the second model, its settings; some have several views.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.screens.command import command_panel, request_panel
from dashboard.screens.runs.cards import goes_on, metric_cards
from dashboard.screens.runs.pair import pair_view
from dashboard.screens.runs.parameters import parameters_view
from dashboard.screens.runs.quality import opinions_view, quality_view
from dashboard.screens.runs.second import second_panel
from dashboard.screens.runs.speed import speed_panel
from dashboard.screens.runs.views import calls_view, cells_view, changes_view, drafts_view, failures_view
from dashboard.screens.runs.words import words_view
from dashboard.text import N_, _
from engine import job_of
from engine.reports import Progress

LIVE_KEY, ENDED_KEY = "run_tab_live", "run_tab"
"""The open tab of a run that goes on, and of one that has ended: each phase begins with what matters then."""


@dataclass(frozen=True, slots=True)
class View:
    """A part of a tab: its title, a msgid, and what draws it."""

    title: str
    draw: Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its title, a msgid, and its views; the first one is open."""

    title: str
    views: Mapping[str, View]


def _performance(seen: Progress) -> None:
    metric_cards(seen)
    speed_panel(seen)


_DRAFTS = Tab(
    N_("Drafts"),
    {
        "drafts": View(N_("Drafts"), drafts_view),
        "cells": View(N_("Topics and levels"), cells_view),
        "quality": View(N_("Checks and acceptance"), quality_view),
    },
)
_WORDS = View(N_("Target words"), words_view)
_OPINIONS = Tab(N_("Opinions"), {"opinions": View(N_("Opinions"), opinions_view)})
_PERFORMANCE = Tab(
    N_("Performance"), {"speed": View(N_("Speed"), _performance), "changes": View(N_("Changes"), changes_view)}
)
_CALLS = Tab(N_("Calls"), {"calls": View(N_("Calls"), calls_view), "failures": View(N_("Failures"), failures_view)})
_SECOND = Tab(N_("Second model"), {"second": View(N_("Second model"), lambda seen: second_panel(seen.run))})
_SETTINGS = Tab(
    N_("Settings"),
    {
        "parameters": View(N_("Settings"), parameters_view),
        "request": View(N_("What is sent"), lambda seen: request_panel(job_of(seen.run))),
        "command": View(N_("Copy as CLI command"), lambda seen: command_panel(job_of(seen.run), "run")),
    },
)
_PAIR = Tab(N_("Side by side"), {"pair": View(N_("Side by side"), pair_view)})
_REVIEW_SETTINGS = Tab(N_("Settings"), {"parameters": View(N_("Settings"), parameters_view)})


def draw_tabs(seen: Progress) -> None:
    """The tabs and the view that is open: of a run that goes on its performance first, else its drafts."""
    live = goes_on(seen.run)
    tabs = tabs_of(seen.run.unit, live=live, words="words" in seen.run.spec)
    chosen = _choose(_("Show"), {name: tab.title for name, tab in tabs.items()}, LIVE_KEY if live else ENDED_KEY)
    views = tabs[chosen].views
    view = next(iter(views))
    if len(views) > 1:
        view = _choose(_("View"), {name: one.title for name, one in views.items()}, f"run_view_{chosen}")
    views[view].draw(seen)


def tabs_of(unit: str, *, live: bool, words: bool = False) -> Mapping[str, Tab]:
    """The tabs of a run of drafts or of a review, the first one open; a second model reads what is finished."""
    drafts = Tab(_DRAFTS.title, {**_DRAFTS.views, "words": _WORDS}) if words else _DRAFTS
    made = {"opinions": _OPINIONS} if unit == "judgement" else {"drafts": drafts}
    tabs = {**made, "performance": _PERFORMANCE, "calls": _CALLS}
    if live:
        tabs = {"performance": _PERFORMANCE, **tabs}
    elif unit == "draft":
        tabs |= {"second": _SECOND, "pair": _PAIR}
    return {**tabs, "settings": _REVIEW_SETTINGS if unit == "judgement" else _SETTINGS}


def keep_tab() -> None:
    """When a run ends, leave a tab open that its reader chose."""
    chosen = st.session_state.get(LIVE_KEY)
    if chosen not in (None, "performance"):
        st.session_state[ENDED_KEY] = chosen


def _choose(title: str, names: Mapping[str, str], key: str) -> str:
    if st.session_state.get(key) not in names:
        st.session_state[key] = next(iter(names))
    st.segmented_control(
        title,
        list(names),
        format_func=lambda name: _(names[name]),
        required=True,
        key=key,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state[key])
