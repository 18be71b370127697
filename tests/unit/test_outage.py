"""The circuit breaker: when a provider is down, what that may cost, and when the run is resumed by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Late, NotSent, Stopped
from engine.generate.decision import Action, RetryDecision
from engine.generate.outage import MIN_EXTRA_CALLS, OutageGuard
from engine.messages import Message
from engine.providers.reply import Reply
from engine.spec import Tuning

DOWN = Reply(503, text="")
GOOD = Reply(200, text="{}")
RETRY = RetryDecision(Action.RETRY, Message("server_error", {"said": "503."}))
FAIL = RetryDecision(Action.FAIL, Message("server_error", {"said": "503."}))
KEEP = RetryDecision(Action.KEEP)


def fall(outage: OutageGuard, tuning: Tuning) -> tuple[int, RetryDecision]:
    """Answer 503 until the run stops: after how many calls, and the decision."""
    for call in range(1, 1000):
        action = FAIL if call % (tuning.retries + 1) == 0 else RETRY
        if (decision := outage.observe(DOWN, action, tuning)).action is Action.STOP:
            return call, decision
    raise AssertionError("it never stops")


@given(st.integers(1, 8), st.integers(1, 5), st.integers(1, 5000))
def test_an_outage_stays_within_its_bound(concurrency: int, retries: int, planned: int) -> None:
    """A provider that is fully down costs at most max(35, 10 % of the plan) calls: those in flight at the stop, and
    every probe, are among them; then only a person resumes the run."""
    tuning = Tuning(concurrency, 1, retries=retries)
    bound = max(35, planned // 10)
    outage = OutageGuard.of(planned)
    calls, stop = fall(outage, tuning)
    calls += outage.max_in_flight(concurrency) - 1
    outage.unanswered = calls
    probes = 0
    while (again := outage.auto_resume(stop.reason, 0.0)) is not None:
        outage = OutageGuard.of(planned, again.tries, again.unanswered)
        sent, stop = fall(outage, tuning)
        assert (sent, outage.max_in_flight(concurrency)) == (1, 1)
        probes += 1
    assert calls + probes <= bound
    assert probes > 0


def test_three_answers_cut_off_in_a_row_stop_also_a_run_with_drafts() -> None:
    """One draft that is too long is given up; when the next ones are cut off too, it is no longer that draft."""
    cut, fail = Reply(200, "{", finish="length"), RetryDecision(Action.FAIL, Message("cut_off"))
    again = RetryDecision(Action.RETRY, Message("cut_off"))
    guard = OutageGuard.of(100, kept_any=True)
    seen = [guard.observe(cut, decision, Tuning()).action for decision in (again, fail, again, fail)]
    assert seen == [Action.RETRY, Action.FAIL, Action.RETRY, Action.STOP]
    guard.observe_kept(1, "", Tuning())
    assert guard.observe(cut, fail, Tuning()).action is Action.FAIL


def test_answers_to_other_requests_count_together() -> None:
    """A gateway that hands back an old answer shows itself in other ids, then in the text."""
    guard = OutageGuard.of(100, kept_any=True)
    for cause in ("replayed", "wrong_id"):
        guard.observe_kept(0, cause, Tuning())
    with pytest.raises(Stopped):
        guard.observe_kept(0, "wrong_id", Tuning())


def test_a_probe_that_is_answered_opens_the_run() -> None:
    """One call finds out; after its answer all of them go, and the next outage starts counting from nothing."""
    outage = OutageGuard.of(100, tries=3, unanswered=20)
    assert outage.max_in_flight(8) == 1
    outage.observe(GOOD, KEEP, Tuning(8, 1))
    assert outage.max_in_flight(8) == 8
    _, stop = fall(outage, Tuning(8, 1))
    again = outage.auto_resume(stop.reason, 1000.0)
    assert again is not None
    assert (again.tries, again.at) == (1, 1030.0)


def test_the_waits_grow_to_ten_minutes() -> None:
    """30 s, then twice as long each time, 10 minutes at most."""
    waits, outage = [], OutageGuard.of(100)
    for _ in range(7):
        again = outage.auto_resume("provider_down", 0.0)
        assert again is not None
        waits.append(again.at)
        outage = OutageGuard.of(100, again.tries, again.unanswered)
    assert waits == [30, 60, 120, 240, 480, 600, 600]


@pytest.mark.parametrize("code", ["budget", "key", "quota", "late", "nothing_usable", "long_wait"])
def test_what_only_a_person_can_fix_is_not_resumed(code: str) -> None:
    """Money, keys and settings do not fix themselves."""
    assert OutageGuard.of(100).auto_resume(code, 0.0) is None


def test_a_deadline_that_is_too_short_is_no_outage() -> None:
    """Calls that are all late stop the run saying what to do, and the run is not resumed by itself."""
    outage, late = (
        OutageGuard.of(100),
        RetryDecision(Action.RETRY, Message("late", {"said": "no answer within 1 s"}), doubt=True),
    )
    outage.observe(Late("p", "late"), late, Tuning(2, 1, retries=1))
    stop = outage.observe(Late("p", "late"), replace(late, action=Action.FAIL), Tuning(2, 1, retries=1))
    assert (stop.action, stop.reason, "deadline_s" in str(stop.message)) == (Action.STOP, "late", True)


def test_a_few_failed_calls_stop_nothing() -> None:
    """A few calls without an answer, then a good one, stop nothing."""
    outage, tuning = OutageGuard.of(100), Tuning(8, 1, retries=3)
    for _ in range(10):
        assert outage.observe(NotSent("p", "refused"), RETRY, tuning).action is Action.RETRY
    outage.observe(GOOD, KEEP, tuning)
    assert (outage.unanswered, outage.max_extra_calls) == (0, MIN_EXTRA_CALLS)


def test_the_first_call_to_an_unknown_model_goes_alone() -> None:
    """One call until a usable draft has come, one at a time while answers hold nothing; then all of them."""
    outage = OutageGuard.of(100, is_known=False)
    assert outage.max_in_flight(8) == 1
    outage.observe(GOOD, KEEP, Tuning(8, 1))
    outage.observe_kept(0, "length", Tuning(8, 1))
    assert (outage.max_in_flight(8), outage.is_healthy) == (1, False)
    outage.observe_kept(1, "", Tuning(8, 1))
    assert (outage.max_in_flight(8), outage.is_healthy) == (8, True)


def test_a_known_model_starts_at_full_speed() -> None:
    """What wrote drafts before is asked by all calls at once; an answer without one makes it unknown again."""
    outage = OutageGuard.of(100, is_known=True)
    assert outage.max_in_flight(8) == 8
    outage.observe(GOOD, KEEP, Tuning(8, 1))
    outage.observe_kept(0, "length", Tuning(8, 1))
    assert outage.max_in_flight(8) == 1


def empty_answers(outage: OutageGuard, cause: str, asked: int) -> int:
    """How many answers without a usable draft stop a run."""
    for answers in range(1, 100):
        try:
            outage.observe_kept(0, cause, Tuning(8, 1), asked=asked)
        except Stopped:
            return answers
    raise AssertionError("it never stops")


@pytest.mark.parametrize(
    ("cause", "asked", "planned", "bought"),
    [
        ("wrong_language", 2, 100, 2),
        ("schema", 3, 100, 2),
        ("schema", 1, 100, 4),
        ("schema", 1, 1, 3),
        ("length", 3, 2, 4),
        ("length", 3, 100, 24),
    ],
)
def test_a_run_without_any_draft_stops_soon(cause: str, asked: int, planned: int, bought: int) -> None:
    """Two answers refused whole for one cause stop it (four items at least); what comes by chance, two calls beyond the
    plan."""
    assert empty_answers(OutageGuard.of(planned), cause, asked) == bought


def test_a_run_with_drafts_is_patient() -> None:
    """A model that wrote usable drafts is asked on after a few refused answers, also when the run was resumed."""
    assert empty_answers(OutageGuard.of(2, kept_any=True), "schema", 3) == 24


def test_refusals_of_calls_sent_together_are_one_round() -> None:
    """64 calls refused at once pause nothing: 36 rounds do, each sent after the refusals before it were known."""
    outage, tuning = OutageGuard.of(1000), Tuning(64, 1)
    slow = RetryDecision(Action.SLOW, Message("rate", {"said": "429."}))
    refused = Reply(429, text="")
    for _ in range(64):
        assert outage.observe(refused, slow, tuning, sent_at=0.0, now=0.1).action is Action.SLOW
    actions = [outage.observe(refused, slow, tuning, sent_at=at + 0.5, now=at + 0.6).action for at in range(35)]
    assert actions[-2:] == [Action.SLOW, Action.STOP]
