"""What the Review page remembers between two presses of a key."""

from __future__ import annotations

from dashboard.screens.review.state import MOST_SKIPPED, ReviewPageState


def state() -> ReviewPageState:
    return ReviewPageState(0.0)


def test_a_message_replaces_the_one_before() -> None:
    """After a press of a key only its own message is shown."""
    kept = state()
    kept.tell(problem="Nothing was changed.")
    kept.tell("Approved")
    assert (kept.said, kept.problem) == ("Approved", "")


def test_a_draft_is_skipped_once() -> None:
    """A draft that is skipped again comes after the others."""
    kept = state()
    for draft in (1, 2, 3, 1):
        kept.skip(draft)
    assert kept.skipped == [2, 3, 1]


def test_the_oldest_skips_are_forgotten() -> None:
    """The list of skipped drafts is bounded."""
    kept = state()
    for draft in range(MOST_SKIPPED + 10):
        kept.skip(draft)
    assert (len(kept.skipped), kept.skipped[0], kept.skipped[-1]) == (MOST_SKIPPED, 10, MOST_SKIPPED + 9)


def test_two_reviewers_have_their_own_lists() -> None:
    """One reviewer's skips are not another's."""
    one, other = state(), state()
    one.skip(1)
    assert other.skipped == []
