"""
What the keys do. Every press names the draft that was shown, and the store changes only what is still as it was shown.

So a second press that overtakes the page, a stale tab and another reviewer decide nothing that nobody has seen.
Streamlit stops a callback at its next look into the session when somebody clicks elsewhere: what an act needs of it is
read before the press counts as applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dashboard import labels, shared
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.review import address, editor
from dashboard.screens.review.filters import is_in
from dashboard.screens.review.presses import BrowserMessage, Press
from dashboard.screens.review.state import ReviewPageState, page_state
from dashboard.screens.review.words import REASON
from dashboard.text import _, error_text, plural
from engine import DraftmillError, DraftRow
from engine.review import Reviewer, Verdict, apply_fix, join_note, split_note

P = ParamSpec("P")


def _reporting(act: Callable[P, None]) -> Callable[P, None]:
    """Show the engine's error on the page."""

    @wraps(act)
    def tell(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except DraftmillError as error:
            page_state().tell(problem=error_text(error))

    return tell


def apply(sent: BrowserMessage) -> None:
    """Apply the presses of a message that were not applied before, in their order."""
    here, me = page_state(), person.me()
    here.answers, here.keys, here.have = sent.answers, sent.keys, dict(sent.have)
    here.client, here.at = sent.client, sent.at
    for press in sent.presses:
        if press.number > here.applied.get(sent.client, 0):
            here.applied[sent.client] = press.number
            _ACTS.get(press.act, _ignore)(press, here, me)


@_reporting
def _approve(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    _decide({press.draft: press.revision}, "approved", press.was, here, me)


@_reporting
def _reject(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    _decide({press.draft: press.revision}, "rejected", press.was, here, me)


def _decide(shown: Mapping[int, str], verdict: Verdict, was: str, here: ReviewPageState, me: Reviewer) -> None:
    """Decide on the drafts shown (id to revision), all of them in the review state that was shown."""
    changed = shared.store().reviews.decide(list(shown), verdict, me, shown=shown, was=was).result()
    left = [draft for draft in shown if draft not in changed]
    here.tell(_decided(verdict, changed) if changed else "", _why_left(left, shown, verdict, me))


@_reporting
def decide_rows(rows: Sequence[DraftRow], verdict: Verdict) -> None:
    """Decide on rows of the table, which may be in several review states."""
    here, me = page_state(), person.me()
    for was in sorted({row.review for row in rows}):
        _decide({row.id: row.revision for row in rows if row.review == was}, verdict, was, here, me)


@_reporting
def decide_all(ids: Sequence[int], verdict: Verdict, note: str = "") -> None:
    """Decide on the drafts that were counted; what came in since is left alone."""
    here, me = page_state(), person.me()
    changed = shared.store().reviews.decide(ids, verdict, me, note).result()
    here.tell(_counted(verdict, len(changed)))


@_reporting
def _undo(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    """Undo the person's last decision; a press that names one that is not the last does nothing."""
    last = shared.store().reviews.last_decision(me)
    if last is None or (press.batch and press.batch != last.batch):
        here.tell(problem=_("Nothing to undo."))
        return
    _undo_batches([last.batch], here)


@_reporting
def undo(batch: int) -> None:
    """Undo one decision, edit or comment, however many drafts it was on."""
    _undo_batches([batch], page_state())


@_reporting
def undo_all(batches: Sequence[int]) -> None:
    """Undo several, in this order."""
    _undo_batches(batches, page_state())


def _undo_batches(batches: Sequence[int], here: ReviewPageState) -> None:
    restored = [draft for batch in batches for draft in shared.store().reviews.undo(batch=batch).result()]
    if not restored:
        here.tell(problem=_("Not undone: the draft was changed later. Undo the later change first."))
        return
    here.show(restored[0])
    here.tell(said=plural("Undone ({n} draft)", "Undone ({n} drafts)", len(set(restored))))


@_reporting
def _reopen(press: Press, here: ReviewPageState, _me: Reviewer) -> None:
    """Make a decided draft pending again, whoever decided."""
    shared.store().reviews.undo(drafts=[press.draft]).result()
    here.show(press.draft)
    here.tell(said=_("#{draft} is pending again", draft=press.draft))


@_reporting
def _give_reason(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    """Say why the person rejected a draft: one of the reasons, or words beside it."""
    reviews = shared.store().reviews
    reason, words = split_note(reviews.notes([press.draft], viewer=me.id).get(press.draft, ""))
    given = press.text if press.text in REASON else ""
    note = join_note(given or reason, words if given else press.text)
    if not reviews.annotate(press.draft, note, me).result():
        reviews.comment(press.draft, note, me).result()
    here.tell(said=_("#{draft}: reason saved", draft=press.draft))


@_reporting
def _comment(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    """Set the words of a draft's note; the reason of its rejection stays."""
    reviews = shared.store().reviews
    reason, words = split_note(reviews.notes([press.draft], viewer=me.id).get(press.draft, ""))
    if press.text.strip() == words:
        return
    reviews.comment(press.draft, join_note(reason, press.text), me).result()
    here.tell(said=_("#{draft}: comment saved", draft=press.draft))


@_reporting
def _fix(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    apply_fix(shared.store(), press.draft, me)
    here.tell(said=_("#{draft} edited", draft=press.draft))


@_reporting
def _edit(press: Press, here: ReviewPageState, _me: Reviewer) -> None:
    shared.store().drafts.get(press.draft)  # it may be gone
    here.editing, here.refused = press.draft, ""


def _close(_press: Press, here: ReviewPageState, _me: Reviewer) -> None:
    here.editing, here.refused = None, ""


@_reporting
def _save(press: Press, here: ReviewPageState, me: Reviewer) -> None:
    row = shared.store().drafts.get(press.draft)
    here.editing, here.refused = press.draft, editor.save(row, press.revision, press.values, me)
    if not here.refused:
        here.editing = None
        here.tell(said=_("#{draft} edited", draft=press.draft))


def _skip(press: Press, here: ReviewPageState, _me: Reviewer) -> None:
    """Pass a draft over without a verdict."""
    here.skip(press.draft)


@_reporting
def _go(press: Press, here: ReviewPageState, _me: Reviewer) -> None:
    """Show a draft by its number; where the tab and its filters leave it out, among all drafts."""
    shared.store().drafts.get(press.draft)
    wanted, _unknown = address.read(st.query_params.to_dict())
    if not is_in(wanted, press.draft):
        for name in address.FIELDS:
            st.query_params.pop(name, None)
        st.query_params["tab"] = "all"
    here.tell()
    here.show(press.draft)


def _ignore(_press: Press, _here: ReviewPageState, _me: Reviewer) -> None:
    """Do nothing: this version knows no such press."""


_ACTS: Mapping[str, Callable[[Press, ReviewPageState, Reviewer], None]] = {
    "approved": _approve,
    "rejected": _reject,
    "undo": _undo,
    "reopen": _reopen,
    "reason": _give_reason,
    "comment": _comment,
    "fix": _fix,
    "edit": _edit,
    "close": _close,
    "save": _save,
    "skip": _skip,
    "go": _go,
}


def _decided(verdict: str, changed: Sequence[int]) -> str:
    if len(changed) > 1:
        return _counted(verdict, len(changed))
    if verdict == "approved":
        return _("#{draft} approved", draft=changed[0])
    return _("#{draft} rejected", draft=changed[0])


def _counted(verdict: str, count: int) -> str:
    if verdict == "approved":
        return plural("{n} draft approved", "{n} drafts approved", count)
    return plural("{n} draft rejected", "{n} drafts rejected", count)


def _why_left(left: Sequence[int], shown: Mapping[int, str], verdict: str, me: Reviewer) -> str:
    """Why drafts were not changed: another person decided or edited them first. A repeated press is not reported."""
    rows = [shared.store().drafts.get(draft) for draft in left]
    return "\n".join(filter(None, (_why(row, shown[row.id], verdict, me) for row in rows)))


def _why(row: DraftRow, revision: str, verdict: str, me: Reviewer) -> str:
    if row.revision != revision:
        return _(
            "#{draft} was edited after you opened it. Your decision was not saved. This is the current text.",
            draft=row.id,
        )
    last = next(iter(shared.store().reviews.history(row.id, limit=1)), None)
    if last is not None and last.reviewer == me.id and row.review == verdict:
        return ""
    return _(
        "#{draft}: {who} already decided ({verdict}). Your decision was not saved.",
        draft=row.id,
        who=last.who if last and last.who else _("someone else"),
        verdict=label(labels.REVIEW, row.review),
    )
