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
from engine.cost import midnight
from engine.doctor import (
    Finding,
    Report,
    examine,
    keep,
    providers_to_ask,
    refresh_prices,
    said,
    shown,
    worst,
)
from engine.doctor.machine import draftmill_version
from engine.editing import amend
from engine.errors import DraftmillError, ExportError, SpecError, StoreError, UnknownRun
from engine.kinds import blank_range, length_range
from engine.limits import Limits, Price
from engine.outlook import Estimate, Progress, advice_for, estimate, progress
from engine.providers import Catalog, Profile, adjusted
from engine.providers.practice import Fault, PracticeSettings
from engine.runners import Job, Overrides, Placed, Runner, interrupted, job_of, key_of
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
from engine.status import brief_of, status_of
from engine.store import (
    ChangeRow,
    DraftFilter,
    DraftRow,
    Facets,
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
    "Advice",
    "AlignmentOptions",
    "Catalog",
    "ChangeRow",
    "ClozeOptions",
    "DraftFilter",
    "DraftRow",
    "DraftmillError",
    "Estimate",
    "ExportError",
    "Facets",
    "Fault",
    "Finding",
    "Flag",
    "Job",
    "Limits",
    "Overrides",
    "Placed",
    "PracticeSettings",
    "Price",
    "Profile",
    "Progress",
    "Recommendation",
    "Report",
    "ReviewCounts",
    "RunRow",
    "RunSpec",
    "Runner",
    "ShadowingOptions",
    "Sitting",
    "SpecError",
    "Store",
    "StoreError",
    "Sweep",
    "Swept",
    "Totals",
    "Tuning",
    "UnknownRun",
    "adjusted",
    "advice_for",
    "amend",
    "blank_range",
    "brief_of",
    "clock_time",
    "compare",
    "draftmill_version",
    "estimate",
    "examine",
    "export",
    "home",
    "interrupted",
    "job_of",
    "keep",
    "key_of",
    "length_range",
    "midnight",
    "options_from_json",
    "peak_rss_mb",
    "plan",
    "progress",
    "providers_to_ask",
    "recommend",
    "refresh_prices",
    "rss_mb",
    "said",
    "sentence",
    "shown",
    "shown_evidence",
    "split_topics",
    "status_of",
    "tuning_for",
    "worst",
]
