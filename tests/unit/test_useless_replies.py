"""Replies that bring no draft: how many in a row stop a run."""

from __future__ import annotations

import pytest

from engine.errors import Stopped
from engine.generate.decision import Action, History
from engine.generate.outage import OutageGuard
from engine.generate.retry import decide
from engine.providers.adapt import CallForm
from engine.providers.reply import Reply
from engine.spec import Tuning


def test_malformed_replies_count_in_a_row_only() -> None:
    """A good reply between two malformed ones resets the count."""
    guard, page = OutageGuard.of(100), Reply(200, envelope=False)

    def see(reply: Reply) -> Action:
        decision = decide(reply, History(3, answered=guard.answered, pages=guard.pages))
        return guard.observe(reply, decision, Tuning()).action

    assert [see(one) for one in (Reply(200, "{}"), page, Reply(200, "{}"), page)][1::2] == [Action.RETRY] * 2
    assert see(page) is Action.STOP


@pytest.mark.parametrize(("cause", "bought"), [("missing", 2), ("wrong_id", 2), ("echoed", 2), ("blank", 3)])
def test_two_alike_replies_that_cannot_be_read_stop_a_run_without_drafts(cause: str, bought: int) -> None:
    """The run says what was seen; a run that has kept drafts goes on."""
    guard, kept = OutageGuard.of(100), OutageGuard.of(100)
    kept.observe_kept(1, "", Tuning())
    for _ in range(bought - 1):
        guard.observe_kept(0, cause, Tuning(), "seen")
        kept.observe_kept(0, cause, Tuning())
    kept.observe_kept(0, cause, Tuning())
    with pytest.raises(Stopped, match="seen"):
        guard.observe_kept(0, cause, Tuning(), "seen")


def test_ids_mixed_up_at_the_start_are_asked_for_one_by_one() -> None:
    """A model that cannot tell the ids of several items apart gets one item a call from then on."""
    guard, kept = OutageGuard.of(100), OutageGuard.of(100)
    kept.observe_kept(1, "", Tuning(), asked=2)
    for one in (guard, kept):
        one.observe_kept(0, "wrong_id", Tuning(), asked=2)
    assert (guard.adapted.max_items, kept.adapted.max_items) == (1, None)


def test_three_alike_misdirected_replies_stop_also_a_run_with_drafts() -> None:
    """A gateway that hands back another packet's answer does so again."""
    guard = OutageGuard.of(100)
    guard.observe_kept(2, "", Tuning())
    for _ in range(2):
        guard.observe_kept(0, "wrong_id", Tuning())
    with pytest.raises(Stopped):
        guard.observe_kept(0, "wrong_id", Tuning(), "seen")


def test_a_draft_cut_off_twice_stops_a_run_without_drafts() -> None:
    """One draft cut off at twice its max_tokens is given up; where nothing was kept yet, the run pauses."""
    reply, history = (
        Reply(200, "{", finish="length"),
        History(3, answered=True, shrunk=True, form=CallForm(1, 900, 600)),
    )
    guard = OutageGuard.of(100)
    assert guard.observe(reply, decide(reply, history), Tuning()).action is Action.STOP
    guard.observe_kept(1, "", Tuning())
    assert guard.observe(reply, decide(reply, history), Tuning()).action is Action.FAIL
