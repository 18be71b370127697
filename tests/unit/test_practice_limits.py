"""The practice provider's limits: what they accept in any stretch of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.practice.limits import PracticeLimiter, Verdict
from engine.practice.refuse import rate_headers, retry_after, too_many
from engine.practice.settings import PracticeSettings

GAPS = st.lists(st.floats(0, 3), min_size=1, max_size=120)


def accepted(limiter: PracticeLimiter, gaps: list[float]) -> list[float]:
    """Arrivals with these gaps between them; those that were accepted."""
    now, starts = 0.0, []
    for gap in gaps:
        now += gap
        if limiter.arrive(now) is None:
            starts.append(now)
            limiter.leave()
    return starts


@given(GAPS, st.integers(1, 9))
def test_no_window_holds_more_than_the_limit(gaps: list[float], rpm: int) -> None:
    """However calls arrive, no half-open window of window_s holds more than rpm starts."""
    starts = accepted(PracticeLimiter(PracticeSettings(rpm=rpm, window_s=10)), gaps)
    assert all(sum(first <= start < first + 10 for start in starts) <= rpm for first in starts)


@given(GAPS, st.integers(1, 9))
def test_even_spaces_the_starts(gaps: list[float], rpm: int) -> None:
    """Under the even shape n starts take n - 1 intervals, less a quarter of one."""
    interval = 10 / rpm
    starts = accepted(PracticeLimiter(PracticeSettings(rpm=rpm, window_s=10, shape="even")), gaps)
    for place, first in enumerate(starts):
        for steps, later in enumerate(starts[place:]):
            assert later - first >= (steps - 0.25) * interval - 1e-9


def test_a_window_lets_a_burst_through() -> None:
    """The window shape accepts rpm calls at one moment, and the next one when the first is window_s old."""
    limiter = PracticeLimiter(PracticeSettings(rpm=3, window_s=60))
    assert [limiter.arrive(5.0) for _ in range(4)] == [None, None, None, Verdict("rate", 60.0)]
    assert limiter.arrive(64.9) is not None
    assert limiter.arrive(65.0) is None


@given(GAPS, st.integers(1, 5), st.sampled_from(["window", "even"]))
def test_the_wait_that_is_told_is_enough(gaps: list[float], rpm: int, shape: str) -> None:
    """A refused call that comes back after the stated seconds is accepted."""
    limiter = PracticeLimiter(PracticeSettings.from_json({"rpm": rpm, "window_s": 10, "shape": shape}))
    now = 0.0
    for gap in gaps:
        now += gap
        verdict = limiter.arrive(now)
        if verdict is not None:
            now += verdict.wait_s + 1e-6
            assert limiter.arrive(now) is None


def test_refused_calls_take_no_place() -> None:
    """Calls into a full window do not keep it full, unless refused calls are set to count."""
    patient, strict = (
        PracticeLimiter(PracticeSettings(rpm=2, window_s=10, count_rejected=told)) for told in (False, True)
    )
    for now in range(12):
        last = patient.arrive(float(now)), strict.arrive(float(now))
    assert last[0] is None
    assert last[1] is not None


def test_in_flight_is_capped_and_comes_back() -> None:
    """At most max_in_flight calls are taken at one time; one that ends frees a place; a refusal takes no start."""
    limiter = PracticeLimiter(PracticeSettings(max_in_flight=2, rpm=3))
    assert [limiter.arrive(0.0) for _ in range(3)] == [None, None, Verdict("in_flight", 0.0)]
    limiter.leave()
    assert limiter.arrive(0.0) is None
    assert (limiter.in_flight, limiter.most_in_flight, limiter.remaining(0.0)) == (2, 2, 0)


def test_a_lower_limit_counts_the_starts_before_it() -> None:
    """Cutting rpm does not forget the window: calls are accepted again when enough of its starts are old."""
    limiter = PracticeLimiter(PracticeSettings(rpm=4, window_s=10))
    accepted(limiter, [0, 1, 1, 1])
    limiter.configure(PracticeSettings(rpm=2, window_s=10))
    assert limiter.free_in(4.0) == pytest.approx(8.0)
    assert limiter.arrive(12.0) is None


def test_without_limits_everything_is_let_in() -> None:
    """rpm 0 and max_in_flight 0 refuse nothing."""
    limiter = PracticeLimiter(PracticeSettings())
    assert all(limiter.arrive(0.0) is None for _ in range(1_000))


@pytest.mark.parametrize(
    ("scale", "unit", "told"), [(1.0, "real", "3"), (10.0, "real", "0.234"), (10.0, "scaled", "2.340")]
)
def test_retry_after_is_in_the_clients_seconds(scale: float, unit: str, told: str) -> None:
    """Retry-After is whole seconds at scale 1, else milliseconds of the machine's clock or of the scaled one."""
    settings = PracticeSettings.from_json({"time_scale": scale, "retry_after_in": unit})
    assert retry_after(settings, 2.34) == told


def test_a_429_may_keep_silent() -> None:
    """Without retry_after a 429 carries no header; with it one that is above 0 for both limits."""
    for verdict in (Verdict("rate", 7.2), Verdict("in_flight", 0.0)):
        assert too_many(PracticeSettings(retry_after=False), verdict).headers == {}
        assert float(too_many(PracticeSettings(), verdict).headers["retry-after"]) >= 1


def test_rate_headers_are_off_unless_asked_for() -> None:
    """x-ratelimit-* go out only where the settings say so, and count down."""
    settings = PracticeSettings(rpm=2, rate_headers=True)
    limiter = PracticeLimiter(settings)
    limiter.arrive(0.0)
    assert rate_headers(settings, limiter, 0.0)["x-ratelimit-remaining-requests"] == "1"
    assert rate_headers(PracticeSettings(rpm=2), limiter, 0.0) == {}
