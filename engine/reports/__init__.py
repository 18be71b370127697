"""
What the screens show and advise, computed from rows: estimate, progress, figures, quality, money, advice, health.

This is the package's public API; a name is imported when it is first used. Beside its own functions it holds the rows
they return and the guide's values (ranges, presets, recommendations) that a form shows.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.clock import clock_time as clock_time
    from engine.doctor import Finding as Finding
    from engine.doctor import Report as Report
    from engine.doctor import examine as examine
    from engine.doctor import providers_to_ask as providers_to_ask
    from engine.doctor import worst as worst
    from engine.judge import Saving as Saving
    from engine.judge.opinion import ACCEPT_AT as ACCEPT_AT
    from engine.judge.opinion import REJECT_BELOW as REJECT_BELOW
    from engine.judge.opinion import Thresholds as Thresholds
    from engine.money.cost import midnight as midnight
    from engine.process import draftmill_version as draftmill_version
    from engine.process import memory_mb as memory_mb
    from engine.process import owner_name as owner_name
    from engine.reports.advice import Advice as Advice
    from engine.reports.advice.from_rows import advice_for as advice_for
    from engine.reports.agreement import ENOUGH_DOUBLE as ENOUGH_DOUBLE
    from engine.reports.agreement import Agreement as Agreement
    from engine.reports.brief import brief_of as brief_of
    from engine.reports.estimate import Estimate as Estimate
    from engine.reports.estimate import estimate_of as estimate_of
    from engine.reports.metrics import ERROR_TARGET as ERROR_TARGET
    from engine.reports.metrics import SUCCESS_TARGET as SUCCESS_TARGET
    from engine.reports.progress import Progress as Progress
    from engine.reports.progress import progress_of as progress_of
    from engine.reports.quality import ENOUGH_DECIDED as ENOUGH_DECIDED
    from engine.reports.quality import AcceptanceGroup as AcceptanceGroup
    from engine.reports.quality import Person as Person
    from engine.reports.quality import Quality as Quality
    from engine.reports.quality import Timeline as Timeline
    from engine.reports.quality import acceptance_by as acceptance_by
    from engine.reports.quality import acceptance_over_time as acceptance_over_time
    from engine.reports.quality import quality_of as quality_of
    from engine.reports.request import first_request as first_request
    from engine.reports.second_model import ReviewForecast as ReviewForecast
    from engine.reports.second_model import review_forecast as review_forecast
    from engine.reports.second_model import saving_of as saving_of
    from engine.reports.spend import ENOUGH_APPROVED as ENOUGH_APPROVED
    from engine.reports.spend import PRACTICE as PRACTICE
    from engine.reports.spend import ApprovedCost as ApprovedCost
    from engine.reports.spend import Spend as Spend
    from engine.reports.spend import SpendFilter as SpendFilter
    from engine.reports.spend import cost_per_approved as cost_per_approved
    from engine.reports.spend import narrowed as narrowed
    from engine.reports.spend import spend_by as spend_by
    from engine.reports.spend import spend_csv as spend_csv
    from engine.reports.spend import spend_of as spend_of
    from engine.reports.spend import spend_over_time as spend_over_time
    from engine.reports.status import status_of as status_of
    from engine.reports.words import Coverage as Coverage
    from engine.reports.words import coverage_of as coverage_of
    from engine.runners.run_status import interrupted as interrupted
    from engine.spec import LANGS as LANGS
    from engine.spec import LEVEL_NAMES as LEVEL_NAMES
    from engine.spec import LEVELS as LEVELS
    from engine.spec import PRESETS as PRESETS
    from engine.spec import RANGES as RANGES
    from engine.spec import recommend as recommend
    from engine.spec import topic_list_errors as topic_list_errors
    from engine.spec import tuning_for as tuning_for
    from engine.spec.topics import read_topic_list as read_topic_list
    from engine.store import AcceptanceRow as AcceptanceRow
    from engine.store import ChangeRow as ChangeRow
    from engine.store import CheckRow as CheckRow
    from engine.store import CleanupResult as CleanupResult
    from engine.store import Deletion as Deletion
    from engine.store import Facets as Facets
    from engine.store import HeldRun as HeldRun
    from engine.store import OpinionRow as OpinionRow
    from engine.store import QualityFilter as QualityFilter
    from engine.store import ReviewCounts as ReviewCounts
    from engine.store import RunFilter as RunFilter
    from engine.store import RunOrder as RunOrder
    from engine.store import WorkerRow as WorkerRow
    from engine.work import Flag as Flag
    from engine.work import revision as revision

_MODULES = {
    "engine.clock": ("clock_time",),
    "engine.doctor": ("Finding", "Report", "examine", "providers_to_ask", "worst"),
    "engine.judge": ("Saving",),
    "engine.judge.opinion": ("ACCEPT_AT", "REJECT_BELOW", "Thresholds"),
    "engine.money.cost": ("midnight",),
    "engine.process": ("draftmill_version", "memory_mb", "owner_name"),
    "engine.reports.advice": ("Advice",),
    "engine.reports.advice.from_rows": ("advice_for",),
    "engine.reports.agreement": ("ENOUGH_DOUBLE", "Agreement"),
    "engine.reports.brief": ("brief_of",),
    "engine.reports.estimate": ("Estimate", "estimate_of"),
    "engine.reports.metrics": ("ERROR_TARGET", "SUCCESS_TARGET"),
    "engine.reports.progress": ("Progress", "progress_of"),
    "engine.reports.request": ("first_request",),
    "engine.reports.second_model": ("ReviewForecast", "review_forecast", "saving_of"),
    "engine.reports.quality": (
        "ENOUGH_DECIDED",
        "AcceptanceGroup",
        "Person",
        "Quality",
        "Timeline",
        "acceptance_by",
        "acceptance_over_time",
        "quality_of",
    ),
    "engine.reports.spend": (
        "ENOUGH_APPROVED",
        "PRACTICE",
        "ApprovedCost",
        "Spend",
        "SpendFilter",
        "cost_per_approved",
        "narrowed",
        "spend_by",
        "spend_csv",
        "spend_of",
        "spend_over_time",
    ),
    "engine.reports.status": ("status_of",),
    "engine.reports.words": ("Coverage", "coverage_of"),
    "engine.runners.run_status": ("interrupted",),
    "engine.spec": (
        "LANGS",
        "LEVEL_NAMES",
        "LEVELS",
        "PRESETS",
        "RANGES",
        "recommend",
        "topic_list_errors",
        "tuning_for",
    ),
    "engine.spec.topics": ("read_topic_list",),
    "engine.store": (
        "AcceptanceRow",
        "ChangeRow",
        "CheckRow",
        "CleanupResult",
        "Deletion",
        "Facets",
        "HeldRun",
        "OpinionRow",
        "QualityFilter",
        "ReviewCounts",
        "RunFilter",
        "RunOrder",
        "WorkerRow",
    ),
    "engine.work": ("Flag", "revision"),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import the module of a public name when the name is first used (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
