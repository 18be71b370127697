"""
Review: read drafts, approve or reject them, take it back.

Fifty rows a page, read by SQL. A decision names the ids that were on the screen, never positions in a table, and the
store changes only what is still pending: a second key press and a stale tab decide nothing.
"""

from __future__ import annotations

import math

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.review.desk import choose_rows, chosen_ids, desk
from dashboard.text import _
from engine import KINDS, LANGS, DraftFilter

PAGE = 50
STATES = ("pending", "approved", "rejected")


def show() -> None:
    """Draw the page."""
    st.title(_("Review"))
    store = shared.store()
    wanted = _narrow()
    counts = store.review_counts(wanted)
    if not counts.pending + counts.approved + counts.rejected:
        _empty(narrowed=wanted != DraftFilter())
        return
    state = _state({name: getattr(counts, name) for name in STATES}, counts.flagged)
    wanted = DraftFilter(run=wanted.run, kind=wanted.kind, lang=wanted.lang, text=wanted.text, review=state)
    pages = max(1, math.ceil(getattr(counts, state) / PAGE))
    page = min(st.session_state.get(f"review_page_{state}", 1), pages)
    rows = store.drafts(wanted, PAGE, (page - 1) * PAGE, "flagged" if state == "pending" else "newest")
    table, card = st.columns([5, 6], gap="large")
    with table:
        choose_rows(rows)
        if pages > 1:
            st.pagination(pages, key=f"review_page_{state}")
    with card:
        desk(rows, chosen_ids(rows))


def _narrow() -> DraftFilter:
    run = st.query_params.get("run", "")
    words, kind, lang = st.columns([4, 2, 2], vertical_alignment="bottom")
    with words:
        title = _("Words in the draft")
        text = st.text_input(title, key="review_text", icon=":material/search:", persist_state="session")
    with kind:
        kind_id = _pick("review_kind", _("Kind"), KINDS, labels.KIND)
    with lang:
        lang_id = _pick("review_lang", _("Language"), LANGS, labels.LANG)
    if run.isdecimal():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(_("Only run {run}", run=int(run)), icon=":material/filter_alt:", color="blue")
            st.page_link(shared.RUNS, label=_("Open the run"), query_params={"run": run})
            st.page_link(shared.REVIEW, label=_("Show the drafts of all runs"))
    return DraftFilter(run=int(run) if run.isdecimal() else None, kind=kind_id, lang=lang_id, text=text or None)


def _pick(key: str, title: str, ids: tuple[str, ...], words: labels.Table) -> str | None:
    return st.selectbox(
        title,
        ids,
        index=None,
        format_func=lambda name: label(words, name),
        placeholder=_("all"),
        key=key,
        persist_state="session",
    )


def _state(counts: dict[str, int], flagged: int) -> str:
    with st.container(horizontal=True, vertical_alignment="center"):
        state = st.segmented_control(
            _("Review"),
            STATES,
            format_func=lambda name: f"{label(labels.REVIEW, name)} · {counts[name]:,}",
            default="pending",
            required=True,
            key="review_state",
            label_visibility="collapsed",
            persist_state="session",
        )
        if flagged:
            st.badge(_("{n} flagged, they come first", n=f"{flagged:,}"), icon=":material/flag:", color="orange")
    said = st.session_state.pop("review_said", None)
    if said:
        st.toast(plain(said), icon=":material/check:")
    return str(state)


def _empty(*, narrowed: bool) -> None:
    with st.container(border=True):
        if narrowed:
            st.subheader(_("No draft matches"))
            st.markdown(_("Take a word or a filter out, or look at the drafts of all runs."))
            st.page_link(shared.REVIEW, label=_("Show the drafts of all runs"), icon=":material/filter_alt_off:")
            return
        st.subheader(_("Nothing to review yet"))
        st.markdown(_("Drafts come here as soon as a run has made them."))
        st.page_link(shared.LAUNCH, label=_("Launch a run"), icon=":material/rocket_launch:")


show()
