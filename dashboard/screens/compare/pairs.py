"""
Blind pairs of a comparison: two drafts side by side, one key each, the arms shown only at the end.

The browser's part is browser/pairs.js. Everything is in the store: a reload or another tab continues where it was.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import charts, shared
from dashboard.charts.paper import CONFIG
from dashboard.charts.worth import win_shares
from dashboard.screens import person
from dashboard.screens.card import CSS, card
from dashboard.screens.compare.pair_presses import read_pairs_sent
from dashboard.screens.compare.words import arm_name, marked, strong
from dashboard.screens.markup import Element
from dashboard.text import N_, _, error_text, language, plural, say
from engine import DraftFilter, DraftmillError, DraftRow, compare

AHEAD = 6
PAIRS = 40
KEY = "compare_pairs"
_HERE = Path(__file__).with_name("browser")
_DESK = Path(__file__).parents[1] / "review" / "browser"
_LOADER = """
export default function (component) {
  let closed = false;
  globalThis.draftmillPairsReady ??= new Promise((done) => { globalThis.draftmillPairsLoaded = done; });
  globalThis.draftmillPairsReady.then(() => { if (!closed) globalThis.draftmillPairs.show(component); });
  return () => { closed = true; globalThis.draftmillPairs?.close(component.parentElement); };
}
"""
WORDS = {
    "left": N_("The first is better"),
    "right": N_("The second is better"),
    "both": N_("Both are good"),
    "neither": N_("Neither"),
    "undo": N_("Undo"),
    "progress": N_("{done} of {all} pairs"),
    "progressLabel": N_("Pairs answered"),
    "toolbar": N_("Answer this pair"),
    "draft": N_("Draft {key}"),
    "waiting": N_("Saving ..."),
    "finished": N_("No pair is left for you. Show the arms when everybody is done."),
}


def _script() -> str:
    names = ("dom.js", "keys.js", "outbox.js")
    return "\n".join([*((_DESK / name).read_text("utf-8") for name in names), (_HERE / "pairs.js").read_text("utf-8")])


_pairs = st.components.v2.component("draftmill_pairs", js=_LOADER)
_code = st.components.v2.component("draftmill_pairs_code", js=_script())


def pairs_panel(report: compare.ComparisonReport) -> None:
    """The open blind review, the results of the last one, or the form that starts one."""
    newest = shared.store().pairs.newest(report.id)
    if newest is None or newest.ended_at is not None:
        if newest is not None:
            _results(compare.pair_results(shared.store().pairs.all(newest.id)))
        _form(report, again=newest is not None)
        return
    css = "\n".join([CSS, (_DESK / "desk.css").read_text("utf-8"), (_HERE / "pairs.css").read_text("utf-8")])
    _code(key="compare_pairs_code", data={"css": css, "cookies": {person.COOKIE: person.cookie()}})
    st.fragment(_desk)(newest.id)


def _form(report: compare.ComparisonReport, *, again: bool) -> None:
    with st.container(border=True):
        st.header(_("Compare blind, again") if again else _("Compare blind"))
        st.markdown(
            _(
                "You see two drafts of the same slot and choose the better one with a key: 1, 2, 0 for neither, = for "
                "both. Which setting wrote which is hidden until the end."
            )
        )
        count, overlap, start = st.columns([1, 1, 1], vertical_alignment="bottom")
        with count:
            st.number_input(_("Pairs"), 1, compare.PAIRS[-1], PAIRS, key="compare_pairs_count")
        with overlap:
            st.number_input(
                _("Reviewers per pair"),
                compare.OVERLAP[0],
                compare.OVERLAP[-1],
                key="compare_pairs_overlap",
                help=_("With 1, two reviewers never get the same pair. With 2 you learn how often they agree."),
            )
        with start:
            st.button(
                _("Start"),
                type="primary",
                icon=":material/visibility_off:",
                on_click=_start,
                args=(report.id,),
                key="compare_pairs_start",
            )
        if problem := st.session_state.pop("compare_pairs_problem", None):
            st.error(charts.plain(problem), icon=":material/error:")


def _start(comparison: int) -> None:
    store = shared.store()
    rows = store.runs.page(compare.MOST_ROWS, comparison_id=comparison)
    made = [row for row in rows if row.unit == "draft" and row.state in ("done", "incomplete")]
    count, overlap = int(st.session_state["compare_pairs_count"]), int(st.session_state["compare_pairs_overlap"])
    try:
        pairs = compare.paired(store, made, count, overlap, seed=random.SystemRandom().randrange(2**32))
        store.pairs.start(comparison, pairs, overlap).result()
    except DraftmillError as error:
        st.session_state["compare_pairs_problem"] = error_text(error)


def _desk(pairing: int) -> None:
    with shared.telling():
        data = json.dumps(_data(pairing), ensure_ascii=False).encode("utf-8", "replace")
        _pairs(key=KEY, data=data, on_sent_change=lambda: _receive(pairing))
        rows = shared.store().pairs.all(pairing)
        with st.container(horizontal=True, vertical_alignment="center"):
            if rows and all(one.choice for one in rows):
                st.success(_("All pairs are answered."), icon=":material/done_all:")
            if st.button(
                _("End and show the arms"),
                icon=":material/visibility:",
                key="compare_pairs_end",
                help=_("Nothing can be answered after that."),
            ):
                shared.store().pairs.end(pairing).result()
                st.rerun()


def _receive(pairing: int) -> None:
    """Apply the presses that were not applied before; an answer that comes twice changes nothing."""
    sent, me, store = read_pairs_sent(st.session_state[KEY].get("sent")), person.me(), shared.store()
    applied: dict[str, int] = st.session_state.setdefault("compare_pairs_applied", {})
    st.session_state["compare_pairs_client"] = sent.client
    for press in sent.presses:
        if press.number > applied.get(sent.client, 0):
            applied[sent.client] = press.number
            if press.choice:
                store.pairs.answer(press.pair, me, press.choice).result()  # type: ignore[arg-type]  # read_pairs_sent checks
            else:
                store.pairs.undo(pairing, me).result()


def _data(pairing: int) -> dict[str, Any]:
    store, me, client = shared.store(), person.me(), st.session_state.get("compare_pairs_client", "")
    given = store.pairs.give(pairing, me, AHEAD).result()
    rows = store.pairs.all(pairing)
    wanted = sorted({draft for one in given for draft in (one.left_draft, one.right_draft)})
    drafts = {row.id: row for row in store.drafts.page(DraftFilter(ids=wanted), len(wanted) or 1)}
    return {
        "pairing": pairing,
        "words": {name: say(language(), words) for name, words in WORDS.items()},
        "client": client,
        "applied": st.session_state.get("compare_pairs_applied", {}).get(client, 0),
        "pairs": [
            {"id": one.id, "left": _card(drafts[one.left_draft]), "right": _card(drafts[one.right_draft])}
            for one in given
        ],
        "done": sum(bool(one.choice) for one in rows),
        "mine": sum(bool(one.choice) and one.reviewer == me.id for one in rows),
        "all": len(rows),
    }


def _card(row: DraftRow) -> Element:
    """A draft without anything that tells its arm."""
    return card(row.kind, row.lang, row.content)


def _results(found: compare.PairResults) -> None:
    """Who won, once the arms are shown."""
    with st.container(border=True):
        st.header(_("Result of the blind pairs"))
        st.markdown(f":material/emoji_events: {marked(compare.pairs_sentence(found, strong))}")
        ties = sum(arm.both for arm in found.arms) // 2, sum(arm.neither for arm in found.arms) // 2
        people = [plural("{n} answer", "{n} answers", count) for count in found.reviewers.values()]
        st.caption(
            _(
                "{done} of {all} pairs answered; both good: {both}, neither: {neither}. Reviewers: {people}.",
                done=f"{found.answered:,}",
                all=f"{found.pairs:,}",
                both=ties[0],
                neither=ties[1],
                people=_(", ").join(people) or charts.NONE,
            )
        )
        if found.read_twice.whole:
            share = charts.percent(found.read_twice.value)
            st.caption(
                _("Two reviewers gave the same answer in {share} of {n} pairs.", share=share, n=found.read_twice.whole)
            )
        if found.arms:
            panel = win_shares(found, arm_name, _)
            st.caption(panel.sentence)
            alt = f"{panel.title}. {panel.sentence}"
            st.plotly_chart(panel.figure, config=CONFIG, key="compare_pairs_chart", alt=alt)
