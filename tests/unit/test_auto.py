"""auto chooses what brings the most kept drafts a second."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from engine.generate.autotune import Auto
from engine.limiter.limits import Limits
from engine.spec import Tuning

FREE = Limits()


def settle(limits: Limits, kept: Callable[[int], float], start: int = 3, item_s: float = 0.25) -> Auto:
    """Let auto watch 300 calls of the batch sizes it chooses itself."""
    auto, owed = Auto(Tuning(8, start, auto=True), 8), 0.0
    for call in range(300):
        size = auto.tuning.batch_size
        owed += size * kept(size)
        auto.observe(float(call), size, int(owed), 1.2 + item_s * size, limits)
        owed -= int(owed)
    return auto


def test_batch_grows_while_items_hold() -> None:
    """When every item is valid, a larger batch is always better: auto ends at ten."""
    assert settle(FREE, lambda size: 1.0).tuning.batch_size == 10


def test_batch_stops_where_replies_come_short() -> None:
    """30 % missing at batch 8, growing with the batch: auto settles where the goodput is highest, 5 to 8."""
    assert 5 <= settle(FREE, lambda size: 1 - 0.3 * (size - 1) / 7).tuning.batch_size <= 8


def test_a_cut_answer_shrinks_the_batch() -> None:
    """An answer that broke off for its length makes the next packets smaller, at once."""
    auto = Auto(Tuning(8, 6, auto=True), 8)
    auto.observe(0.0, 6, 4, 3.0, FREE, cut=True)
    assert auto.tuning.batch_size == 5


def test_concurrency_follows_littles_law() -> None:
    """At 60 calls a minute and 3.7 s a call, four are in flight and one to spare."""
    assert settle(Limits(rpm=60), lambda size: 1.0).tuning.concurrency == 5


def test_the_guides_ranges_are_never_passed() -> None:
    """Whatever it measures, auto stays within 1..8 and 1..10."""
    auto = settle(Limits(rpm=10_000), lambda size: 1.0, item_s=0.0)
    assert all(choice.after.batch_size <= 10 and choice.after.concurrency <= 8 for choice in auto.changes)


def test_the_rest_is_shared() -> None:
    """The last slots are spread over the workers, unless calls are what is scarce."""
    auto = settle(FREE, lambda size: 1.0)
    assert auto.batch_size(16, FREE) == 2
    assert auto.batch_size(16, Limits(rpm=30)) == 10


def test_small_calls_alone_are_judged_beside_the_size_in_use() -> None:
    """A short run shares its slots in packets of one, far below the batch size it started from: auto chooses on."""
    auto = Auto(Tuning(8, 4, auto=True), 8)
    for call in range(3):
        auto.observe(float(call), 1, 1, 1.0, FREE)
    assert 1 <= auto.tuning.batch_size <= 4


def test_every_change_has_a_reason() -> None:
    """Changes are in order, each begins where the last ended, each has a reason."""
    choices = settle(FREE, lambda size: 1.0).changes
    assert all(one.after == two.before for one, two in itertools.pairwise(choices))
    assert all(choice.why for choice in choices)
