"""
Splitting a filter among reviewers: each gets a share, saved among that person's filters, and a link to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.screens.review.address import MOST_SHARES, Wanted
from dashboard.screens.review.state import page_state
from dashboard.text import _, error_text, plural
from engine import DraftFilter, DraftmillError
from engine.reports import QualityFilter
from engine.review import LONGEST_FILTER_NAME, Reviewer

_NOBODY = ""


def shares_menu(wanted: Wanted) -> None:
    """A button that opens the shares of what the page shows."""
    panel = st.popover(_("Split among reviewers"), icon=":material/group:", key="review_shares", on_change="rerun")
    if panel.open:
        with panel, shared.telling():
            _panel(wanted)


def _panel(wanted: Wanted) -> None:
    st.caption(_("Each reviewer gets a part of these drafts, chosen at random."))
    number, double = st.columns(2, vertical_alignment="bottom")
    parts = int(number.number_input(_("Parts"), 2, MOST_SHARES, key="review_shares_parts"))
    double.number_input(
        _("Of these, to two reviewers (%)"),
        0,
        100,
        step=5,
        help=_(
            "These drafts are in two parts. Neither reviewer sees the other's decision until both have decided. "
            "Quality then shows how often they agree."
        ),
        key="review_shares_double",
    )
    people = {row.reviewer: row.who for row in shared.store().quality.reviewers(QualityFilter()) if row.reviewer}
    _parts(wanted, parts, _numbered(people))
    st.text_input(_("Name"), key="review_shares_name", max_chars=LONGEST_FILTER_NAME - 8)
    st.button(
        _("Assign"),
        type="primary",
        icon=":material/assignment_ind:",
        help=_("The part appears among the saved filters of the reviewer. Without a reviewer, send the link."),
        on_click=_assign,
        args=(wanted, parts, people),
        key="review_shares_assign",
    )
    _waiting(wanted)


def _parts(wanted: Wanted, parts: int, names: Mapping[str, str]) -> None:
    """The link of each part, and a box of the reviewers by name."""
    for part in range(1, parts + 1):
        query = {**wanted.query, "share": f"{part}/{parts}"}
        words = _("Part {part} of {parts}", part=part, parts=parts)
        count = shared.store().drafts.count(replace(wanted.chosen, share=(part, parts)))
        link, who = st.columns([2, 3], vertical_alignment="bottom")
        link.page_link(shared.REVIEW, label=words, query_params=query, help=plural("{n} draft", "{n} drafts", count))
        who.selectbox(
            words,
            [_NOBODY, *names],
            format_func=lambda one: plain(names[one]) if one else _("by link"),
            key=f"review_shares_{part}",
            label_visibility="collapsed",
        )


def _numbered(people: Mapping[str, str]) -> dict[str, str]:
    """Names that differ: Streamlit tells the options of a box apart by what they show."""
    seen = Counter[str]()
    names = {}
    for who, name in people.items():
        seen[name] += 1
        names[who] = name if seen[name] == 1 else f"{name} · {seen[name]}"
    return names


def _waiting(wanted: Wanted) -> None:
    """How many drafts wait for a second decision, and the end of that."""
    chosen = replace(wanted.every, overlap="waiting")
    if not (count := shared.store().drafts.count(chosen)):
        return
    words = plural("{n} draft is to be decided by two.", "{n} drafts are to be decided by two.", count)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words)
        st.button(
            _("Stop waiting"),
            type="tertiary",
            help=_("The first decision on each of them counts; those without a decision are decided by one."),
            on_click=_end,
            args=(chosen,),
            key="review_shares_end",
        )


def _end(chosen: DraftFilter) -> None:
    try:
        count = shared.store().overlaps.end(chosen).result()
        page_state().tell(plural("{n} draft is decided by one.", "{n} drafts are decided by one.", count))
    except DraftmillError as error:
        page_state().tell(problem=error_text(error))


def _assign(wanted: Wanted, parts: int, people: Mapping[str, str]) -> None:
    query, here = wanted.query, page_state()
    percent = int(st.session_state.get("review_shares_double", 0))
    name = str(st.session_state.get("review_shares_name", "")).strip() or _("My part")
    chosen = {part: st.session_state.get(f"review_shares_{part}", _NOBODY) for part in range(1, parts + 1)}
    try:
        for part, who in chosen.items():
            if who:
                share = f"{part}/{parts}"
                reviewer = Reviewer(who, people[who])
                shared.store().saved_filters.save(reviewer, f"{name} {share}", {**query, "share": share}).result()
        if percent:
            count = shared.store().overlaps.add(wanted.every, percent).result()
            here.tell(plural("{n} draft goes to two reviewers.", "{n} drafts go to two reviewers.", count))
    except DraftmillError as error:
        here.tell(problem=error_text(error))
