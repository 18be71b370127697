"""
The comparison room: one RunSpec run with several Tunings at equal N, several trials, and what that proves.

Arms are chosen and checked in arms, set going in course, measured in figures, judged in verdict, told in report, export
and page. The runs themselves are made by the runner like any others; every figure is computed from their rows.
"""

from engine.compare.arms import MOST_RUNS, TRIALS, Arm, check, grid_arms, preset_arms
from engine.compare.course import ComparisonEstimate, cancel, estimate_comparison, resume, start
from engine.compare.export import to_csv, to_json
from engine.compare.figures import GUIDE_BANDS, ArmReport
from engine.compare.page import to_html
from engine.compare.report import Report, State, report, reports
from engine.compare.verdict import Verdict, sentence

__all__ = [
    "GUIDE_BANDS",
    "MOST_RUNS",
    "TRIALS",
    "Arm",
    "ArmReport",
    "ComparisonEstimate",
    "Report",
    "State",
    "Verdict",
    "cancel",
    "check",
    "estimate_comparison",
    "grid_arms",
    "preset_arms",
    "report",
    "reports",
    "resume",
    "sentence",
    "start",
    "to_csv",
    "to_html",
    "to_json",
]
