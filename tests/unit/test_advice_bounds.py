"""Advice, whatever the figures: it can be followed, it can be said, and it does not come and go."""

from __future__ import annotations

import math
from dataclasses import asdict
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st

from engine.limiter.limits import Limits
from engine.messages.advice import ADVICE
from engine.providers import Profile, adjusted
from engine.reports.advice import Facts, Replies, advise
from engine.reports.advice.facts import _GAINS
from engine.reports.advice.stable import checkpoint, next_checkpoint
from engine.spec import Tuning
from tests.unit.test_advice import BOUNDS, COMPARED, RATE, SPEEDS


def test_every_text_is_of_a_rule() -> None:
    """Each code has a text, and what a text names beside a code is known too."""
    codes = {code.removeprefix("advice.") for code in ADVICE if code.startswith("advice.")}
    assert {code for code, _, _ in BOUNDS} | {"errors", "throttled", "fewer_at_once", "busy"} | COMPARED == codes
    assert set(_GAINS) < codes
    bottlenecks = [words for code, words in ADVICE.items() if code.startswith("bottleneck.")]
    assert not any(name for words in bottlenecks for _, name, _, _ in Formatter().parse(words))


@given(st.lists(st.booleans(), min_size=10, max_size=400))
def test_advice_on_failures_ends_at_a_checkpoint_only(fates: list[bool]) -> None:
    """Between two checkpoints advice on failed drafts can come, and cannot go and come again."""
    given, failed = [], 0
    for n, ok in enumerate(fates, 1):
        failed += not ok
        given.append(any(one.code == "errors" for one in advise(Facts(drafted=n - failed, failed=failed))))
    for n in range(11, len(given)):
        assert not given[n - 1] or given[n] or next_checkpoint(n + 1) != next_checkpoint(n)


@given(st.integers(1, 10**7))
def test_checkpoints_lie_close_together(n: int) -> None:
    """The checkpoints around a number are at most a quarter apart."""
    assert checkpoint(n) <= n <= next_checkpoint(n) <= 1.25 * checkpoint(n)
    assert checkpoint(next_checkpoint(n)) == next_checkpoint(n)


COUNTS = st.integers(0, 5_000)


PROFILE = Profile("p", "https://example.com", deadline_s=0.15, limits=Limits(rpm=12345), max_tokens=777)


@given(
    st.builds(
        Facts,
        n=COUNTS,
        ended=st.booleans(),
        drafted=COUNTS,
        failed=COUNTS,
        cancelled=COUNTS,
        calls=COUNTS,
        http_429=COUNTS,
        broken=COUNTS,
        late=COUNTS,
        deadline_s=st.floats(0.1, 3600),
        cause=st.sampled_from(["", "late", "schema", "unreachable"]),
        cut_tokens=st.integers(0, 1_000_000),
        learned=st.booleans(),
        forecast_items_per_s=st.floats(0, 100),
        tuning=st.builds(
            Tuning, st.integers(1, 8), st.integers(1, 10), st.integers(0, 5), st.integers(0, 2000), st.booleans()
        ),
        limits=st.builds(Limits, rpm=st.integers(0, 100), max_in_flight=st.integers(0, 5)),
        wall_s=st.just(0.0) | st.floats(0.01, 1e5),
        items_per_s=st.none() | st.floats(0.01, 100),
        latency_s=st.just(0.0) | st.floats(0.001, 60),
        bottleneck=st.sampled_from(["", "rate", "in_flight", "tokens", "concurrency"]),
        speeds=st.sampled_from([{}, SPEEDS, RATE]),
        replies=st.dictionaries(
            st.integers(1, 10), st.builds(Replies, st.just(60), st.integers(0, 30), st.integers(0, 30))
        ),
        most_in_flight=st.integers(0, 8),
        tokens_early=st.none() | st.floats(1, 1e4),
        tokens_late=st.none() | st.floats(1, 1e4),
        commit_ms=st.floats(0, 1e4),
        rss_mb=st.floats(0, 1e5),
    )
)
def test_whatever_the_figures_advice_can_be_followed(facts: Facts) -> None:
    """No figures break a rule; what is advised differs from what is, is in the guide's ranges, and can be said."""
    for advice in advise(facts):
        tuned = {name: value for name, value in advice.settings.items() if name in asdict(facts.tuning)}
        assert not tuned or Tuning(**{**asdict(facts.tuning), **tuned}) != facts.tuning  # type: ignore[arg-type]
        for name, value in advice.settings.items() - tuned.items():
            assert adjusted(PROFILE, **{name: value}) != PROFILE, name
            assert value != {"rpm": facts.limits.rpm, "deadline_s": facts.deadline_s}.get(name)
        assert advice.gain is None or (math.isfinite(advice.gain) and advice.gain > 1)
        assert str(advice.message).endswith(".")
