"""
Spend: what calls cost, by day, provider, model, kind and run; what is left of the day's budgets; the cost of approval.

Reads top to bottom: filters > figures > budgets of the day > the charts > the table as a file.
"""

from __future__ import annotations

import time
from typing import Literal, get_args

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts.quality import Name
from dashboard.charts.spend import approved_chart, over_time_chart, part_chart
from dashboard.labels import label
from dashboard.screens.panels import chart_box, empty_box, one_of, period
from dashboard.text import N_, _, plural
from engine.kinds import kind_names
from engine.reports import (
    PRACTICE,
    Spend,
    SpendFilter,
    cost_per_approved,
    midnight,
    narrowed,
    spend_by,
    spend_csv,
    spend_of,
    spend_over_time,
)

Part = Literal["model", "provider", "kind", "work", "run"]
PARTS: tuple[Part, ...] = get_args(Part)
PART: labels.Table = {
    "model": N_("Model"),
    "provider": N_("Provider"),
    "kind": N_("Kind"),
    "work": N_("Work"),
    "run": N_("Run"),
}
WORK: labels.Table = {"drafts": N_("Making drafts"), "review": N_("Review by a second model")}


def show() -> None:
    """Draw the page."""
    st.title(_("Spend"))
    st.caption(_("What the calls cost, by day, provider, model, kind and run."))
    spend = spend_of(shared.store())
    if not spend.lines:
        _empty()
        return
    found = narrowed(spend, _filters(spend))
    _budgets()
    if not found.lines:
        st.info(_("No call matches these filters. Clear a filter to see more."), icon=":material/filter_alt_off:")
        return
    _figures(found)
    _charts(spend, found)


def _filters(spend: Spend) -> SpendFilter:
    providers = sorted({line.provider for line in spend.lines})
    models = sorted({line.model for line in spend.lines if line.model})
    paid = [name for name in providers if name != PRACTICE]
    with st.grid(5, min_column_width=150, vertical_alignment="bottom"):
        st.session_state.setdefault("spend_providers", [] if paid == providers else paid)
        chosen = st.multiselect(
            _("Provider"),
            providers,
            format_func=_provider,
            key="spend_providers",
            placeholder=_("all"),
            persist_state="session",
        )
        model = one_of(_("Model"), models, {}, "spend_model")
        kind = one_of(_("Kind"), kind_names(), {name: label(labels.KIND, name) for name in labels.KIND}, "spend_kind")
        first, last = period("spend")
    return SpendFilter(tuple(chosen) or None, model, kind, first, last)


def _figures(found: Spend) -> None:
    days = (found.lines[-1].day - found.lines[0].day).days + 1
    with st.grid(4, min_column_width=170):
        st.metric(_("Spent"), charts.money(found.total_usd), border=True)
        st.metric(
            _("Per day"), charts.money(found.total_usd / days), border=True, help=_("From the first to the last day.")
        )
        st.metric(_("Calls"), f"{found.calls:,}", border=True)
        st.metric(_("Runs"), f"{len({line.run for line in found.lines}):,}", border=True)
    if any(line.provider == PRACTICE for line in found.lines):
        st.caption(":material/info: " + _("The cost of the practice provider is simulated."))


def _budgets() -> None:
    """What is left of each daily budget; where to set one, if there is none."""
    since = midnight(time.time())
    catalog = shared.catalog()
    profiles = [profile for profile in map(catalog.profile, catalog.names()) if profile.budget_day_usd is not None]
    with st.container(border=True):
        st.markdown(f"**{_('Left of the daily budget')}**")
        for profile in profiles:
            spent, budget = shared.store().calls.spent_since(profile.name, since), profile.budget_day_usd or 0.0
            left = max(0.0, budget - spent)
            sums = {"left": charts.money(left), "budget": charts.money(budget)}
            words = _("{provider}: {left} left of {budget}", provider=_provider(profile.name), **sums)
            st.progress(min(1.0, spent / budget) if budget else 1.0, text=charts.plain(words))
        if not profiles:
            st.caption(_("No daily budget is set. Set one on the Health page: runs pause before they exceed it."))
            st.page_link(shared.HEALTH, label=_("Set a daily budget"), icon=":material/vital_signs:")


def _charts(spend: Spend, found: Spend) -> None:
    step, costs = spend_over_time(found)
    title = {"day": _("Cost per day"), "week": _("Cost per week"), "month": _("Cost per month")}[step]
    chart_box(over_time_chart(step, costs, title, _), "spend")
    part: Part = st.segmented_control(
        _("Compare by"),
        PARTS,
        format_func=lambda one: label(PART, one),
        default=PARTS[0],
        required=True,
        key="spend_part",
        persist_state="session",
    )
    axis = label(PART, part).lower()
    with st.grid(2, min_column_width=330):
        chart_box(part_chart(spend_by(found, part), _("Cost by {axis}", axis=axis), _name(part), _), "spend")
        _approved(spend, found, part)
    st.download_button(
        _("Download as CSV"),
        lambda: spend_csv(found).encode(),
        file_name="draftmill-spend.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="spend_csv",
        help=plural("{n} line: a day of a run", "{n} lines, one for each day of a run", len(found.lines)),
    )


def _approved(spend: Spend, found: Spend, part: Part) -> None:
    """The cost per approved draft; a review has no drafts of its own, so `work` does not divide it."""
    by: Part = "kind" if part == "work" else part
    costs = cost_per_approved(spend, found, by)
    title = _("Cost per approved draft by {axis}", axis=label(PART, by).lower())
    if any(one.per_draft_usd is not None for one in costs):
        chart_box(approved_chart(costs, title, _name(by), _), "spend")
    else:
        empty_box(title, _("Not enough yet: it is shown from 10 approved drafts on. Review some drafts first."))


def _name(part: Part) -> Name:
    tables = {"kind": labels.KIND, "work": WORK}
    if part == "provider":
        return _provider
    if part == "run":
        return lambda value: _("Run {run}", run=value)
    return lambda value: label(tables[part], value) if part in tables else value or _("unknown")


def _provider(name: str) -> str:
    return label(labels.PROVIDER, name)


def _empty() -> None:
    with st.container(border=True):
        st.header(_("Nothing spent yet"))
        st.markdown(_("Launch a run: each call it makes is listed here with its cost."))
        st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")


show()
