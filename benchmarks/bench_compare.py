"""The comparison of the presets, as `draftmill compare` makes it: the guide's speed-ups, and the forecast's error."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.kit import Claim
from engine import Job, Overrides, Runner, RunSpec, Store, compare
from engine.clock import RealClock
from engine.compare import ArmReport
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from engine.reports import PRESETS, tuning_for

SCALE = 4.0
TRIALS = 3
SPEC = RunSpec("cloze", "en", (2,), ("Campus", "Travel", "Daily life"), per_combo=8)
NO_SLOWER = 0.97  # a trial's own spread


def claims() -> Iterator[Claim]:
    """Four in flight are worth 3.6 to 4.2 times; what was forecast is what was measured."""
    arms = measured()
    four = arms["concurrent"].speedup or 0.0
    yield Claim("four in flight against one", "3.6-4.2 x", f"{four:.2f} x", 3.6 <= four <= 4.2)
    for name in ("serial", "concurrent", "batch", "combined"):
        arm = arms[name]
        forecast, seen = arm.predicted_items_per_s or 0.0, arm.items_per_s or 0.0
        off = seen / forecast - 1 if forecast else 1.0
        low, high = arm.guide_band or (0.0, 0.0)
        guide = f"{arm.speedup or 0.0:.2f} x, the guide {low:g}-{high:g} x"
        yield Claim(
            f"{name}: forecast",
            "within 10 %",
            f"{forecast:.2f}/s, measured {seen:.2f}/s ({off:+.1%}); {guide}",
            abs(off) <= 0.10,
        )
    auto, best = arms["auto"].items_per_s or 0.0, max(arm.items_per_s or 0.0 for arm in arms.values())
    yield Claim("auto among the presets", "the fastest", f"{auto:.2f}/s of {best:.2f}/s", auto >= NO_SLOWER * best)


def measured() -> dict[str, ArmReport]:
    """Every preset, three trials, on the practice provider as it starts for a newcomer."""
    settings = PracticeSettings(time_scale=SCALE, retry_after_in="scaled")
    with tempfile.TemporaryDirectory() as folder, PracticeProcess(settings) as practice:
        clock, catalog = RealClock(SCALE), Catalog.load(Path(folder) / "none.toml")
        with (
            Store.open(Path(folder) / "bench.db", clock) as store,
            Runner(store, catalog, clock) as runner,
        ):
            job = Job(SPEC, tuning_for("serial", SPEC.slots), overrides=Overrides(base_url=practice.base_url))
            arms = compare.preset_arms(list(PRESETS), SPEC.slots)
            made = compare.start(store, runner, job, arms, TRIALS, seed=1)
            for row in store.runs.page(len(arms) * TRIALS, comparison_id=made):
                runner.join(row.id, 0.1)
            return {arm.name: arm for arm in compare.report(store, made).arms}
