"""
The front door of the engine: what a screen, a command or a script needs, and nothing else.

    store = Store.open()
    with Runner(store, Catalog.load()) as runner:
        run = runner.submit(Job(RunSpec("cloze", "ja", (3,), ("Campus",), per_combo=10), PRESETS["combined"]))
        print(runner.join(run).state)
"""

from engine.bounds import LEVELS
from engine.errors import DraftmillError, SpecError, StoreError, UnknownRun
from engine.kinds import blank_range, length_range
from engine.outlook import Estimate, Progress, estimate, progress
from engine.providers import Catalog, Profile, adjusted
from engine.providers.practice import Fault, PracticeSettings
from engine.runners import Job, Overrides, Placed, Runner, job_of, key_of
from engine.spec import (
    BATCH_SIZE,
    CONCURRENCY,
    KINDS,
    LANGS,
    LEVEL_NAMES,
    PER_COMBO,
    PRESETS,
    RETRIES,
    THROTTLE_MS,
    AlignmentOptions,
    ClozeOptions,
    Limits,
    Recommendation,
    RunSpec,
    ShadowingOptions,
    Tuning,
    options_from_json,
    recommend,
    split_topics,
    tuning_for,
)
from engine.store import DraftFilter, DraftRow, RunRow, Store, Totals, home
from engine.work import Flag, plan

__all__ = [
    "BATCH_SIZE",
    "CONCURRENCY",
    "KINDS",
    "LANGS",
    "LEVELS",
    "LEVEL_NAMES",
    "PER_COMBO",
    "PRESETS",
    "RETRIES",
    "THROTTLE_MS",
    "AlignmentOptions",
    "Catalog",
    "ClozeOptions",
    "DraftFilter",
    "DraftRow",
    "DraftmillError",
    "Estimate",
    "Fault",
    "Flag",
    "Job",
    "Limits",
    "Overrides",
    "Placed",
    "PracticeSettings",
    "Profile",
    "Progress",
    "Recommendation",
    "RunRow",
    "RunSpec",
    "Runner",
    "ShadowingOptions",
    "SpecError",
    "Store",
    "StoreError",
    "Totals",
    "Tuning",
    "UnknownRun",
    "adjusted",
    "blank_range",
    "estimate",
    "home",
    "job_of",
    "key_of",
    "length_range",
    "options_from_json",
    "plan",
    "progress",
    "recommend",
    "split_topics",
    "tuning_for",
]
