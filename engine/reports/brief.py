"""
A run in a list, as plain JSON: the same shape on the command line and over HTTP.
"""

from __future__ import annotations

from typing import Any

from engine.reports.metrics import summarise
from engine.runners.run_status import run_status_now
from engine.store import RunRow


def brief_of(row: RunRow) -> dict[str, Any]:
    """The figures of a run in a list: times in unix seconds, money in USD, speed in drafts/s."""
    totals, summary = row.totals, summarise(row.totals)
    names = ("planned", "drafted", "failed", "calls", "http_429", "cost_usd", "in_doubt", "in_doubt_usd")
    return {
        "run": row.id,
        "purpose": row.purpose,
        "state": run_status_now(row),
        **{
            name: getattr(row, name)
            for name in ("reason", "reason_code", "created_at", "kind", "lang", "provider", "model")
        },
        **{name: getattr(totals, name) for name in names},
        "items_per_s": rounded(summary.items_per_s),
    }


def rounded(value: float | None) -> float | None:
    """Four decimal places, enough for a rate."""
    return None if value is None else round(value, 4)
