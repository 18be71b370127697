"""
The public API of the engine: what a screen, a command or a script needs to make drafts and read them.

    store = Store.open()
    with Runner(store, Catalog.load()) as runner:
        run = runner.submit(Job(RunSpec(kind, "ja", (3,), ("Campus",), per_combo=10), Tuning(4, 3)))
        print(runner.join(run).state)

Sub-packages have an API of their own: `kinds`, `profiles` (providers, limits, prices), `reports` (figures and advice),
`compare` and `export`. A name is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.errors import DraftmillError as DraftmillError
    from engine.errors import SpecError as SpecError
    from engine.errors import StoreError as StoreError
    from engine.errors import UnknownRun as UnknownRun
    from engine.job import Job as Job
    from engine.job import Overrides as Overrides
    from engine.job import job_of as job_of
    from engine.review.edit import apply_fix as apply_fix
    from engine.review.edit import edit_draft as edit_draft
    from engine.runners.reviews import Review as Review
    from engine.runners.thread import Runner as Runner
    from engine.spec import RunSpec as RunSpec
    from engine.spec import Tuning as Tuning
    from engine.spec import options_from_json as options_from_json
    from engine.spec import split_topics as split_topics
    from engine.store import Cleanup as Cleanup
    from engine.store import DraftFilter as DraftFilter
    from engine.store import DraftRow as DraftRow
    from engine.store import RunRow as RunRow
    from engine.store import Store as Store

_MODULES = {
    "engine.errors": ("DraftmillError", "SpecError", "StoreError", "UnknownRun"),
    "engine.job": ("Job", "Overrides", "job_of"),
    "engine.review.edit": ("apply_fix", "edit_draft"),
    "engine.runners.reviews": ("Review",),
    "engine.runners.thread": ("Runner",),
    "engine.spec": ("RunSpec", "Tuning", "options_from_json", "split_topics"),
    "engine.store": ("Cleanup", "DraftFilter", "DraftRow", "RunRow", "Store"),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import the module of a public name when the name is first used (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


__all__ = [
    "Cleanup",
    "DraftFilter",
    "DraftRow",
    "DraftmillError",
    "Job",
    "Overrides",
    "Review",
    "RunRow",
    "RunSpec",
    "Runner",
    "SpecError",
    "Store",
    "StoreError",
    "Tuning",
    "UnknownRun",
    "apply_fix",
    "edit_draft",
    "job_of",
    "options_from_json",
    "split_topics",
]
