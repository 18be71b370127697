"""Retries, whatever comes back: how many there are, how long they wait, and that each has its reason."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.generate.decision import Action, History, RetryDecision
from engine.generate.retry import decide, wait_for
from engine.messages import Message
from engine.providers.adapt import Adaptations, CallForm
from engine.providers.reply import Reply

KEEP, RETRY, SLOW, STOP, FAIL, REASK = Action
replies = st.builds(
    Reply,
    st.integers(100, 999),
    text=st.sampled_from(["", " ", "{}"]),
    finish=st.sampled_from(["", "stop", "length", "error", "content_filter", "insufficient_system_resource"]),
    envelope=st.booleans(),
    error_code=st.sampled_from(["", "insufficient_quota", "weight_exceeds_budget", "in_flight_budget_exhausted"]),
    error_message=st.sampled_from(["", "json_schema", "moderation", "concurrency"]),
    retryable=st.none() | st.booleans(),
    retry_after_s=st.none() | st.floats(0, 1e6),
    affordable_tokens=st.none() | st.integers(0, 10**9),
)


histories = st.builds(
    History,
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
    st.integers(0, 3),
    st.integers(0, 5),
    st.booleans(),
    form=st.builds(
        CallForm,
        st.integers(1, 10),
        st.integers(0, 9000),
        st.integers(0, 9000),
        st.sampled_from(["json_schema", "json_object", ""]),
        adapted=st.builds(Adaptations, thinking_tokens=st.sampled_from([0, 8000])),
    ),
)


@given(seen=replies, history=histories)
def test_every_decision_is_bounded_and_has_its_reason(seen: Reply, history: History) -> None:
    """Whatever comes back: retries are bounded, no wait is silent for long, and only KEEP needs no words."""
    decision = decide(seen, history)
    assert decision.action is KEEP or (decision.reason and str(decision.message))
    if decision.action in (RETRY, SLOW):
        assert history.retries > 0 and (decision.wait_s or 0) <= 120
    if decision.action is RETRY:
        known = history.form.adapted  # what is learned is more than was known: that ends, too
        learned = decision.adapt is not None and known.joined(decision.adapt) != known
        assert history.retried < history.retries or learned


@given(attempt=st.integers(-3, 10_000), wait_s=st.none() | st.floats(0, 120), seed=st.integers())
def test_a_wait_is_jittered_bounded_and_at_least_what_was_asked(attempt: int, wait_s: float | None, seed: int) -> None:
    """A RETRY waits a random part of an exponential ceiling of 30 s, never less than Retry-After."""
    waited = wait_for(RetryDecision(RETRY, Message("server_error"), wait_s=wait_s), attempt, Random(seed))
    assert (wait_s or 0.0) <= waited <= max(wait_s or 0.0, min(30.0, 2.0 ** min(max(attempt, 1) - 1, 10)))


def test_the_jitter_is_full_and_the_ceiling_doubles() -> None:
    """Waits spread over the whole of 0 to 1, 2, 4, 8, 16 and 30 s."""
    rng = Random(1)
    for attempt, ceiling in enumerate([1, 2, 4, 8, 16, 30, 30], 1):
        waits = [wait_for(RetryDecision(RETRY, Message("server_error")), attempt, rng) for _ in range(2000)]
        assert min(waits) < 0.02 * ceiling and 0.98 * ceiling < max(waits) <= ceiling


@pytest.mark.parametrize("action", [KEEP, SLOW, STOP, FAIL, REASK])
def test_only_a_retry_waits(action: Action) -> None:
    """Only a RETRY waits here: a SLOW waits at the limiter, the others are not sent again."""
    assert wait_for(RetryDecision(action, Message("server_error"), wait_s=9.0), 1, Random(1)) == 0.0


@pytest.mark.parametrize("action", [RETRY, SLOW, STOP, FAIL, REASK])
def test_a_decision_without_its_reason_is_refused(action: Action) -> None:
    """Every action but KEEP has a reason."""
    with pytest.raises(ValueError, match="no reason"):
        RetryDecision(action)
