"""
Comparisons: one RunSpec run with several settings (model, second model, Tuning) at equal N, in several trials.

    arms       the settings to compare, checked; `writers` makes those that differ in model, temperature, second model
    lifecycle  estimate, start, cancel, resume
    figures    the figures of each arm, with `spread` for the intervals
    verdict    which arm is fastest, and whether the difference is real
    quality    what the drafts were worth, with `shares` for the intervals and `worth` for money and time
    findings   who is approved more often, who is cheapest per approved draft, which arm to use; `packets`: which batch
    advice     which settings to use, and which arms to change
    pairs      blind pairs: which drafts are shown side by side, and what the answers say
    report     all of it for one comparison; `table` and `export` write it as a table, JSON and CSV

The runner makes the runs like any others; every figure is computed from their rows.
"""

from engine.compare.advice import about
from engine.compare.arms import MOST_ROWS, MOST_RUNS, TRIALS, Arm, check, grid_arms, preset_arms
from engine.compare.export import to_csv, to_json
from engine.compare.figures import GUIDE_BANDS, ArmReport, expense, in_money
from engine.compare.findings import (
    Recommended,
    compared_quality,
    cost_sentence,
    not_worse,
    quality_sentence,
    recommended,
    tiering_sentence,
)
from engine.compare.lifecycle import ComparisonEstimate, cancel, estimate_comparison, resume, start
from engine.compare.packets import BALANCED, batch_sentence, batch_verdict
from engine.compare.pairs import OVERLAP, PAIRS, ArmResult, PairResults, pair_results, paired, pairs_sentence
from engine.compare.quality import ArmQuality, Group, merged
from engine.compare.report import ComparisonReport, Question, State, conclusions, report, reports, state_of
from engine.compare.shares import ENOUGH_DECIDED, Difference, Share, difference
from engine.compare.table import COLUMNS
from engine.compare.verdict import ComparisonVerdict, sentence
from engine.compare.writers import PARTS, Writer, crossed, judged, read_writer, tiering, with_provider
from engine.job import SecondModel
from engine.spec.material import StyleNote

__all__ = [
    "BALANCED",
    "COLUMNS",
    "ENOUGH_DECIDED",
    "GUIDE_BANDS",
    "MOST_ROWS",
    "MOST_RUNS",
    "OVERLAP",
    "PAIRS",
    "PARTS",
    "TRIALS",
    "Arm",
    "ArmQuality",
    "ArmReport",
    "ArmResult",
    "ComparisonEstimate",
    "ComparisonReport",
    "ComparisonVerdict",
    "Difference",
    "Group",
    "PairResults",
    "Question",
    "Recommended",
    "SecondModel",
    "Share",
    "State",
    "StyleNote",
    "Writer",
    "about",
    "batch_sentence",
    "batch_verdict",
    "cancel",
    "check",
    "compared_quality",
    "conclusions",
    "cost_sentence",
    "crossed",
    "difference",
    "estimate_comparison",
    "expense",
    "grid_arms",
    "in_money",
    "judged",
    "merged",
    "not_worse",
    "pair_results",
    "paired",
    "pairs_sentence",
    "preset_arms",
    "quality_sentence",
    "read_writer",
    "recommended",
    "report",
    "reports",
    "resume",
    "sentence",
    "start",
    "state_of",
    "tiering",
    "tiering_sentence",
    "to_csv",
    "to_json",
    "with_provider",
]
