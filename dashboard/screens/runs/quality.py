"""
How good a run's drafts are: what the checks found, what was approved of what a person decided; a review's opinions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import labels, shared
from dashboard.labels import label
from dashboard.screens.quality.findings import level_box
from dashboard.screens.review.words import FLAG
from dashboard.text import _
from engine.reports import AcceptanceRow, CheckRow, Progress

OPINIONS = 50


def quality_view(seen: Progress) -> None:
    """The checks' counts, and acceptance by level, model and batch size."""
    store = shared.store()
    st.markdown(f"**{_('What the checks found')}**")
    _checks(store.drafts.checks(seen.run.id), seen.totals.drafted)
    level_box(store.drafts.above(seen.run.id), "run")
    st.markdown(f"**{_('Acceptance rate')}**")
    acceptance_tables(run_id=seen.run.id)


def _checks(checks: Sequence[CheckRow], drafted: int) -> None:
    if not checks:
        st.caption(_("No problems: nothing discarded, nothing flagged."))
        return
    rows = [
        {
            _("Check"): label(FLAG, check.code) if check.code in FLAG else labels.reason(check.code),
            _("Action"): label(labels.SEVERITY, check.severity),
            _("Count"): check.count,
            _("Per 100 drafts"): 100 * check.count / drafted if drafted else None,
        }
        for check in checks
    ]
    st.dataframe(
        rows,
        hide_index=True,
        alt=_("What the checks found"),
        column_config={_("Per 100 drafts"): st.column_config.NumberColumn(format="%.1f")},
    )


def acceptance_tables(*, run_id: int | None = None, comparison_id: int | None = None) -> None:
    """Approved and rejected drafts by what they were made of and how; nothing is decided: a line says so."""
    store = shared.store()
    names = {"kind": _("Kind"), "level": _("Level"), "model": _("Model"), "batch": _("Batch size")}
    found = {
        by: store.reviews.acceptance(by, run_id=run_id, comparison_id=comparison_id)  # type: ignore[arg-type]  # its own words
        for by in names
    }
    if not any(found.values()):
        st.caption(_("No draft has been reviewed yet."))
        return
    shown = {by: rows for by, rows in found.items() if rows and (by != "kind" or len(rows) > 1)}
    for column, (by, rows) in zip(st.columns(len(shown)), shown.items(), strict=True):
        with column:
            _acceptance(names[by], by, rows)


def _acceptance(title: str, by: str, rows: Sequence[AcceptanceRow]) -> None:
    st.dataframe(
        [
            {
                title: _value(by, row.value),
                _("Approved"): row.approved,
                _("Rejected"): row.rejected,
                _("Share"): 100 * row.approved / (row.approved + row.rejected),
            }
            for row in rows
        ],
        hide_index=True,
        alt=title,
        column_config={_("Share"): st.column_config.NumberColumn(format="%.3g %%")},
    )


def _value(by: str, value: str) -> str:
    if by == "kind":
        return label(labels.KIND, value)
    return f"L{value}" if by == "level" else value


def opinions_view(seen: Progress) -> None:
    """A review's opinions, the lowest scores first."""
    store = shared.store()
    opinions = store.reviews.run_opinions(seen.run.id, OPINIONS)
    if not opinions:
        st.caption(_("Opinions appear here after the first reply."))
        return
    rows: list[dict[str, Any]] = [
        {
            _("Draft"): f"#{one.draft}",
            _("Verdict"): label(labels.OPINION, one.verdict),
            _("Score"): one.score,
            **{label(labels.ASPECT, aspect): one.scores.get(aspect) for aspect in labels.ASPECT},
            _("Solved"): "" if one.solved is None else f"{one.solved}/{one.blanks}",
            _("Fix"): _("yes") if one.repair else "",
            _("Reasons"): "; ".join(one.reasons),
        }
        for one in opinions
    ]
    st.dataframe(rows, hide_index=True, alt=_("The second model's opinion of each draft"))
    counts = store.reviews.opinion_counts(seen.run.id)
    if counts.drafts > len(rows):
        st.caption(_("The {n} lowest scores are shown.", n=f"{OPINIONS:,}"))
