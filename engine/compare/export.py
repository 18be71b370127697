"""
A report as JSON and CSV: one object or line per arm, with the names of the metrics in design.md. Pure.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from engine.compare.advice import about
from engine.compare.figures import ArmReport
from engine.compare.quality import Group
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
WORTH = ("cost_per_approved", "approved_per_h")


def to_json(report: ComparisonReport) -> list[dict[str, Any]]:
    """One object per arm; `trials` counts the finished ones, `drafts` is N, None means not measured."""
    return [_arm(report, arm) for arm in report.arms]


def to_csv(report: ComparisonReport) -> str:
    """The same as CSV with a header; a name that a spreadsheet would compute gets an apostrophe in front."""
    text = io.StringIO()
    rows = to_json(report)
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        flat = {name: _pairs(value) for name, value in row.items() if isinstance(value, dict)}
        writer.writerow({**row, **flat, "name": _inert(row["name"]), "advice": " ".join(row["advice"])})
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
        **_writer(arm),
        **_quality(arm),
        "advice": [one.code for one in report.advice if arm.name in about(one)],
        "limit_note": arm.limit_note.code.removeprefix("estimate.") or None,
    }


def _writer(arm: ArmReport) -> dict[str, Any]:
    """Who writes and who judges; None: nobody judges."""
    judge = arm.judge or None
    names = ("provider", "model", "temperature")
    return {**{name: getattr(arm, name) for name in names}, "style": arm.style or None, "judge": judge}


def _quality(arm: ArmReport) -> dict[str, Any]:
    """What the drafts were worth; shares are 0..1, times minutes, money USD."""
    quality = arm.quality
    low, high = quality.accepted.interval if quality.accepted.whole else (None, None)
    return {
        **{name: _rounded(getattr(arm, name)) for name in WORTH},
        "decided": quality.accepted.whole,
        "approved": quality.accepted.part,
        "acceptance_low": _rounded(low),
        "acceptance_high": _rounded(high),
        "refused_share": _rounded(quality.refused.value),
        "flagged_share": _rounded(quality.flagged.value),
        "flags": dict(quality.flags),
        "second_model_score": _rounded(quality.score),
        "level_share": _rounded(quality.above),
        "second_model_usd": _rounded(quality.judge_usd),
        "review_minutes_per_approved": _rounded(quality.minutes_per_approved),
        "by_batch": {str(size): _group(one) for size, one in quality.by_size.items()},
        "by_place": {str(place): _group(one) for place, one in quality.by_place.items()},
        "yield_by_batch": {str(size): _rounded(one.kept.value) for size, one in quality.by_size.items()},
    }


def _group(one: Group) -> dict[str, float | int | None]:
    """Drafts of one batch size, or of one place in the packet."""
    return {
        "drafts": one.drafts,
        "decided": one.accepted.whole,
        "acceptance": _rounded(one.accepted.value),
        "flagged_share": _rounded(one.flagged.value),
        "repeated_share": _rounded(one.repeated.value),
    }


def _rounded(value: float | None) -> float | None:
    """Round to six significant figures, which removes floating-point noise."""
    return None if value is None else float(f"{value:.6g}")


def _pairs(counts: dict[str, Any]) -> str:
    """ "markup=3 length=1"; of a group of drafts its acceptance."""
    plain = {name: one["acceptance"] if isinstance(one, dict) else one for name, one in counts.items()}
    return " ".join(f"{name}={value}" for name, value in plain.items() if value is not None)


def _inert(name: str) -> str:
    return "'" + name if name.startswith(FORMULA_SIGNS) else name
