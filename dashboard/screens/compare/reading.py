"""
The Compare form read, and filled in from a comparison that was kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard import compare_form, forms, shared
from dashboard.screens.compare.state import FORM
from dashboard.screens.form.provider import profile_chosen
from dashboard.screens.form.reading import ceiling_of, read_job
from engine import Job, RunRow, RunSpec, SpecError, Tuning, compare, job_of
from engine.review import find_style


def read() -> tuple[Job | None, tuple[compare.Arm, ...], list[SpecError]]:
    """
    Read the whole form.

    Returns:
        The Job (each arm has its own Tuning in its place), the arms, and one error a field at fault.
    """
    values = FORM.values()
    ceiling, providers = ceiling_of(profile_chosen(FORM)), shared.catalog().names()
    styles, unknown = _styles(values)
    chosen, found = compare_form.read_arms(values, ceiling, forms.count(values), providers, styles)
    found += unknown
    job, errors = read_job(FORM, Tuning(), "", found)
    return job, chosen, errors


def _styles(values: dict[str, Any]) -> tuple[list[compare.StyleNote], list[SpecError]]:
    """The style notes chosen, and an error for one of another kind or language."""
    try:
        found = [find_style(shared.store(), ref, values["kind"], values["lang"]) for ref in values["styles"]]
    except SpecError as error:
        return [], [error.renamed("styles")]
    return found, []


def values_of(report: compare.ComparisonReport, row: RunRow) -> dict[str, Any]:
    """
    Fill the form in as a comparison was started.

    Args:
        report: The comparison.
        row: One of its runs.
    """
    arms = [compare.Arm.from_json(raw) for raw in shared.store().comparisons.get(report.id).arms]
    job = job_of(row)
    base = RunSpec.from_json(shared.store().comparisons.get(report.id).spec)
    return {
        **forms.values_of(replace(job, spec=base, judge=None)),
        **compare_form.values_of(arms),
        "trials": report.trials,
        "note": report.note,
    }
