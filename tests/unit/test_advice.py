"""Advice: each rule on its table of figures, and the words it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.limiter.limits import Limits
from engine.reports.advice import Advice, Facts, QualityFacts, Replies, advise
from engine.spec import Tuning

SPEEDS = {batch: 4 * batch / (1.2 + 0.25 * batch) for batch in range(1, 11)}
"""Four calls in flight of 1.2 s and 0.25 s an item."""
FLAT = dict.fromkeys(range(1, 11), 1.0)
RATE = {batch: float(batch) for batch in range(1, 11)}
"""A limit of 60 calls a minute."""
WELL = Facts(
    n=99,
    drafted=80,
    calls=60,
    tuning=Tuning(4, 3),
    wall_s=60.0,
    items_per_s=2.5,
    latency_s=1.95,
    bottleneck="concurrency",
    speeds=SPEEDS,
    replies={3: Replies(180, 2)},
    most_in_flight=4,
    tokens_early=700.0,
    tokens_late=720.0,
    commit_ms=2.0,
    rss_mb=180.0,
)
"""A run that needs no advice."""


def only(**changes: Any) -> Advice | None:
    """The one piece of advice on a run that is well but for these figures; None if there is none."""
    found = advise(replace(WELL, **changes))
    assert len(found) <= 1
    return found[0] if found else None


def advised(code: str, **changes: Any) -> Advice:
    """The advice of this code, among what is said about a run that is well but for these figures."""
    return next(advice for advice in advise(replace(WELL, **changes)) if advice.code == code)


def test_a_run_that_is_well_gets_no_advice() -> None:
    """Nothing is said where nothing is wrong, nor where nothing is known."""
    assert advise(WELL) == advise(Facts()) == advise(Facts(ended=True)) == ()


COMPARED = {"use_arm", "more_trials", "arms_refused", "arms_lossy"}
"""Advice on comparisons: test_compare_advice."""
ONE, BAD = Tuning(4, 1), QualityFacts(60, 20)

# Fires just past its bound and not at it. 120 calls in 60 s, 150 slots settled.
BOUNDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("slow_down", {"calls": 120, "http_429": 12}, {"calls": 120, "http_429": 13}),
    ("low_success", {"drafted": 95, "cancelled": 5}, {"drafted": 94, "cancelled": 6}),
    ("unstable_network", {"calls": 100, "broken": 5}, {"calls": 100, "broken": 6}),
    ("smaller_batch", {"replies": {3: Replies(180, 18)}}, {"replies": {3: Replies(180, 19)}}),
    ("idle_concurrency", {"most_in_flight": 4}, {"most_in_flight": 3}),
    ("tokens_rising", {"tokens_late": 875.0}, {"tokens_late": 876.0}),
    ("slow_writes", {"commit_ms": 50.0}, {"commit_ms": 51.0}),
    ("memory", {"rss_mb": 1024.0}, {"rss_mb": 1025.0}),
    ("big_job", {"n": 99}, {"n": 100}),
    ("deadline", {"calls": 100, "late": 5, "deadline_s": 60.0}, {"calls": 100, "late": 6, "deadline_s": 60.0}),
    ("unusable", {"replies": {3: Replies(180, 0, 90)}}, {"replies": {3: Replies(180, 0, 91)}}),
    ("slow_pace", {"forecast_items_per_s": 12.5}, {"forecast_items_per_s": 12.6}),
    ("lower_quality", {"quality": {3: BAD, 1: QualityFacts(60, 12)}}, {"quality": {3: BAD, 1: QualityFacts(60, 2)}}),
    ("low_quality", {"own": QualityFacts(100, 38)}, {"own": QualityFacts(100, 41)}),
    (
        "cut_off",
        {"tuning": ONE, "replies": {1: Replies(20, 2)}, "cut_tokens": 800},
        {"tuning": ONE, "replies": {1: Replies(20, 3)}, "cut_tokens": 800},
    ),
]


@pytest.mark.parametrize(("code", "at", "past"), BOUNDS, ids=[code for code, _, _ in BOUNDS])
def test_a_rule_fires_past_its_bound(code: str, at: dict[str, Any], past: dict[str, Any]) -> None:
    """Advice is given past the target, not at it, and alone where one thing is wrong."""
    assert only(**at) is None
    advice = only(**past)
    assert advice is not None and advice.code == code


def test_errors_fire_past_their_bound() -> None:
    """More than 5 % failed drafts name their cause; they are missing from the successes too."""
    assert only(drafted=95, failed=5) is None
    found = advise(replace(WELL, drafted=94, failed=6, cause="blank"))
    assert [advice.code for advice in found] == ["low_success", "errors"]
    for advice in found:
        assert advice.gain is None or "drafts instead of" in str(advice.message)
    assert found[1].evidence["cause"] == "blank"


@pytest.mark.parametrize(
    ("limits", "throttle_ms", "change"),
    [
        (Limits(), 0, {"throttle_ms": 800}),  # 80 accepted a minute x 97 %, in steps of 50 ms
        (Limits(rpm=60), 0, {"throttle_ms": 1050}),
        (Limits(rpm=10, window_s=10.0), 200, {"throttle_ms": 1050}),
        (Limits(rpm=31), 0, {"throttle_ms": 2000}),  # 30 a minute, the guide's longest
        (Limits(rpm=10), 0, {"rpm": 9}),  # no throttle is that long
        (Limits(rpm=60), 1500, {}),
        (Limits(max_in_flight=3), 0, {"concurrency": 3}),
    ],
)
def test_slowing_down_names_the_new_pace(limits: Limits, throttle_ms: int, change: Mapping[str, int]) -> None:
    """Too many 429s: the throttle that keeps under what was accepted, or the cap where that is the limit."""
    tuning = Tuning(4, 3, throttle_ms=throttle_ms)
    found = only(calls=100, http_429=20, limits=limits, tuning=tuning)
    assert found is not None and found.settings == change
    assert found.evidence["from_per_min"] == 100


def test_slowing_down_to_a_known_limit_has_a_gain() -> None:
    """Where the limit is known, what is expected is 97 % of its speed over the speed now; else nobody knows."""
    known = only(calls=100, http_429=20, limits=Limits(rpm=60), speeds=RATE, items_per_s=1.5)
    unknown = only(calls=100, http_429=20, speeds=RATE, items_per_s=1.5)
    assert known is not None and known.gain == pytest.approx(0.97 * 3 / 1.5)
    assert unknown is not None and unknown.gain is None


@pytest.mark.parametrize(("retries", "more"), [(0, 2), (2, 4), (4, 5), (5, None)])
def test_more_retries_up_to_the_guides_end(retries: int, more: int | None) -> None:
    """An unstable network and failed drafts ask for two more retries, never past 5."""
    tuning, change = Tuning(4, 3, retries), {} if more is None else {"retries": more}
    assert advised("unstable_network", calls=100, broken=20, tuning=tuning).settings == change
    assert advised("errors", drafted=80, failed=20, tuning=tuning).settings == change


def test_retries_gain_what_they_save() -> None:
    """With 2 retries of a call that fails every second time one in eight is lost; with 4 one in 32."""
    assert advised("errors", drafted=875, failed=125).gain == pytest.approx((31 / 32) / (7 / 8))
    assert advised("unstable_network", calls=100, broken=50).gain == pytest.approx((31 / 32) / (7 / 8))


@pytest.mark.parametrize(
    ("speeds", "replies", "batch", "fast"),
    [
        (SPEEDS, {8: Replies(80, 24)}, 4, False),  # larger is faster however much is lost: half the loss
        (RATE, {8: Replies(80, 24)}, 4, False),
        (SPEEDS, {8: Replies(80, 60)}, 4, True),
        (SPEEDS, {8: Replies(80, 40), 2: Replies(40, 0), 4: Replies(40, 0)}, 4, True),  # measured beats expected
        ({}, {8: Replies(80, 24)}, 4, False),
    ],
)
def test_short_replies_ask_for_the_best_smaller_batch(
    speeds: Mapping[int, float], replies: Mapping[int, Replies], batch: int, fast: bool
) -> None:
    """The smaller batch with the most kept drafts a second; where none is faster, one that loses half, as a hint."""
    found = only(tuning=Tuning(4, 8), replies=replies, speeds=speeds)
    assert found is not None and found.settings == {"batch_size": batch}
    assert (found.severity, found.gain is not None) == (("warn", True) if fast else ("hint", False))


@pytest.mark.parametrize("tuning", [Tuning(4, 8, auto=True), Tuning(4, 1)])
def test_batch_advice_is_not_for_everybody(tuning: Tuning) -> None:
    """auto chooses its own batch, and no batch is smaller than 1."""
    assert only(tuning=tuning, replies={8: Replies(80, 40), 1: Replies(80, 40)}) is None


@pytest.mark.parametrize(
    ("changes", "code", "change"),
    [
        ({"bottleneck": "rate", "speeds": RATE, "limits": Limits(rpm=60)}, "idle_concurrency", {"batch_size": 5}),
        ({"bottleneck": "rate", "speeds": RATE, "replies": {}}, "idle_concurrency", {"concurrency": 2}),
        (
            {"bottleneck": "in_flight", "speeds": dict.fromkeys(range(1, 11), 1.0)},
            "idle_concurrency",
            {"concurrency": 2},
        ),
        ({"tuning": Tuning(4, 3, throttle_ms=900)}, "throttled", {"throttle_ms": 487}),
        ({"tuning": Tuning(4, 3, throttle_ms=900), "limits": Limits(rpm=100)}, "throttled", {"throttle_ms": 600}),
    ],
)
def test_idle_concurrency_says_what_holds(changes: dict[str, Any], code: str, change: Mapping[str, int]) -> None:
    """In-flight never reached: a larger batch where calls are scarce, a shorter throttle, or fewer workers."""
    found = only(most_in_flight=2, **changes)
    assert found is not None and (found.code, found.settings, found.severity) == (code, change, "hint")


def test_few_calls_prove_nothing_while_a_run_goes() -> None:
    """One refusal in three calls is advised on only when the run has ended."""
    few = replace(WELL, calls=3, http_429=1, drafted=4, failed=1)
    assert advise(few) == ()
    assert [advice.code for advice in advise(replace(few, ended=True))] == ["slow_down", "low_success", "errors"]


def test_refusals_within_the_limit_ask_for_no_slower_calls() -> None:
    """A pace is never advised that is faster than the one that was refused."""
    found = only(calls=100, http_429=20, limits=Limits(rpm=600), ended=True)
    assert found is not None and (found.code, found.settings) == ("busy", {})


def test_slow_writes_count_where_calls_wait_for_them() -> None:
    """Three commits of 100 ms beside a call of 1.95 s: without them it is 1.15 x as fast, if concurrency limits it."""
    found = only(commit_ms=100.0)
    assert found is not None and found.gain == pytest.approx(1 + 0.3 / 1.95)
    assert advised("slow_writes", commit_ms=100.0, bottleneck="rate").gain is None


def test_warnings_come_first() -> None:
    """What loses drafts or money comes before what could be better."""
    found = advise(replace(WELL, n=5_000, rss_mb=2_000.0, tokens_late=2_000.0, calls=100, http_429=50))
    assert [advice.code for advice in found] == ["slow_down", "memory", "tokens_rising", "big_job"]


def test_a_sentence_says_seen_way_out_and_gain() -> None:
    """The words hold the figures, from what to what, and the factor."""
    found = only(calls=100, http_429=20, limits=Limits(rpm=60), speeds=RATE, items_per_s=1.5)
    assert found is not None
    assert str(found.message) == (
        "20.0 % of the calls were refused (429: 20 of 100). Slow down from 100 to 58 calls a minute, or set the "
        "provider's limit (rpm). Set throttle_ms from 0 to 1,050. Expected: 1.94 x the speed."
    )


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        ({"deadline_s": 5.0}, {"deadline_s": 10}),
        ({"deadline_s": 0.4}, {"deadline_s": 0.8}),
        ({"deadline_s": 5.0, "late": 100}, {"deadline_s": 60}),
        ({"deadline_s": 3600.0}, {"batch_size": 1}),
        ({"deadline_s": 3600.0, "tuning": ONE, "replies": {}}, {}),
    ],
)
def test_a_short_deadline_is_called_one(changes: dict[str, Any], settings: Mapping[str, float]) -> None:
    """Calls that end at the deadline ask for a longer one, or smaller packets where it is the longest; no retries."""
    found = only(**{"calls": 100, "late": 50, **changes})
    assert found is not None and (found.code, found.settings) == ("deadline", settings)
    assert "deadline of" in str(found.message) and "retries" not in str(found.message)


def test_unusable_content_asks_for_no_retries() -> None:
    """Where every reply is unusable more retries are never advised, nor to ask again for what is missing."""
    ill: dict[str, Any] = {"drafted": 0, "failed": 80, "cause": "schema", "tuning": Tuning(4, 3, 1)}
    replies = {3: Replies(240, 0, 240), 1: Replies(80, 0, 80)}
    found = advise(replace(WELL, ended=True, unusable_cause="schema", replies=replies, **ill))
    assert [advice.code for advice in found] == ["unusable"]
    assert found[0].settings == {} and "A field is missing or wrong" in str(found[0].message)


@pytest.mark.parametrize("cause", ["late", "cut_off", "key", "moderation"])
def test_retries_are_for_what_passes(cause: str) -> None:
    """A cause that another attempt does not change asks for no retries."""
    assert advised("errors", drafted=60, failed=20, cause=cause).settings == {}


def test_memory_names_the_concurrency() -> None:
    """Too much memory: half the calls at once."""
    found = only(rss_mb=2_000.0)
    assert found is not None and found.settings == {"concurrency": 2}
    assert "concurrency of 4" in str(found.message)


def test_better_drafts_in_smaller_packets_are_advised_on() -> None:
    """The surest measure counts first: a person's decisions, then a second model's scores, then flags."""
    decided = {3: QualityFacts(90, 0, 40, 40), 2: QualityFacts(90, 0, 60, 20), 1: QualityFacts(90, 0, 79, 1)}
    found = only(quality=decided)
    assert found is not None and (found.evidence["measure"], found.settings) == ("rejected", {"batch_size": 2})
    scored = only(quality={3: QualityFacts(90, scored=50, low=30), 1: QualityFacts(90, scored=50, low=5)})
    assert scored is not None and (scored.evidence["measure"], scored.settings) == ("low_score", {"batch_size": 1})
    assert only(quality={3: QualityFacts(19, 19), 1: QualityFacts(90)}) is None


@pytest.mark.parametrize(
    ("changes", "slowed", "settings"),
    [
        ({"learned": True, "bottleneck": "rate", "speeds": RATE}, "limit", {"batch_size": 5}),
        ({"learned": True, "bottleneck": "rate", "speeds": FLAT}, "limit", {}),
        ({"late": 30, "deadline_s": 9.0}, "unanswered", {}),
        ({}, "unknown", {}),
    ],
)
def test_a_slow_pace_says_what_takes_the_time(
    changes: dict[str, Any], slowed: str, settings: Mapping[str, float]
) -> None:
    """Under a fifth of the forecast; where calls are scarce a larger batch helps."""
    found = advised("slow_pace", forecast_items_per_s=50.0, **changes)
    assert (found.evidence["slowed"], found.settings) == (slowed, settings)
