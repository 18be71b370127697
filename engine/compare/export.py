"""
A report as JSON and CSV: one object or line an arm, under the metrics' names of design.md. Pure.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from engine.compare.figures import ArmReport
from engine.compare.report import ComparisonReport

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MEASURES = (
    "items_per_s",
    "ci_low",
    "ci_high",
    "speedup",
    "predicted_items_per_s",
    "limit_items_per_s",
    "share_of_limit",
    "success_rate",
    "error_rate",
    "rate_429",
    "tokens_an_item",
    "cost_a_draft",
    "cost_an_approved_draft",
    "acceptance",
)


def to_json(report: ComparisonReport) -> list[dict[str, Any]]:
    """One object an arm; `trials` are those that ended, `drafts` is N, what has not been measured is None."""
    return [_arm(report, arm) for arm in report.arms]


def to_csv(report: ComparisonReport) -> str:
    """The same as lines under a heading; a name that a spreadsheet would compute is quoted with an apostrophe."""
    text = io.StringIO()
    rows = to_json(report)
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "name": _inert(row["name"])})
    return text.getvalue()


def _arm(report: ComparisonReport, arm: ArmReport) -> dict[str, Any]:
    tuning = arm.tuning
    return {
        "name": arm.name,
        "concurrency": tuning.concurrency,
        "batch_size": tuning.batch_size,
        "retries": tuning.retries,
        "throttle_ms": tuning.throttle_ms,
        "trials": arm.trials_done,
        "drafts": report.drafts,
        **{name: _rounded(getattr(arm, name)) for name in MEASURES},
        "yield": _rounded(arm.yield_rate),
    }


def _rounded(value: float | None) -> float | None:
    """Six significant figures: more than was measured, and no noise of the floating point."""
    return None if value is None else float(f"{value:.6g}")


def _inert(name: str) -> str:
    return "'" + name if name.startswith(FORMULA_SIGNS) else name
