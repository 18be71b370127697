"""
Comparisons: one RunSpec run with several settings (model, second model, Tuning) at equal N, in several trials.

    arms       the settings to compare, checked; `writers` makes those that differ in model, temperature, second model
    lifecycle  estimate, start, cancel, resume
    figures    the figures of each arm, with `spread` for the intervals
    verdict    which arm is best, and whether the difference is real
    advice     which settings to use, and which arms to change
    report     all of it for one comparison; `table` and `export` write it as a table, JSON and CSV

The runner makes the runs like any others; every figure is computed from their rows.
"""

from engine.compare.advice import about
from engine.compare.arms import MOST_ROWS, MOST_RUNS, TRIALS, Arm, check, grid_arms, preset_arms
from engine.compare.export import to_csv, to_json
from engine.compare.figures import GUIDE_BANDS, ArmReport
from engine.compare.lifecycle import ComparisonEstimate, cancel, estimate_comparison, resume, start
from engine.compare.report import ComparisonReport, State, report, reports, state_of
from engine.compare.table import COLUMNS
from engine.compare.verdict import ComparisonVerdict, sentence
from engine.compare.writers import PARTS, Writer, crossed, read_writer, tiering, with_provider

__all__ = [
    "COLUMNS",
    "GUIDE_BANDS",
    "MOST_ROWS",
    "MOST_RUNS",
    "PARTS",
    "TRIALS",
    "Arm",
    "ArmReport",
    "ComparisonEstimate",
    "ComparisonReport",
    "ComparisonVerdict",
    "State",
    "Writer",
    "about",
    "cancel",
    "check",
    "crossed",
    "estimate_comparison",
    "grid_arms",
    "preset_arms",
    "read_writer",
    "report",
    "reports",
    "resume",
    "sentence",
    "start",
    "state_of",
    "tiering",
    "to_csv",
    "to_json",
    "with_provider",
]
