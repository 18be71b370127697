"""What each fault does to an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.practice.chance import unit
from engine.practice.compose import Composer
from engine.practice.faults import Fault, refusal, spoil_items, spoil_text, strike, thin
from engine.practice.pen import Ask
from engine.practice.settings import PracticeSettings, parse_fault
from engine.practice.wire import Order, Request

CHANCE = st.floats(0, 1, exclude_max=True)
TEXT = json.dumps({"items": [{"id": "s1", "title": "One"}, {"id": "s2", "title": "Two"}]}, separators=(",", ":"))


def items(count: int) -> list[dict[str, Any]]:
    return [{"id": f"s{number}", "title": str(number)} for number in range(count)]


@given(st.integers(1, 10), CHANCE)
def test_short_drops_one_to_half(count: int, chance: float) -> None:
    """`short` drops 1 to half of the items; the only item is dropped."""
    left = len(spoil_items(items(count), Fault.SHORT, chance))
    assert left == 0 if count == 1 else count - count // 2 <= left < count


@given(st.integers(1, 10), CHANCE)
def test_doubled_id_gives_one_id_twice(count: int, chance: float) -> None:
    """`doubled_id` answers with exactly one id twice."""
    ids = [item["id"] for item in spoil_items(items(count), Fault.DOUBLED_ID, chance)]
    assert len(ids) - len(set(ids)) == 1


@given(st.integers(1, 10), CHANCE)
def test_unknown_id_takes_one_ids_place(count: int, chance: float) -> None:
    """`unknown_id` answers with as many items, one of them under an id nobody asked for."""
    ids = [item["id"] for item in spoil_items(items(count), Fault.UNKNOWN_ID, chance)]
    assert len(ids) == count
    assert len(set(ids) - {item["id"] for item in items(count)}) == 1


@given(st.sampled_from([Fault.MALFORMED, Fault.TRUNCATED, Fault.FINISH_ERROR, Fault.BLANK, Fault.FENCED]), CHANCE)
def test_spoilt_text_is_no_json(fault: Fault, chance: float) -> None:
    """What these faults leave is no JSON as it is."""
    text, _ = spoil_text(TEXT, fault, chance)
    with pytest.raises(ValueError):
        json.loads(text)


def test_spoilt_text_says_how_it_ended() -> None:
    """A cut text says so in its finish_reason; a blank one claims to be done."""
    ends = {fault: spoil_text(TEXT, fault, 0.5)[1] for fault in (Fault.TRUNCATED, Fault.FINISH_ERROR, Fault.BLANK)}
    assert list(ends.values()) == ["length", "error", "stop"]


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.UNAVAILABLE, 503, "provider_overloaded"),
        (Fault.RATE, 429, "rate_limit_exceeded"),
        (Fault.INTERNAL, 500, "server"),
        (Fault.ERROR_200, 200, "provider_unavailable"),
        (Fault.QUOTA, 429, "insufficient_quota"),
        (Fault.CREDITS, 402, "payment_required"),
        (Fault.IN_FLIGHT_BUDGET, 402, "in_flight_budget_exhausted"),
        (Fault.AFFORD, 402, "can only afford 750"),
        (Fault.MODERATION, 403, "moderation"),
    ],
)
def test_refusals_say_what_they_are(fault: Fault, status: int, said: str) -> None:
    """A fault that refuses has the provider's status and its own word for it."""
    refused = refusal(fault, 1_000, "Daily life")
    assert refused is not None
    assert (refused.status, "error" in refused.body) == (status, True)
    assert said in json.dumps(refused.body)


def test_faults_strike_by_their_share() -> None:
    """Over 4,000 calls each fault strikes its share of them, and the seed decides which."""
    shares = {"503": 0.2, "slow": 0.1}
    struck = [strike(shares, unit(0, "fault", number)) for number in range(4_000)]
    assert struck.count(Fault.UNAVAILABLE) == pytest.approx(800, abs=100)
    assert struck.count(Fault.SLOW) == pytest.approx(400, abs=80)
    assert struck == [strike(shares, unit(0, "fault", number)) for number in range(4_000)]


@pytest.mark.parametrize(("count", "missing"), [(1, 0.0), (2, 0.3 / 7), (4, 0.9 / 7), (8, 0.3), (10, 2.7 / 7)])
def test_crowded_grows_with_the_batch(count: int, missing: float) -> None:
    """Of n items, `crowded` leaves out share x (n - 1) / 7: none alone, the share at batch 8; never one twice."""
    calls = 2_000
    left = 0
    for number in range(calls):
        kept = thin(items(count), 0.3, [unit(0, "crowded", number, place) for place in range(count)])
        assert [item["id"] for item in kept] == sorted({item["id"] for item in kept})
        left += len(kept)
    assert 1 - left / (calls * count) == pytest.approx(missing, abs=0.02)


def test_a_crowded_answer_lacks_items() -> None:
    """An answer under `crowded` holds some of the items asked for, whole, and says how many it served."""
    order = Order("cloze", "en", {}, tuple(Ask(f"s{number}", "Travel", 2) for number in range(8)), frozenset())
    request = Request("practice-fast", None, 100, order)
    composed = Composer(0).compose(request, 1, 0, None, crowded=1.0)
    assert (composed.served, json.loads(composed.body)["choices"][0]["message"]["content"]) == (0, '{"items":[]}')
    assert 0 < Composer(0).compose(request, 1, 0, None, crowded=0.5).served < 8


def test_crowded_strikes_no_call() -> None:
    """`crowded` is a share of items: it takes no call from the faults of calls, and may be combined with them."""
    assert strike({"crowded": 1.0, "503": 0.5}, 0.4) is Fault.UNAVAILABLE
    assert strike({"crowded": 1.0}, 0.0) is None
    assert PracticeSettings(faults={"503": 1.0, "crowded": 1.0}).faults == {"503": 1.0, "crowded": 1.0}
    assert parse_fault("crowded=0.3") == ("crowded", 0.3)


def test_shares_that_fill_up_leave_no_call_alone() -> None:
    """A share of 1 strikes every call, a share of 0 none."""
    assert strike({"503": 1.0}, 0.999_999) is Fault.UNAVAILABLE
    assert strike({}, 0.0) is None
