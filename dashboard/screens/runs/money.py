"""
A run's money in words: what is estimated, what is not known, and the budget it may go on with.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts
from dashboard.screens.runs.names import unit_words
from dashboard.text import _
from engine import RunRow
from engine.reports import Progress

BUDGETS = {"budget": "budget_usd", "budget_day": "budget_day_usd"}
"""Why a run stopped, and what of it can be raised."""


def cost_words(seen: Progress) -> str:
    """The note beside the cost: a draft's share of it, and how sure the figure is."""
    cost = charts.money(seen.summary.cost_a_draft)
    words = [unit_words(seen.run, "cost", cost=cost)]
    if not seen.price_known and (seen.totals.cost_is_estimate or not seen.totals.calls):
        words.append(_("price unknown: upper bound"))
    elif seen.totals.cost_is_estimate:
        words.append(_("estimated"))
    return " · ".join(words)


def budget_field(row: RunRow) -> None:
    """A field for a larger budget, where it is the budget that stopped the run."""
    budget = BUDGETS.get(row.reason_code)
    if row.state != "paused" or budget is None:
        return
    st.number_input(
        _("New budget (USD)"),
        value=None,
        step=0.5,
        format="%.4g",
        key=_key(row),
        placeholder=_("New budget (USD)") if budget == "budget_usd" else _("New daily budget (USD)"),
        label_visibility="collapsed",
        width=220,
    )


def budget_given(row: RunRow) -> dict[str, float]:
    """What was written into `budget_field`, as Runner.resume takes it."""
    budget = BUDGETS.get(row.reason_code)
    given = st.session_state.get(_key(row))
    return {budget: float(given)} if budget and given is not None else {}


def _key(row: RunRow) -> str:
    return f"run_budget_{row.id}"
