"""
Comparisons: one RunSpec run with several Tunings at equal N, in several trials.

    arms       the Tunings to compare, checked
    lifecycle  estimate, start, cancel, resume
    figures    the figures of each arm, with `spread` for the intervals
    verdict    which arm is best, and whether the difference is real
    advice     which settings to use, and which arms to change
    report     all of it for one comparison; `table` and `export` write it as a table, JSON and CSV

The runner makes the runs like any others; every figure is computed from their rows.
"""

from engine.compare.advice import about
from engine.compare.arms import MOST_RUNS, TRIALS, Arm, check, grid_arms, preset_arms
from engine.compare.export import to_csv, to_json
from engine.compare.figures import GUIDE_BANDS, ArmReport
from engine.compare.lifecycle import ComparisonEstimate, cancel, estimate_comparison, resume, start
from engine.compare.report import ComparisonReport, State, report, reports
from engine.compare.table import COLUMNS
from engine.compare.verdict import ComparisonVerdict, sentence

__all__ = [
    "COLUMNS",
    "GUIDE_BANDS",
    "MOST_RUNS",
    "TRIALS",
    "Arm",
    "ArmReport",
    "ComparisonEstimate",
    "ComparisonReport",
    "ComparisonVerdict",
    "State",
    "about",
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
    "to_json",
]
