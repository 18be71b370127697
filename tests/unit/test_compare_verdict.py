"""Which arm is best, and when that may be said."""

from __future__ import annotations

from dataclasses import replace

from engine.compare import ArmReport, ComparisonVerdict, sentence
from engine.compare.figures import compared
from engine.compare.spread import Pace
from engine.compare.verdict import judge
from engine.spec import Tuning

FOUR, FIVE = (9.8, 10.0, 10.2), (7.9, 8.0, 8.1)


def arm(name: str, seconds: tuple[float, ...], cost: float = 0.01, success: float = 1.0, place: int = 1) -> ArmReport:
    paces = tuple(Pace(40, took) for took in seconds)
    speed = 40 * len(paces) / sum(seconds)
    made = ArmReport(name, Tuning(place), len(paces), (), paces, items_per_s=speed, success_rate=success)
    return replace(made, cost_a_draft=cost, tokens_an_item=1000 * cost)


def judged(*arms: ArmReport) -> ComparisonVerdict:
    verdict = judge(arms, 1)
    assert verdict is not None
    return verdict


def test_a_clear_difference_is_real() -> None:
    """Trials that are a quarter apart and 2 % wide prove it."""
    verdict = judged(arm("slow", FOUR), arm("fast", FIVE))
    assert (verdict.best, verdict.second, verdict.code, verdict.real) == ("fast", "slow", "real", True)
    assert verdict.ci_low is not None
    assert 1 < verdict.ci_low < verdict.ratio == 1.25


def test_trials_that_overlap_prove_nothing() -> None:
    """Arms whose trials lie among each other are not distinguished."""
    verdict = judged(arm("one", (9.0, 10.0, 11.0)), arm("other", (8.8, 9.9, 11.0)))
    assert (verdict.code, verdict.real) == ("unproved", False)
    assert "more trials" in str(sentence(verdict))
    assert str(sentence(verdict)).startswith("No clear difference in speed: other 1.01× as fast as one, 95 % CI")


def test_one_trial_proves_nothing() -> None:
    """However far apart, two single trials are not a proof."""
    verdict = judged(arm("slow", (10.0,)), arm("fast", (1.0,)))
    assert (verdict.best, verdict.code, verdict.real, verdict.ci_low) == ("fast", "few_trials", False, None)


def test_an_arm_alone_has_no_verdict() -> None:
    """There is nothing to compare with one arm, or with none that was measured."""
    assert judge([arm("alone", FOUR)], 1) is None
    assert judge([], 1) is None


def test_a_lossy_arm_is_not_the_best() -> None:
    """Arms that fill their slots go before a faster one that does not, and the sentence names it."""
    arms = (arm("slow", FOUR), arm("fast", FIVE), arm("lossy", (2.0, 2.0, 2.0), success=0.8))
    verdict = judged(*arms)
    assert verdict.best == "fast"
    assert "Success under 95 %: lossy." in str(sentence(verdict, arms))


def test_of_equally_cheap_arms_the_fastest_is_named() -> None:
    """Costs within five per cent are the same cost, and the sentence names both."""
    assert judged(arm("slow", FOUR, 0.0100), arm("fast", FIVE, 0.01005)).cheapest == "fast"
    assert judged(arm("slow", FOUR, 0.005), arm("fast", FIVE, 0.01)).cheapest == "slow"
    near = [arm("slow", FOUR, 0.0100), arm("fast", FIVE, 0.0104)]
    assert str(sentence(judged(*near), near)).endswith("slow, fast cost about the same: $0.01 per draft.")


def test_without_prices_tokens_are_the_cost() -> None:
    """Where no price is known the arm with the fewest tokens a draft is the cheapest."""
    arms = [replace(arm(name, FOUR, cost), cost_a_draft=0.0) for name, cost in (("dear", 0.02), ("cheap", 0.01))]
    assert judged(*arms).cheapest == "cheap"


def test_efficient_arms_are_not_beaten_in_both() -> None:
    """Speed for more money and money for less speed are both efficient; less of both is not."""
    arms = compared([arm("cheap", FOUR, 0.005), arm("fast", FIVE, 0.01), arm("neither", (12.0,) * 3, 0.02)])
    assert [one.efficient for one in arms] == [True, True, False]


def test_speedup_is_over_serial() -> None:
    """The arm called serial is 1, whatever its speed; without it one call of one draft is; else the slowest."""
    fast, slow = arm("other", FIVE, place=4), arm("serial", FOUR, place=2)
    assert [one.speedup for one in compared([fast, slow])] == [1.25, 1.0]
    named = [arm("1 x 1", FIVE), arm("4 x 1", FOUR, place=4)]
    assert [one.speedup for one in compared(named)] == [1.0, 0.8]
    assert [one.speedup for one in compared([arm("a", FIVE, place=4), arm("b", FOUR, place=3)])] == [1.25, 1.0]
