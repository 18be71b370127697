"""
What the keys do. Every one names the draft that was shown, and the store changes only what is still as it was shown.

So a second press that overtakes the page, a stale tab and another reviewer decide nothing that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Literal, ParamSpec

from dashboard import labels, shared
from dashboard.labels import label
from dashboard.screens.review.address import Wanted
from dashboard.screens.review.state import page_state
from dashboard.text import _, error_text, plural
from engine import DraftFilter, DraftmillError, DraftRow

Verdict = Literal["approved", "rejected"]
P = ParamSpec("P")


def _told(act: Callable[P, None]) -> Callable[P, None]:
    """What the engine refuses is said on the page."""

    @wraps(act)
    def tell(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except DraftmillError as error:
            page_state().tell(problem=error_text(error))

    return tell


def next_after(chosen: DraftFilter, order: Literal["newest", "flagged"], at: int | None) -> int | None:
    """The draft to show after one: the next in order, then from the start, those passed over last."""
    store, skipped = shared.store(), page_state().skipped
    for start, without in ((at, skipped), (None, skipped), (at, ()), (None, ())):
        found = store.drafts.adjacent(chosen, order, start, without=without)
        if found is not None:
            return found
    return None


@_told
def decide(wanted: Wanted, shown: Mapping[int, str], verdict: Verdict) -> None:
    """Decide on the drafts shown (id to revision) and go on to the next pending one."""
    here = page_state()
    changed = shared.store().reviews.decide(list(shown), verdict, here.who, shown=shown).result()
    left = [draft for draft in shown if draft not in changed]
    here.tell(said=_decided(verdict, changed) if changed else "", problem=_why_left(left, shown))
    if changed:
        here.rejected = changed[0] if verdict == "rejected" and len(shown) == 1 else None
        here.at = next_after(wanted.pending, wanted.order, changed[-1]) or changed[-1]


@_told
def decide_all(ids: Sequence[int], verdict: Verdict, note: str = "") -> None:
    """Decide on the drafts that were counted; what came in since is left alone."""
    here = page_state()
    changed = shared.store().reviews.decide(ids, verdict, here.who, note).result()
    here.tell(said=_counted(verdict, len(changed)))


@_told
def undo(batch: int) -> None:
    """Take back one decision or edit, however many drafts it was on."""
    here = page_state()
    restored = shared.store().reviews.undo(batch=batch).result()
    here.tell(said=plural("Undone ({n} draft)", "Undone ({n} drafts)", len(restored)))
    here.at = restored[0] if restored else here.at


@_told
def take_back(draft: int) -> None:
    """Make a decided draft pending again, whoever decided."""
    shared.store().reviews.undo(drafts=[draft]).result()
    page_state().tell(said=_("#{draft} is pending again", draft=draft))


@_told
def give_reason(draft: int, reason: str) -> None:
    """Say why the draft rejected last was rejected."""
    shared.store().reviews.annotate(draft, reason).result()


def go(draft: int) -> None:
    """Show a draft."""
    here = page_state()
    here.at, here.editing = draft, None
    here.tell()


def skip(wanted: Wanted, draft: int) -> None:
    """Pass a draft over without a verdict."""
    here = page_state()
    here.skip(draft)
    go(next_after(wanted.chosen, wanted.order, draft) or draft)


def switch_answers() -> None:
    """Show the answers, or hide them."""
    here = page_state()
    here.answers = not here.answers


def edit(draft: int | None, revision: str = "") -> None:
    """Open the form of a draft as it was shown; None closes it."""
    here = page_state()
    here.editing, here.opened = draft, revision
    here.tell()


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


def _why_left(left: Sequence[int], shown: Mapping[int, str]) -> str:
    """Why drafts were left alone: somebody was quicker, or changed them. A second press of one's own key is no news."""
    rows = [shared.store().drafts.get(draft) for draft in left]
    return "\n\n".join(filter(None, (_why(row, shown[row.id]) for row in rows)))


def _why(row: DraftRow, revision: str) -> str:
    if row.review != "pending":
        last = next(iter(shared.store().reviews.history(row.id, limit=1)), None)
        if last is not None and last.who == page_state().who:
            return ""
        verdict = label(labels.REVIEW, row.review)
        who = last.who if last and last.who else _("someone else")
        return _(
            "#{draft}: {who} already decided ({verdict}). Your decision was not saved.",
            draft=row.id,
            who=who,
            verdict=verdict,
        )
    if row.revision != revision:
        return _(
            "#{draft} was edited after you opened it. Your decision was not saved. This is the current text.",
            draft=row.id,
        )
    return ""
