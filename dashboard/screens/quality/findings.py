"""
Why drafts are rejected, what the checks flagged, what a second model scored, and how reviewers work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import NONE, percent
from dashboard.charts.paper import ORANGE, RED
from dashboard.charts.quality import SCORES, acceptance_chart, score_chart, share_chart
from dashboard.labels import label
from dashboard.screens.panels import chart_box, empty_box
from dashboard.screens.review.words import FLAG, REASON
from dashboard.text import N_, _, plural
from engine.reports import ENOUGH_DOUBLE, AcceptanceGroup, Agreement, Person, Quality

WHY: labels.Table = {
    **REASON,
    "": N_("No reason given"),
    "other": N_("Reason in their own words"),
    "second_model": N_("Decided by a second model"),
}


def finding_panels(found: Quality) -> None:
    """Draw the charts of reasons, flags and scores."""
    st.header(_("Findings"))
    with st.grid(2, min_column_width=330):
        _reasons(found)
        _flags(found)
        level_box(found.above, "quality")
        _scores(found)


def _reasons(found: Quality) -> None:
    title = _("Share of rejected drafts by reason")
    if not found.reasons:
        empty_box(title, _("No draft has been rejected. On the Review page, 1 to 5 gives a rejection its reason."))
        return
    rejected = sum(found.reasons.values())
    words = _("Of {n} rejected drafts; the reason is that of the last rejection.", n=f"{rejected:,}")
    panel = ("reasons", title, words)
    axis = _("Share of rejected drafts")
    chart_box(share_chart(found.reasons, rejected, axis, panel, lambda code: label(WHY, code), RED), "quality")


def _flags(found: Quality) -> None:
    title, drafts = _("Share of drafts by flag or note"), found.total.drafts
    if not found.flags:
        empty_box(title, _("The checks flagged none of these drafts."))
        return
    words = _(
        "Of {n} drafts; a draft with two counts in both rows. "
        "A flag puts a draft first in Review, a note only informs.",
        n=f"{drafts:,}",
    )
    panel = ("flags", title, words)
    axis = _("Share of all drafts")
    chart_box(share_chart(found.flags, drafts, axis, panel, lambda code: label(FLAG, code), ORANGE), "quality")


BANDS: labels.Table = {
    "0.0": N_("under 5 %"),
    "0.05": N_("5 to 15 %"),
    "0.15": N_("15 to 30 %"),
    "0.3": N_("30 % and more"),
}
"""Bands of the share of words above the level, by their lower end."""


def level_box(above: Mapping[str, int], page: str) -> None:
    """Draw how many drafts have how many words above their level."""
    title, graded = _("Drafts by words above their level"), sum(above.values())
    if not graded:
        empty_box(title, _("No draft was checked for its level: older drafts, or a word list that is not installed."))
        return
    words = _("Of {n} drafts: the share of their words that are above their level.", n=f"{graded:,}")
    panel = ("above", title, words)
    chart_box(share_chart(above, graded, _("Share of drafts"), panel, lambda band: label(BANDS, band)), page)


def _scores(found: Quality) -> None:
    title = _("Drafts by the second model's score")
    if not found.scores:
        empty_box(title, _("No draft has a score. Start a second model on the page of a run, in the tab Second model."))
        return
    chart_box(score_chart(found.scores, title, _), "quality")
    if any(one.decided for one in found.scores):
        title = _("Acceptance rate by the second model's score")
        known = {int(one.names[0]): one for one in found.scores}
        by_score = [known.get(mark, AcceptanceGroup((str(mark),))) for mark in reversed(SCORES)]
        chart_box(acceptance_chart(by_score, title, lambda mark: _("score {n}", n=mark), _, "by_score"), "quality")


def people_table(people: Sequence[Person]) -> None:
    """Draw the table of reviewers."""
    st.header(_("Reviewers"))
    if not people:
        st.caption(_("Nobody has decided on these drafts yet."))
        return
    st.caption(
        _("Pauses of more than 5 minutes are left out of the pace. Agreement: drafts that another person decided too.")
    )
    percent = st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100)
    pace = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        [_row(person) for person in people],
        hide_index=True,
        alt=_("What each reviewer decided"),
        placeholder=NONE,
        column_config={_("Acceptance rate"): percent, _("Decisions per minute"): pace, _("Agreement"): percent},
    )


def agreement_panel(found: Agreement) -> None:
    """Draw how often two reviewers who do not see each other's decision decide the same."""
    if not found.drafts:
        st.caption(_("No draft was decided by two: on Review, Split among reviewers can give some to two reviewers."))
        return
    enough = found.drafts >= ENOUGH_DOUBLE
    alpha = NONE if found.alpha is None else f"{found.alpha:.2f}"
    with st.grid(4, min_column_width=170):
        st.metric(_("Decided by two, blind"), f"{found.drafts:,}", border=True)
        st.metric(_("Same decision"), percent(found.same), border=True)
        st.metric(
            _("Krippendorff's alpha"),
            f"{alpha} (n = {found.drafts:,})" if enough else NONE,
            border=True,
            help=_(
                "Agreement beyond chance: 1 is full agreement, 0 what chance gives. "
                "From 0.8 on decisions are reliable. Under 0.67, agree first on what to approve."
            ),
        )
    if not enough:
        st.caption(_("Not enough yet: agreement is shown from {n} drafts decided by two on.", n=ENOUGH_DOUBLE))
    elif found.alpha is None:
        st.caption(_("All decisions are the same: alpha needs both approved and rejected drafts."))
    if found.disagreed:
        words = plural("{n} draft decided differently", "{n} drafts decided differently", found.disagreed)
        st.page_link(shared.REVIEW, label=words, icon=":material/rule:", query_params={"overlap": "disagreed"})


def _row(person: Person) -> dict[str, Any]:
    return {
        _("Reviewer"): person.who or _("without a name"),
        _("Decided drafts"): person.decided,
        _("Acceptance rate"): _percent(person.share),
        _("Decisions per minute"): person.per_minute,
        _("Decided by two"): person.both,
        _("Agreement"): _percent(person.agreed),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
