"""
The front door of the engine: what a screen, a command or a script needs, and nothing else.

    store = Store.open()
    with Runner(store, Catalog.load()) as runner:
        run = runner.submit(Job(RunSpec("cloze", "ja", (3,), ("Campus",), per_combo=10), PRESETS["combined"]))
        print(runner.join(run).state)
"""

from engine import compare, export
from engine.advice import Advice, sentence, shown_evidence
from engine.bounds import LEVELS
from engine.clock import clock_time
from engine.editing import amend, mend
from engine.errors import DraftmillError, ExportError, SpecError, StoreError, UnknownRun
from engine.kinds import blank_range, length_range
from engine.limits import Limits
from engine.opinion import ACCEPT_AT, ASPECTS, REJECT_BELOW, Thresholds, revision
from engine.outlook import Estimate, Progress, advice_for, estimate, progress
from engine.providers import Catalog, Profile, adjusted
from engine.providers.practice import Fault, PracticeSettings
from engine.runners import Job, Overrides, Placed, Review, Runner, interrupted, job_of, key_of
from engine.second_model import Saving, saving
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
    Recommendation,
    RunSpec,
    ShadowingOptions,
    Tuning,
    options_from_json,
    recommend,
    split_topics,
    tuning_for,
)
from engine.store import (
    AcceptanceRow,
    ChangeRow,
    CheckRow,
    DraftFilter,
    DraftRow,
    Edit,
    Facets,
    OpinionCounts,
    OpinionRow,
    ReviewCounts,
    RunRow,
    Sitting,
    Store,
    Sweep,
    Swept,
    Totals,
    home,
)
from engine.watch import peak_rss_mb, rss_mb
from engine.work import Flag, plan

__all__ = [
    "ACCEPT_AT",
    "ASPECTS",
    "BATCH_SIZE",
    "CONCURRENCY",
    "KINDS",
    "LANGS",
    "LEVELS",
    "LEVEL_NAMES",
    "PER_COMBO",
    "PRESETS",
    "REJECT_BELOW",
    "RETRIES",
    "THROTTLE_MS",
    "AcceptanceRow",
    "Advice",
    "AlignmentOptions",
    "Catalog",
    "ChangeRow",
    "CheckRow",
    "ClozeOptions",
    "DraftFilter",
    "DraftRow",
    "DraftmillError",
    "Edit",
    "Estimate",
    "ExportError",
    "Facets",
    "Fault",
    "Flag",
    "Job",
    "Limits",
    "OpinionCounts",
    "OpinionRow",
    "Overrides",
    "Placed",
    "PracticeSettings",
    "Profile",
    "Progress",
    "Recommendation",
    "Review",
    "ReviewCounts",
    "RunRow",
    "RunSpec",
    "Runner",
    "Saving",
    "ShadowingOptions",
    "Sitting",
    "SpecError",
    "Store",
    "StoreError",
    "Sweep",
    "Swept",
    "Thresholds",
    "Totals",
    "Tuning",
    "UnknownRun",
    "adjusted",
    "advice_for",
    "amend",
    "blank_range",
    "clock_time",
    "compare",
    "estimate",
    "export",
    "home",
    "interrupted",
    "job_of",
    "key_of",
    "length_range",
    "mend",
    "options_from_json",
    "peak_rss_mb",
    "plan",
    "progress",
    "recommend",
    "revision",
    "rss_mb",
    "saving",
    "sentence",
    "shown_evidence",
    "split_topics",
    "tuning_for",
]
