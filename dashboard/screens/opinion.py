"""
The second model's opinion of a draft, beside it: scores, verdict, reasons, what it solved blind, and its repair.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import Color, label
from dashboard.screens.difference import difference
from dashboard.text import _, error_text
from engine import DraftmillError, DraftRow, apply_fix
from engine.reports import OpinionRow, revision

COLOR: dict[str, Color] = {"ok": "green", "fix": "orange", "reject": "red"}
_BAR = {5: "#1c9a82", 4: "#1c9a82", 3: "#e0a030", 2: "#d9534f", 1: "#d9534f", 0: "#d9534f"}


def opinion_panel(row: DraftRow, who: str = "") -> None:
    """
    Draw what a second model thinks of a draft; a line that says so where none was asked.

    Args:
        row: The draft as it is shown.
        who: The reviewer, named where the repair is taken.
    """
    opinion = shared.store().reviews.opinions([row.id]).get(row.id)
    with st.container(border=True, key=f"opinion_{row.id}"):
        problem = st.session_state.pop("opinion_problem", None)
        if problem:
            st.error(plain(problem), icon=":material/error:")
        if opinion is None:
            st.caption(_("Not reviewed by a second model yet. Start a review on the run's page."))
            return
        _verdict(opinion)
        st.html(score_bars(opinion))
        _solve(opinion)
        for reason in opinion.reasons:
            st.text(f"• {reason}")
        if revision(row.content) != opinion.judged:
            st.caption(_("The draft was edited after this review."))
        elif opinion.repair:
            _repair(row, opinion, who)


def _verdict(opinion: OpinionRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(label(labels.OPINION, opinion.verdict), color=COLOR.get(opinion.verdict, "gray"))
        st.markdown(f"**{opinion.score:g}** / 5", help=_("The lowest of the scores."))
        st.caption(plain(opinion.model))


def score_bars(opinion: OpinionRow) -> str:
    """The five scores as bars: inert HTML."""
    rows = "".join(
        f'<tr><td style="padding:.12rem .7rem .12rem 0;opacity:.75">{escape(label(labels.ASPECT, aspect))}</td>'
        f'<td style="width:60%"><div style="height:.5rem;border-radius:99px;'
        f'background:color-mix(in srgb, currentColor 12%, transparent)"><div style="height:100%;border-radius:99px;'
        f'width:{20 * score}%;background:{_BAR[score]}"></div></div></td>'
        f'<td style="padding-left:.6rem;text-align:right">{score}</td></tr>'
        for aspect, score in opinion.scores.items()
    )
    return f'<table style="width:100%;font-size:.9rem;border-collapse:collapse">{rows}</table>'


def _solve(opinion: OpinionRow) -> None:
    if opinion.solved is None or opinion.blanks is None:
        return
    missed = [one for one in opinion.solve if not one["right"]]
    words = _("{solved} of {blanks} blanks solved without the key", solved=opinion.solved, blanks=opinion.blanks)
    icon = ":green[:material/task_alt:]" if not missed else ":orange[:material/help:]"
    st.markdown(f"{icon} {words}")
    for one in missed:
        st.text(_("Blank {blank}: it answered “{said}”", blank=one["id"], said=one["said"]))


def _repair(row: DraftRow, opinion: OpinionRow, who: str) -> None:
    st.markdown(f"**{_('Suggested fix')}**")
    st.html(difference(row.content, opinion.repair or {}, row.lang))
    st.button(
        _("Apply fix"),
        icon=":material/healing:",
        shortcut="m",
        on_click=_mend,
        args=(row.id, who),
        key=f"opinion_mend_{row.id}",
        help=_("Applies the fix to the draft. Undo restores the original."),
    )


def _mend(draft: int, who: str) -> None:
    try:
        apply_fix(shared.store(), draft, who)
    except DraftmillError as error:
        st.session_state["opinion_problem"] = error_text(error)


def tally(counts: tuple[int, int, int]) -> str:
    """(ok, fix, reject) of a review in words."""
    ok, fix, reject = counts
    return _("{ok} good · {fix} to fix · {reject} to reject", ok=f"{ok:,}", fix=f"{fix:,}", reject=f"{reject:,}")
