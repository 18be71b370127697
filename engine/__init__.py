"""
The front door of the engine: what a screen, a command or a script needs, and nothing else.

    store = Store.open()
    with Runner(store, Catalog.load()) as runner:
        run = runner.submit(Job(RunSpec(kind, "ja", (3,), ("Campus",), per_combo=10), PRESETS["combined"]))
        print(runner.join(run).state)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine import compare, export
    from engine.clock import clock_time
    from engine.doctor import Finding, Report, examine, providers_to_ask, said, shown, worst
    from engine.errors import DraftmillError, ExportError, SpecError, StoreError, UnknownRun
    from engine.job import ComparisonPlace, Job, Overrides, job_of
    from engine.judge import Saving, saving
    from engine.judge.opinion import ACCEPT_AT, ASPECTS, REJECT_BELOW, Thresholds
    from engine.limiter.limits import Limits
    from engine.money.cost import midnight
    from engine.money.price import Price
    from engine.practice import Fault, PracticeSettings
    from engine.process import draftmill_version, memory_mb, peak_memory_mb
    from engine.profiles import keep, key_of, refresh_prices
    from engine.providers import Catalog, Profile, adjusted
    from engine.reports.advice import Advice, sentence, shown_evidence
    from engine.reports.advice.from_rows import advice_for
    from engine.reports.brief import brief_of
    from engine.reports.estimate import Estimate, estimate
    from engine.reports.progress import Progress, progress
    from engine.reports.status import status_of
    from engine.review.edit import apply_fix, edit_draft
    from engine.runners.reviews import Review
    from engine.runners.run_status import interrupted
    from engine.runners.thread import Runner
    from engine.spec import (
        BATCH_SIZE,
        CONCURRENCY,
        LANGS,
        LEVEL_NAMES,
        LEVELS,
        PER_COMBO,
        PRESETS,
        RETRIES,
        THROTTLE_MS,
        Recommendation,
        RunSpec,
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
        Cleanup,
        CleanupResult,
        DraftFilter,
        DraftRow,
        Edit,
        Facets,
        OpinionCounts,
        OpinionRow,
        ReviewCounts,
        ReviewSession,
        RunRow,
        Store,
        Totals,
    )
    from engine.work import Flag, plan, revision

__all__ = [
    "ACCEPT_AT",
    "ASPECTS",
    "BATCH_SIZE",
    "CONCURRENCY",
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
    "Catalog",
    "ChangeRow",
    "CheckRow",
    "Cleanup",
    "CleanupResult",
    "ComparisonPlace",
    "DraftFilter",
    "DraftRow",
    "DraftmillError",
    "Edit",
    "Estimate",
    "ExportError",
    "Facets",
    "Fault",
    "Finding",
    "Flag",
    "Job",
    "Limits",
    "OpinionCounts",
    "OpinionRow",
    "Overrides",
    "PracticeSettings",
    "Price",
    "Profile",
    "Progress",
    "Recommendation",
    "Report",
    "Review",
    "ReviewCounts",
    "ReviewSession",
    "RunRow",
    "RunSpec",
    "Runner",
    "Saving",
    "SpecError",
    "Store",
    "StoreError",
    "Thresholds",
    "Totals",
    "Tuning",
    "UnknownRun",
    "adjusted",
    "advice_for",
    "apply_fix",
    "brief_of",
    "clock_time",
    "compare",
    "draftmill_version",
    "edit_draft",
    "estimate",
    "examine",
    "export",
    "interrupted",
    "job_of",
    "keep",
    "key_of",
    "memory_mb",
    "midnight",
    "options_from_json",
    "peak_memory_mb",
    "plan",
    "progress",
    "providers_to_ask",
    "recommend",
    "refresh_prices",
    "revision",
    "said",
    "saving",
    "sentence",
    "shown",
    "shown_evidence",
    "split_topics",
    "status_of",
    "tuning_for",
    "worst",
]

_MODULES = {
    "engine.clock": ("clock_time",),
    "engine.doctor": ("Finding", "Report", "examine", "providers_to_ask", "said", "shown", "worst"),
    "engine.errors": ("DraftmillError", "ExportError", "SpecError", "StoreError", "UnknownRun"),
    "engine.job": ("ComparisonPlace", "Job", "Overrides", "job_of"),
    "engine.judge": ("Saving", "saving"),
    "engine.judge.opinion": ("ACCEPT_AT", "ASPECTS", "REJECT_BELOW", "Thresholds"),
    "engine.limiter.limits": ("Limits",),
    "engine.money.cost": ("midnight",),
    "engine.money.price": ("Price",),
    "engine.practice": ("Fault", "PracticeSettings"),
    "engine.process": ("draftmill_version", "memory_mb", "peak_memory_mb"),
    "engine.profiles": ("keep", "key_of", "refresh_prices"),
    "engine.providers": ("Catalog", "Profile", "adjusted"),
    "engine.reports.advice": ("Advice", "sentence", "shown_evidence"),
    "engine.reports.advice.from_rows": ("advice_for",),
    "engine.reports.estimate": ("Estimate", "estimate"),
    "engine.reports.progress": ("Progress", "progress"),
    "engine.reports.brief": ("brief_of",),
    "engine.reports.status": ("status_of",),
    "engine.review.edit": ("apply_fix", "edit_draft"),
    "engine.runners.reviews": ("Review",),
    "engine.runners.run_status": ("interrupted",),
    "engine.runners.thread": ("Runner",),
    "engine.spec": (
        "BATCH_SIZE",
        "CONCURRENCY",
        "LANGS",
        "LEVEL_NAMES",
        "LEVELS",
        "PER_COMBO",
        "PRESETS",
        "RETRIES",
        "THROTTLE_MS",
        "Recommendation",
        "RunSpec",
        "Tuning",
        "options_from_json",
        "recommend",
        "split_topics",
        "tuning_for",
    ),
    "engine.store": (
        "AcceptanceRow",
        "ChangeRow",
        "CheckRow",
        "Cleanup",
        "CleanupResult",
        "DraftFilter",
        "DraftRow",
        "Edit",
        "Facets",
        "OpinionCounts",
        "OpinionRow",
        "ReviewCounts",
        "ReviewSession",
        "RunRow",
        "Store",
        "Totals",
    ),
    "engine.work": ("Flag", "plan", "revision"),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: no command pays for what it does not need."""
    if name in ("compare", "export"):
        return import_module(f"engine.{name}")
    if name not in _WHERE:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(_WHERE[name]), name)
    return found
