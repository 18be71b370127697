"""
This machine: the database, the memory of this process, the versions of what it runs on.
"""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from engine.doctor.findings import Finding, judge_database, judge_level_check
from engine.errors import StoreError
from engine.kinds import gates_off
from engine.process import draftmill_version, memory_mb, peak_memory_mb
from engine.store import Health, Store

PACKAGES = ("streamlit", "httpx", "aiohttp", "sqlmodel", "sqlalchemy", "plotly", "pydantic")


def look_at_database(store: Store) -> list[Finding]:
    """Is the database sound; takes seconds on a large file."""
    try:
        health = store.health()
    except StoreError as error:
        return [Finding("database", "bad", "database_closed", {"problem": error.message})]
    return [*judge_database(health), _versions(health)]


def look_at_memory() -> list[Finding]:
    """What this process holds, and whether it can check the levels of drafts."""
    memory = Finding("machine", "good", "memory", {"rss_mb": memory_mb(), "peak_mb": peak_memory_mb()})
    return [memory, *judge_level_check(gates_off())]


def _versions(health: Health) -> Finding:
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    figures = {
        "draftmill": draftmill_version(),
        "python": platform.python_version(),
        "database": health.version,
        "packages": packages,
    }
    return Finding("machine", "good", "versions", figures)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
