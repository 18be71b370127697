"""What stands of what was sent: how many were in flight beside a call, how close upon another it came."""

from __future__ import annotations

import math

import pytest

from engine.limiter.permit import Grant
from engine.limiter.recent_calls import RecentCalls


def filled(*calls: tuple[float, int]) -> tuple[RecentCalls, list[Grant]]:
    """Calls that started at a second with so many beside them."""
    sent, grants = RecentCalls(), [Grant(at, at, others=others) for at, others in calls]
    for grant in grants:
        sent.add(grant)
    return sent, grants


def test_a_refused_call_was_not_in_flight() -> None:
    """It is taken out, and from the count beside those that started after it; those before it keep theirs."""
    sent, (first, refused, later, last) = filled((0, 0), (1, 1), (2, 2), (3, 3))
    sent.refused(refused)
    assert sent.standing() == [first, later, last]
    assert [grant.others for grant in sent.standing()] == [0, 1, 2]


def test_distances_are_between_those_that_stand() -> None:
    """The start before a refused call is the last one that was not refused."""
    sent, (first, one, other) = filled((0, 0), (1, 1), (1.5, 2))
    assert sent.distances(first) == (math.inf, [])
    sent.refused(one)
    assert sent.distances(other) == (1.5, [])


def test_a_cap_refuses_at_any_distance() -> None:
    """Two refusals with two beside them while calls with one stand: a cap of two, if one came no closer than those."""
    sent, (*_, close, far) = filled((0, 0), (1, 1), (1.1, 2), (2.5, 3))
    sent.refused(close)
    assert not sent.looks_capped(close)
    sent.refused(far)
    assert sent.looks_capped(far)
    assert sent.fewest_refused == 2


@pytest.mark.parametrize("at", [1.6, 1.9])
def test_what_came_too_close_is_no_cap(at: float) -> None:
    """Both refusals came closer upon another than any two that stand: as well a gap."""
    sent, (*_, one, other) = filled((0, 0), (1, 1), (1.5, 2), (at, 3))
    sent.refused(one)
    sent.refused(other)
    assert not sent.looks_capped(other)


@pytest.mark.parametrize(("accepted", "capped"), [(1, True), (2, False)])
def test_as_many_were_accepted_is_no_cap(accepted: int, capped: bool) -> None:
    """Refused with two beside them: a cap of two, unless a call with two was accepted once."""
    sent, (_, _, one, other) = filled((0, 0), (1, 1), (2.5, 2), (5, 3))
    sent.seen_beside(accepted)
    sent.refused(one)
    sent.refused(other)
    assert sent.looks_capped(other) is capped


def test_a_refusal_below_the_cap_that_came_too_close_is_a_gap() -> None:
    """Beside as many a call stood that came less close upon another."""
    sent, (*_, close) = filled((0, 0), (2, 1), (4, 1), (4.5, 1))
    assert sent.looks_too_close(close)
    sent, (*_, far) = filled((0, 0), (2, 1), (4, 1), (6.5, 1))
    assert not sent.looks_too_close(far)
