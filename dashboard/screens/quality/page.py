"""
Quality: which drafts are approved, why others are rejected, what is flagged, how reviewers work.

Reads top to bottom: filters > figures of the drafts chosen > acceptance > reasons, flags, scores > reviewers.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens.panels import midnight_of, one_of, period
from dashboard.screens.quality.acceptance import acceptance_panels
from dashboard.screens.quality.findings import agreement_panel, finding_panels, people_table
from dashboard.screens.review.words import FLAG
from dashboard.text import _
from engine.kinds import kind_names
from engine.reports import ENOUGH_DECIDED, LANGS, AcceptanceGroup, QualityFilter, quality_of


def show() -> None:
    """Draw the page."""
    st.title(_("Quality"))
    st.caption(_("Which drafts are approved, by model, kind, level and topic, and why others are rejected."))
    if not shared.store().drafts.count():
        _empty()
        return
    chosen = _filters()
    found = quality_of(shared.store(), chosen, tuple(FLAG))
    if not found.total.drafts:
        st.info(_("No draft matches these filters. Clear a filter to see more."), icon=":material/filter_alt_off:")
        return
    _figures(found.total)
    if not found.total.decided:
        _undecided()
    else:
        acceptance_panels(chosen)
    finding_panels(found)
    people_table(found.people)
    agreement_panel(found.agreement)


def _filters() -> QualityFilter:
    models = [model for model in shared.store().drafts.facets().models if model]
    styles = sorted(set(shared.store().library.styles_of_runs().values()))
    with st.grid(6 if styles else 5, min_column_width=140, vertical_alignment="bottom"):
        model = one_of(_("Model"), models, {}, "quality_model")
        kind = one_of(_("Kind"), kind_names(), _names(labels.KIND), "quality_kind")
        lang = one_of(_("Language"), LANGS, _names(labels.LANG), "quality_lang")
        style = one_of(_("Style note"), styles, {}, "quality_style") if styles else None
        first, last = period("quality")
    return QualityFilter(model, kind, lang, midnight_of(first), midnight_of(last, after=True), style)


def _names(table: labels.Table) -> dict[str, str]:
    return {name: label(table, name) for name in table}


def _figures(total: AcceptanceGroup) -> None:
    low, high = total.interval
    interval = f"{charts.percent(low)} – {charts.percent(high)}" if total.share is not None else charts.NONE
    with st.grid(4, min_column_width=170):
        st.metric(_("Drafts"), f"{total.drafts:,}", border=True)
        st.metric(_("Decided drafts"), f"{total.decided:,}", border=True)
        st.metric(_("Acceptance rate"), charts.percent(total.share), border=True, help=_("Approved / decided"))
        st.metric(_("95 % CI"), interval, border=True, help=_("The acceptance rate, by Wilson's method."))
    if 0 < total.decided < ENOUGH_DECIDED:
        st.caption(_("Not enough yet: shares are shown from {n} decided drafts on.", n=ENOUGH_DECIDED))


def _undecided() -> None:
    with st.container(border=True):
        st.markdown(f"**{_('Acceptance rate')}**")
        st.markdown(_("None of these drafts has been approved or rejected yet. Review some to see their acceptance."))
        st.page_link(shared.REVIEW, label=_("Review drafts"), icon=":material/fact_check:")


def _empty() -> None:
    with st.container(border=True):
        st.header(_("No drafts yet"))
        st.markdown(_("Launch a run and review some of its drafts. Then this page shows which ones are approved."))
        st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")


show()
