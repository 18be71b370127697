"""
The foot of the panel beside a form: the button that starts, on a phone always in reach, with the figures in one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import charts
from dashboard.screens.units import duration
from dashboard.text import _, plural
from engine.compare import ComparisonEstimate
from engine.reports import Estimate

PANEL = "start_panel"
"""The key of the panel: page.css keeps its column in sight."""


@contextmanager
def start_bar(estimate: Estimate | ComparisonEstimate | None) -> Iterator[None]:
    """Draw the button inside the block; page.css shows the line under it on a phone only."""
    with st.container(key="start_bar", gap="small"):
        yield
        with st.container(key="start_short"):
            st.caption(_in_short(estimate) if estimate else _("Fix the fields marked in red to see the estimate."))


def _in_short(estimate: Estimate | ComparisonEstimate) -> str:
    calls = plural("{n} call", "{n} calls", estimate.calls)
    drafts = plural("{n} draft", "{n} drafts", estimate.drafts)
    return charts.plain(" · ".join((drafts, calls, charts.money(estimate.cost_usd), duration(estimate.wall_s))))
