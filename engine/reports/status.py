"""
A run as plain JSON, for scripts: the same shape on the command line and over HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.reports.advice import Advice
from engine.reports.advice.from_rows import advice_for
from engine.reports.brief import rounded
from engine.reports.progress import Progress, progress_of
from engine.runners.run_status import run_status_now
from engine.store import Store


def status_of(store: Store, run: int) -> dict[str, Any]:
    """
    A run's figures and the codes of the advice on it.

    Raises:
        UnknownRun: there is no such run.
    """
    figures = figures_of(progress_of(store, run, cells=False))
    return {**figures, **advice_figures(advice_for(store, run))}


def advice_figures(given: Sequence[Advice]) -> dict[str, Any]:
    """Advice as plain JSON: its codes, and each piece with its English text and the settings it proposes."""
    return {
        "advice": [one.code for one in given],
        "suggestions": [{"code": one.code, "text": str(one.message), "settings": one.settings} for one in given],
    }


def figures_of(at: Progress) -> dict[str, Any]:
    """The figures of a run by their names on the command line; speeds in drafts/s, times in seconds, money in USD."""
    totals, summary = at.totals, at.summary
    return {
        "run": at.run.id,
        "state": run_status_now(at.run),
        "reason": at.run.reason,
        "reason_code": at.run.reason_code,
        "planned": totals.planned,
        "drafted": totals.drafted,
        "failed": totals.failed,
        "cancelled": totals.cancelled,
        "open": totals.open,
        "cached": totals.cached,
        "calls": totals.calls,
        "http_429": totals.http_429,
        "wall_s": round(summary.wall_s, 3),
        "items_per_s": rounded(summary.items_per_s),
        "limit_items_per_s": rounded(at.limit_items_per_s),
        "share_of_limit": rounded(at.share_of_limit),
        "limit_note": at.limit_note.code.removeprefix("estimate.") or None,
        "success_rate": rounded(summary.success_rate),
        "error_rate": rounded(summary.error_rate),
        "tokens_in": totals.tokens_in,
        "tokens_out": totals.tokens_out,
        "cost_usd": round(totals.cost_usd, 6),
        "cost_is_estimate": totals.cost_is_estimate,
        "price_known": at.price_known,
        "in_doubt": totals.in_doubt,
        "in_doubt_usd": round(totals.in_doubt_usd, 6),
        "retry_at": at.run.retry_at,
    }
