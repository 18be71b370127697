"""
What runs cost: by day, provider, model, kind and run; per approved draft; as CSV.

The parts of every chart add up to the same total: all are sums of the same lines.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from engine.reports.periods import Step, day_of, periods, start_of, step_for
from engine.store import SpendingRun, SpentRow, Store

Part = Literal["provider", "model", "kind", "work", "run"]
"""What spend is divided by; `work` is drafts or review."""
PRACTICE = "practice"
"""Its money is simulated."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
ENOUGH_APPROVED = 10
"""Approved drafts before a cost per approved draft is shown."""


@dataclass(frozen=True, slots=True)
class SpendFilter:
    """Which calls; None: any. The days are those on which they were sent, in local time."""

    providers: tuple[str, ...] | None = None
    model: str | None = None
    kind: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class SpendLine:
    """The calls of one run on one day."""

    day: date
    run: int
    work: str
    """`drafts`, or `review` by a second model."""
    provider: str
    model: str
    kind: str
    lang: str
    calls: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class ApprovedCost:
    """What the approved drafts of a group cost: all calls of their runs, reviews by a second model included."""

    name: str
    cost_usd: float
    approved: int

    @property
    def per_draft_usd(self) -> float | None:
        """None below ENOUGH_APPROVED drafts."""
        return self.cost_usd / self.approved if self.approved >= ENOUGH_APPROVED else None


@dataclass(frozen=True, slots=True)
class Spend:
    """Everything that was spent, by line, with its runs."""

    lines: Sequence[SpendLine]
    runs: Mapping[int, SpendingRun]

    @property
    def total_usd(self) -> float:
        """Of all lines."""
        return sum(line.cost_usd for line in self.lines)

    @property
    def calls(self) -> int:
        """Of all lines."""
        return sum(line.calls for line in self.lines)


def spend_of(store: Store) -> Spend:
    """Everything that was ever spent."""
    runs = store.spend.runs()
    return Spend(spend_lines(store.spend.spans(), runs), runs)


def spend_lines(spans: Iterable[SpentRow], runs: Mapping[int, SpendingRun]) -> list[SpendLine]:
    """Sums of spans by local day and run, the oldest first."""
    sums: dict[tuple[date, int], tuple[int, float]] = {}
    for span in spans:
        key = day_of(span.at), span.run
        calls, cost_usd = sums.get(key, (0, 0.0))
        sums[key] = calls + span.calls, cost_usd + span.cost_usd
    return [_line(day, runs[run], *sums[day, run]) for day, run in sorted(sums) if run in runs]


def _line(day: date, run: SpendingRun, calls: int, cost_usd: float) -> SpendLine:
    return SpendLine(day, run.id, run.purpose, run.provider, run.model, run.kind, run.lang, calls, cost_usd)


def narrowed(spend: Spend, chosen: SpendFilter) -> Spend:
    """The lines of a filter; the runs stay, because a cost per approved draft is that of whole runs."""
    return Spend([line for line in spend.lines if _is_chosen(line, chosen)], spend.runs)


def _is_chosen(line: SpendLine, chosen: SpendFilter) -> bool:
    return (
        (chosen.providers is None or line.provider in chosen.providers)
        and (chosen.model is None or line.model == chosen.model)
        and (chosen.kind is None or line.kind == chosen.kind)
        and (chosen.first is None or line.day >= chosen.first)
        and (chosen.last is None or line.day <= chosen.last)
    )


def spend_by(spend: Spend, part: Part) -> dict[str, float]:
    """USD by the value of a part, the most first."""
    sums: dict[str, float] = {}
    for line in spend.lines:
        name = str(getattr(line, part))
        sums[name] = sums.get(name, 0.0) + line.cost_usd
    return dict(sorted(sums.items(), key=lambda one: (-one[1], one[0])))


def spend_over_time(spend: Spend) -> tuple[Step, dict[date, float]]:
    """USD by the first day of each period from the first line to the last one, periods without spend included."""
    if not spend.lines:
        return "day", {}
    first, last = spend.lines[0].day, spend.lines[-1].day
    step = step_for(first, last)
    sums = dict.fromkeys(periods(first, last, step), 0.0)
    for line in spend.lines:
        sums[start_of(line.day, step)] += line.cost_usd
    return step, sums


def cost_per_approved(all_spend: Spend, chosen: Spend, part: Part) -> list[ApprovedCost]:
    """
    The cost per approved draft by a part of the runs that made the drafts, the most expensive first.

    Args:
        all_spend: Every line: a run counts with all its calls, whenever they were sent.
        chosen: The lines of the filter: its runs count.
        part: Of the run that made the drafts, also for the calls that reviewed them.
    """
    roots = {chosen.runs[line.run].drafts_run for line in chosen.lines}
    made = {run: chosen.runs[run] for run in roots if run in chosen.runs}
    costs: dict[str, float] = {}
    for line in all_spend.lines:
        root = made.get(chosen.runs[line.run].drafts_run)
        if root is not None:
            costs[_part(root, part)] = costs.get(_part(root, part), 0.0) + line.cost_usd
    approved: dict[str, int] = {}
    for root in made.values():
        approved[_part(root, part)] = approved.get(_part(root, part), 0) + root.approved
    groups = [ApprovedCost(name, costs.get(name, 0.0), count) for name, count in approved.items()]
    return sorted(groups, key=lambda one: (-one.cost_usd, one.name))


def _part(run: SpendingRun, part: Part) -> str:
    return str({"run": run.id, "work": run.purpose}.get(part) or getattr(run, part))


def spend_csv(spend: Spend) -> str:
    """One line per day and run, with a header; a name that a spreadsheet would compute gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [field.name for field in fields(SpendLine)]
    writer.writerow(names)
    for line in spend.lines:
        writer.writerow([_cell(getattr(line, name)) for name in names])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") or "0"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
