"""What a comparison advises."""

from __future__ import annotations

from dataclasses import replace

from engine.compare import ArmQuality, Share, recommended
from engine.compare.advice import about, advise
from engine.compare.figures import compared
from engine.compare.verdict import judge
from engine.reports.advice import Advice
from tests.unit.test_compare_verdict import FIVE, FOUR, arm


def advised(*arms: object, trials: int = 3) -> list[Advice]:
    made = compared(arms)  # type: ignore[arg-type]
    return list(advise(made, judge(made, 1), trials))


def test_a_proved_winner_is_offered_with_its_settings() -> None:
    """The fastest arm's settings can be applied; the sentence names the arm and what it gains."""
    [found] = advised(arm("serial", FOUR), arm("fast", FIVE, place=4))
    assert (found.code, found.settings["concurrency"], about(found)) == ("use_arm", 4, ("fast",))
    assert found.gain is not None and "fast is clearly the fastest" in str(found.message)


def test_the_advice_is_the_recommended_arm() -> None:
    """The fastest arm is not advised where another is recommended for its drafts: one page names one arm to use."""
    good, bad = (ArmQuality(accepted=Share(part, 60)) for part in (56, 39))
    fast = replace(arm("fast", FIVE, place=4), quality=bad, cost_per_approved=1.0)
    slow = replace(arm("slow", FOUR), quality=good, cost_per_approved=2.0)
    assert advised(fast, slow) == []
    assert [one.code for one in advised(replace(fast, quality=good), slow)] == ["use_arm"]


def test_where_nothing_is_approved_nothing_is_advised() -> None:
    """The fastest arm is not advised on a page that says that no setting can be recommended."""
    none = ArmQuality(accepted=Share(0, 60))
    assert advised(*(replace(one, quality=none) for one in (arm("fast", FIVE, place=4), arm("slow", FOUR)))) == []


def test_an_arm_without_drafts_is_named() -> None:
    """An arm that lost all of its drafts has no speed; its success is under the target all the same."""
    empty = replace(arm("empty", FOUR), items_per_s=0.0, success_rate=0.0)
    assert [(one.code, about(one)) for one in advised(arm("slow", FOUR), empty)] == [("arms_lossy", ("empty",))]


def test_an_arm_that_loses_drafts_is_not_recommended() -> None:
    """Where two others keep the target of success, the arm to use is one of them; else its success is said."""
    good = ArmQuality(accepted=Share(56, 60))
    one, two, three = (replace(arm(f"arm {n}", FOUR), quality=good, cost_per_approved=n) for n in (1.0, 2.0, 3.0))
    lossy = replace(one, success_rate=0.5)
    chosen = [recommended(arms, None) for arms in ([one, two, three], [lossy, two, three])]
    assert [found and found.arm for found in chosen] == ["arm 1.0", "arm 2.0"]
    found = recommended([lossy, two], None)
    assert found is not None and "Success under 95 %: arm 1.0." in str(found.why)


def test_an_unproved_winner_asks_for_trials() -> None:
    """Where the difference may be chance, twice the trials are advised, at least three; no setting is."""
    near = arm("one", (9.0, 10.0, 11.0)), arm("other", (8.8, 9.9, 11.0))
    [found] = advised(*near)
    assert (found.code, found.evidence["more"], found.settings) == ("more_trials", 6, {})
    assert str(found.message).endswith("For speed, run 6 trials of each in all.")
    single = [arm("slow", (10.0,)), arm("fast", (1.0,))]
    assert [one.evidence["more"] for one in advised(*single, trials=1)] == [3]
    assert advised(*near, trials=20) == []


def test_planned_trials_come_first() -> None:
    """While trials of the comparison are missing, no more of them are advised."""
    near = arm("one", (9.0, 10.0, 11.0)), arm("other", (8.8, 9.9, 11.0))
    assert advised(*near, trials=4) == []


def test_settings_that_all_arms_share_are_no_advice() -> None:
    """Models at the same settings differ by the model only: no setting is to be changed."""
    [found] = advised(arm("small", FIVE), arm("strong", FOUR))
    assert (found.code, found.settings) == ("use_arm", {})


def test_the_guide_is_shown_beside_speed_ups_over_serial_only() -> None:
    """Beside a speed-up over the slowest model the guide's would be a contradiction."""
    banded = [replace(arm(name, FIVE, place=place), guide_band=(8, 12)) for name, place in (("a", 4), ("b", 2))]
    assert [one.guide_band for one in compared(banded)] == [None, None]
    assert [one.guide_band for one in compared([*banded, arm("serial", FOUR)])][:2] == [(8, 12), (8, 12)]


def test_refused_and_lossy_arms_are_named() -> None:
    """An arm with over 10 % of 429s, and one under 95 % success, are warned about before all else."""
    refused = replace(arm("greedy", FIVE), rate_429=0.3)
    found = advised(refused, arm("lossy", (2.0, 2.0, 2.0), success=0.8), arm("slow", FOUR))
    assert [one.code for one in found] == ["arms_refused", "arms_lossy", "use_arm"]
    assert [about(one) for one in found[:2]] == [("greedy",), ("lossy",)]


def test_nothing_measured_is_advised_on_by_nothing() -> None:
    """Before two arms have ended there is no advice."""
    assert advise([], None, 3) == ()
