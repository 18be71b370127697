"""
The Compare form read, and filled in from a comparison that was kept.
"""

from __future__ import annotations

from typing import Any

from dashboard import compare_form, forms
from dashboard.screens.compare.state import FORM
from dashboard.screens.form.provider import profile_chosen
from dashboard.screens.form.reading import ceiling_of, read_job
from engine import Job, RunRow, SpecError, Tuning, compare, job_of
from engine.reports import PRESETS


def read() -> tuple[Job | None, tuple[compare.Arm, ...], list[SpecError]]:
    """
    Read the whole form.

    Returns:
        The Job (each arm has its own Tuning in its place), the arms, and one error a field at fault.
    """
    values = FORM.values()
    chosen, found = compare_form.read_arms(values, ceiling_of(profile_chosen(FORM)), forms.count(values))
    job, errors = read_job(FORM, Tuning(), "", found)
    return job, chosen, errors


def values_of(report: compare.ComparisonReport, row: RunRow) -> dict[str, Any]:
    """
    Fill the form in as a comparison was started.

    Args:
        report: The comparison.
        row: One of its runs.
    """
    tunings = [arm.tuning for arm in report.arms]
    by_name = all(arm.name in PRESETS for arm in report.arms)
    values = {name: sorted({getattr(tuning, name) for tuning in tunings}) for name in compare_form.GRID}
    sides = {f"grid_{name}": ", ".join(map(str, numbers)) for name, numbers in values.items()}
    return {
        **forms.values_of(job_of(row)),
        **({"arms": [arm.name for arm in report.arms]} if by_name else sides),
        "arms_by": compare_form.PRESETS_SIDE if by_name else compare_form.GRID_SIDE,
        "trials": report.trials,
        "note": report.note,
    }
