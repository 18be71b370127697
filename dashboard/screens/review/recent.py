"""
The person's last decisions, each with its undo; and the question for a name where nobody signs in.
"""

from __future__ import annotations

import time

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.review import actions
from dashboard.text import N_, _, plural
from engine.reports import clock_time
from engine.review import ReviewDecision

MOST = 20
ACT: labels.Table = {
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "edited": N_("Edited"),
    "noted": N_("Comment"),
}


def recent_menu() -> None:
    """A button that opens the list of the person's last decisions."""
    panel = st.popover(_("My decisions"), icon=":material/history:", key="review_recent", on_change="rerun")
    if panel.open:
        with panel, shared.telling():
            _list(shared.store().reviews.last_decisions(person.me(), MOST))


def _list(decisions: list[ReviewDecision]) -> None:
    if not decisions:
        st.caption(_("You have not decided anything yet."))
        return
    st.caption(plain(_("Decisions of {name}, the newest first", name=person.me().name)))
    for number, one in enumerate(decisions, 1):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(plain(decision_words(one)), width="stretch")
            st.button(
                _("Undo"),
                icon=":material/undo:",
                on_click=actions.undo,
                args=(one.batch,),
                key=f"review_undo_one_{one.batch}",
            )
            if number > 1:
                st.button(
                    _("Undo up to here"),
                    help=plural("Undoes {n} decision.", "Undoes {n} decisions.", number),
                    type="tertiary",
                    on_click=actions.undo_all,
                    args=([above.batch for above in decisions[:number]],),
                    key=f"review_undo_to_{one.batch}",
                )


def decision_words(one: ReviewDecision) -> str:
    """What was decided, on which draft or how many, and when."""
    drafts = f"#{one.draft}" if one.drafts == 1 else plural("{n} draft", "{n} drafts", one.drafts)
    return f"{label(ACT, one.verdict)} · {drafts} · {clock_time(one.at, time.time())}"


def name_question() -> None:
    """Ask once for the name that other reviewers read beside this person's decisions."""
    if not person.is_unnamed():
        return
    form = st.form("review_name_form", border=False)
    with form, st.container(horizontal=True, vertical_alignment="center"):
        words = _("Your name, for other reviewers")
        name = st.text_input(
            words, placeholder=words, max_chars=person.LONGEST_NAME, width=300, label_visibility="collapsed"
        )
        saved = st.form_submit_button(_("Save name"))
        later = st.form_submit_button(_("Continue without a name"), type="tertiary")
    if saved or later:
        person.rename(name if saved else "")
        st.rerun()
