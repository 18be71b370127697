"""
A row of the table of runs: a run, or a comparison with the sums of its runs; and the runs folded away under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import charts, shared
from dashboard.screens.compare.words import arm_name
from dashboard.screens.runs.names import how_far, name
from dashboard.text import _, plural
from engine import RunRow, compare


@dataclass(frozen=True, slots=True)
class Whole:
    """What a row shows."""

    row: RunRow
    """The run, or the newest of the comparison's runs."""
    name: str
    page: str
    query: Mapping[str, str]
    state: str
    runs: Sequence[RunRow]
    """The run alone, or all of the comparison."""

    @property
    def is_comparison(self) -> bool:
        """Whether it is a comparison."""
        return self.page == shared.COMPARE

    @property
    def model(self) -> str:
        """Provider and model, or how many models were compared."""
        models = {(one.provider, one.model) for one in self.runs}
        if len(models) > 1:
            return plural("{n} model", "{n} models", len(models))
        return f"{self.row.provider} · {self.row.model}"

    def total(self, of: str) -> int:
        """A count of `Totals`, over all runs."""
        return sum(getattr(run.totals, of) for run in self.runs)

    @property
    def cost_usd(self) -> float:
        """The cost of all runs."""
        return sum(run.totals.cost_usd for run in self.runs)


def whole_of(row: RunRow, *, folded: bool) -> Whole:
    """
    The row of a run.

    Args:
        row: The run.
        folded: A run of a comparison represents the comparison.
    """
    if not folded or row.comparison_id is None:
        return Whole(row, name(row), shared.RUNS, {"run": str(row.id)}, shared.runner().status(row), [row])
    runs = shared.store().runs.page(compare.MOST_RUNS, comparison_id=row.comparison_id)
    return Whole(
        row,
        _comparison_name(row),
        shared.COMPARE,
        {"comparison": str(row.comparison_id)},
        compare.state_of(runs, _planned(row.comparison_id)),
        runs,
    )


def _comparison_name(row: RunRow) -> str:
    number = _("Comparison {number}", number=row.comparison_id)
    _run, _separator, what = name(row).partition(" · ")
    note = shared.store().comparisons.get(row.comparison_id or 0).note
    return f"{number} · {note or what}"


def _planned(comparison: int) -> int:
    found = shared.store().comparisons.get(comparison)
    return len(found.arms) * found.trials


def draw_parts(whole: Whole, made_from: Sequence[int]) -> None:
    """The runs of a comparison, and those that regenerate or review a run, folded away."""
    if whole.is_comparison:
        words = plural("{n} run of the comparison", "{n} runs of the comparison", len(whole.runs))
        _fold(whole, words, lambda: sorted(whole.runs, key=lambda one: one.id))
    elif made_from:
        words = plural("{n} run made from it", "{n} runs made from it", len(made_from))
        _fold(whole, words, lambda: [shared.store().runs.get(one) for one in made_from])


def _fold(whole: Whole, words: str, runs: Callable[[], Sequence[RunRow]]) -> None:
    folded = st.expander(words, icon=":material/account_tree:", key=f"run_parts_{whole.row.id}", on_change="rerun")
    if folded.open:
        with folded:
            for one in runs():
                st.page_link(shared.RUNS, label=charts.plain(in_short(one)), query_params={"run": str(one.id)})


def in_short(row: RunRow) -> str:
    """A run in a list of runs: its name, or its settings and trial in a comparison, and how far it is."""
    if row.comparison_id is None:
        return f"{name(row)} · {how_far(row)}"
    run = _("Run {run}", run=row.id)
    trial = _("trial {n}", n=row.trial)
    return f"{run} · {arm_name(row.arm or '')} · {trial} · {how_far(row)}"
