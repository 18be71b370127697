"""
One draft, large: the keys, the draft as its reader meets it, and beside it what is known of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import streamlit as st

from dashboard import labels, shared
from dashboard.labels import label
from dashboard.screens.card import draft_card, facts, flag_list
from dashboard.screens.difference import difference
from dashboard.screens.marks import marks_of
from dashboard.screens.opinion import opinion_panel
from dashboard.screens.refill import refill_button
from dashboard.screens.review import actions
from dashboard.screens.review.address import Wanted
from dashboard.screens.review.editor import editor
from dashboard.screens.review.state import page_state
from dashboard.screens.review.words import FLAG, REASON
from dashboard.text import _, flag_text
from engine import DraftFilter, DraftRow
from engine.kinds import kind_of


def focus(wanted: Wanted) -> None:
    """Draw the draft the session is at, or the next one if it has left the tab."""
    here, row = page_state(), _current(wanted)
    if row is None:
        return
    here.at = row.id
    if here.editing != row.id:
        _keys(wanted, row)
    left, right = st.columns([7, 3], gap="large")
    with left:
        if here.editing == row.id:
            editor(row)
        else:
            with st.container(border=True):
                st.html(_card(row, answers=here.answers))
            _edited(row)
    with right:
        _side(row)


def _card(row: DraftRow, *, answers: bool) -> str:
    """A note's marks would tell the answers; they come with them."""
    telling = answers or not kind_of(row.kind).hides_answers
    flags = [flag for flag in row.flags if telling or flag.severity == "flagged"]
    marks = marks_of(row.content, flags)
    return draft_card(row.kind, row.lang, row.content, answers=answers, marks=marks)


def _current(wanted: Wanted) -> DraftRow | None:
    store, at = shared.store(), page_state().at
    if at is not None:
        there = store.drafts.page(replace(wanted.chosen, ids=[at]), 1)
        if there:
            return there[0]
    following = actions.next_after(wanted.chosen, wanted.order, at)
    return None if following is None else store.drafts.get(following)


def _keys(wanted: Wanted, row: DraftRow) -> None:
    """Every button carries the draft in its key: a press that comes late finds no button, and decides nothing."""
    shown, pending = {row.id: row.revision}, row.review == "pending"
    with st.container(horizontal=True, gap="xsmall"):
        if pending:
            _verdict(wanted, shown, "approved")
            _verdict(wanted, shown, "rejected")
        else:
            _button("return", _("Reopen"), "b", ":material/history:", actions.take_back, (row.id,))
        _button("edit", _("Edit"), "e", ":material/edit:", actions.edit, (row.id, row.revision))
        _beside(wanted, row, back=True)
        _beside(wanted, row, back=False)
        if pending:
            _button("skip", _("Skip"), "s", ":material/skip_next:", actions.skip, (wanted, row.id))
        if kind_of(row.kind).hides_answers:
            words = _("Hide answers") if page_state().answers else _("Show answers")
            _button("answers", words, "h", ":material/visibility:", actions.switch_answers, ())
        undo_button()
        if row.review == "rejected":
            refill_button(DraftFilter(run=row.run, ids=[row.id]), f"review_again_{row.id}")


def _verdict(wanted: Wanted, shown: dict[int, str], verdict: actions.Verdict) -> None:
    approve = verdict == "approved"
    st.button(
        _("Approve") if approve else _("Reject"),
        icon=":material/check:" if approve else ":material/close:",
        shortcut="a" if approve else "x",
        type="primary" if approve else "secondary",
        on_click=actions.decide,
        args=(wanted, shown, verdict),
        key=f"review_{verdict}_{next(iter(shown))}",
    )


def _beside(wanted: Wanted, row: DraftRow, *, back: bool) -> None:
    other = shared.store().drafts.adjacent(wanted.chosen, wanted.order, row.id, back=back)
    st.button(
        _("Previous") if back else _("Next"),
        icon=":material/arrow_back:" if back else ":material/arrow_forward:",
        shortcut="k" if back else "j",
        disabled=other is None,
        on_click=actions.go,
        args=(other,),
        key=f"review_{'back' if back else 'next'}_{row.id}",
    )


def _button(name: str, words: str, shortcut: str, icon: str, act: object, args: tuple[object, ...]) -> None:
    st.button(words, icon=icon, shortcut=shortcut, on_click=act, args=args, key=f"review_{name}_{page_state().at}")  # type: ignore[arg-type]  # a callback of any shape


def undo_button() -> None:
    """Take back the last decision or edit of the session; its key names it, so that two presses take back two."""
    last = shared.store().reviews.last_decision(page_state().who)
    st.button(
        _("Undo"),
        icon=":material/undo:",
        shortcut="u",
        disabled=last is None,
        on_click=actions.undo,
        args=(last.batch if last else 0,),
        help=_undo_words(last.verdict, last.drafts, last.draft) if last else None,
        key=f"review_undo_{last.batch if last else 0}",
    )


def _undo_words(verdict: str, drafts: int, draft: int) -> str:
    word = _("edited") if verdict == "edited" else label(labels.REVIEW, verdict)
    return f"{word}: #{draft}" if drafts == 1 else f"{word}: {drafts:,}"


def _edited(row: DraftRow) -> None:
    """What people changed of the draft the model wrote."""
    original = shared.store().drafts.original(row.id)
    changed = difference(original, row.content, row.lang) if original is not None else ""
    if changed:
        with st.expander(_("Edited: changes"), icon=":material/difference:"):
            st.html(changed)


def _side(row: DraftRow) -> None:
    """Flags, facts, and what a second model thinks."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.badge(label(labels.REVIEW, row.review), color=labels.REVIEW_COLOR.get(row.review, "gray"))
        st.badge(f"L{row.level}", color="blue")
        st.badge(label(labels.KIND, row.kind), color="gray")
        st.badge(label(labels.LANG, row.lang), color="gray")
    st.html(flag_list((label(FLAG, flag.code), flag_text(flag), flag.severity == "flagged") for flag in row.flags))
    last = next(iter(shared.store().reviews.history(row.id, limit=1)), None)
    decided = last is not None and last.undone_at is None and last.verdict == row.review
    st.html(
        facts(
            [
                (_("Draft"), f"#{row.id}"),
                (_("Topic"), row.topic),
                (_("Run"), str(row.run)),
                (_("Model"), row.model),
                (_("Made at"), _time(row.made_at) + (f" · {label(labels.SOURCE, 'cache')}" if row.origin else "")),
                (_("Score"), f"{row.score:.1f}" if row.score is not None else ""),
                (_("Decided"), f"{last.who} {_time(last.at)}" if decided and last else ""),
                (_("Reason"), label(REASON, last.note) if decided and last else ""),
                (_("Replaces"), f"#{row.refills}" if row.refills else ""),
            ]
        )
    )
    opinion_panel(row, page_state().who)
    st.page_link(shared.RUNS, label=_("Open run {run}", run=row.run), query_params={"run": str(row.run)})


def _time(at: float | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"
