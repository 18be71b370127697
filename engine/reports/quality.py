"""
How good drafts are: acceptance with its interval by what they were made of, reasons, flags, scores, reviewers.

Acceptance is approved / decided. A share of fewer than ENOUGH_DECIDED decided drafts is none: it would only mislead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from engine.reports.agreement import Agreement, agreement_of
from engine.reports.metrics import wilson
from engine.reports.periods import Step, day_of, start_of, step_for
from engine.store import AgreementRow, QualityFilter, QualityRow, ReviewerRow, Store
from engine.store.quality_rows import Axis as StoredAxis

Axis = StoredAxis | Literal["prompt_version", "style"]
"""What drafts are grouped by."""

ENOUGH_DECIDED = 10
"""Decided drafts before a share is shown."""


@dataclass(frozen=True, slots=True)
class AcceptanceGroup:
    """Drafts of one group, and how many of them were approved."""

    names: tuple[str, ...]
    """The group's value of each axis."""
    drafts: int = 0
    approved: int = 0
    rejected: int = 0
    flagged: int = 0

    @property
    def decided(self) -> int:
        """Approved or rejected."""
        return self.approved + self.rejected

    @property
    def share(self) -> float | None:
        """Approved / decided; None below ENOUGH_DECIDED decided drafts."""
        return self.approved / self.decided if self.decided >= ENOUGH_DECIDED else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share (Wilson's)."""
        return wilson(self.approved, self.decided)

    def plus(self, other: AcceptanceGroup) -> AcceptanceGroup:
        """The sum of both groups, under the names of this one."""
        sums = (getattr(self, name) + getattr(other, name) for name in ("drafts", "approved", "rejected", "flagged"))
        return AcceptanceGroup(self.names, *sums)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Acceptance by the time at which the runs were created."""

    step: Step
    lines: Mapping[str, Mapping[date, AcceptanceGroup]]
    """Name to the first day of each period that has drafts."""


@dataclass(frozen=True, slots=True)
class Person:
    """What one reviewer did."""

    who: str
    decided: int
    share: float | None
    """Approved / decided; None below ENOUGH_DECIDED."""
    per_minute: float | None
    """Decisions a minute while working; None below ENOUGH_DECIDED of them."""
    both: int
    """Drafts that somebody else decided too."""
    agreed: float | None
    """Of those, with the same verdict; None without one."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The page in figures."""

    total: AcceptanceGroup
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Reason to rejected drafts; see QualityRows.reasons."""
    flags: Mapping[str, int] = field(default_factory=dict)
    scores: Sequence[AcceptanceGroup] = ()
    """By the second model's score; `names` holds it as a whole number."""
    people: Sequence[Person] = ()
    agreement: Agreement = field(default_factory=Agreement)
    """Of people who do not see each other's decision."""
    above: Mapping[str, int] = field(default_factory=dict)
    """Graded drafts by their share of words above the level; see store.read_above."""


def quality_of(store: Store, chosen: QualityFilter, flags: Sequence[str]) -> Quality:
    """
    The figures of the drafts chosen.

    Args:
        store: To read.
        chosen: Which drafts.
        flags: The codes of the flags to count.
    """
    rows = store.quality
    total = combined(accepted(rows.groups(chosen, ())))
    return Quality(
        total,
        _most_first(rows.reasons(chosen)),
        _most_first(rows.flags(chosen, flags)),
        [AcceptanceGroup((str(one.score),), one.drafts, one.approved, one.rejected) for one in rows.scores(chosen)],
        people(rows.reviewers(chosen), rows.agreement(chosen)),
        agreement_of(store, chosen),
        rows.above(chosen),
    )


def acceptance_by(store: Store, chosen: QualityFilter, by: Sequence[Axis]) -> list[AcceptanceGroup]:
    """Acceptance by the values of some axes, those with the most decided drafts first."""
    return accepted(_groups(store, chosen, by))


def acceptance_over_time(store: Store, chosen: QualityFilter, by: Axis, names: Sequence[str]) -> Timeline:
    """Acceptance of some values of an axis over time."""
    if by == "prompt_version" or by == "style":
        rows = [row for row in _groups(store, chosen, ("run", by)) if row.values[1] in names]
    else:
        rows = store.quality.groups(chosen, ("run", by), names)
    return timeline(rows, store.quality.made_at())


def _groups(store: Store, chosen: QualityFilter, by: Sequence[Axis]) -> list[QualityRow]:
    reads: dict[str, Callable[[], Mapping[int, object]]] = {
        "prompt_version": store.quality.prompt_versions,
        "style": store.library.styles_of_runs,
    }
    of_runs: dict[str, Mapping[int, object]] = {axis: reads[axis]() for axis in by if axis in reads}
    stored: list[StoredAxis] = [axis for axis in by if axis != "prompt_version" and axis != "style"]
    if not of_runs:
        return store.quality.groups(chosen, stored)
    stored = stored if "run" in stored else ["run", *stored]
    return by_run(store.quality.groups(chosen, stored), stored, by, of_runs)


def by_run(
    rows: Iterable[QualityRow],
    stored: Sequence[StoredAxis],
    by: Sequence[Axis],
    of_runs: Mapping[str, Mapping[int, object]],
) -> list[QualityRow]:
    """
    Rows by what is known of their runs, such as the prompt version.

    Args:
        rows: By the axes of `stored`, the run among them.
        stored: The axes of the rows.
        by: The axes wanted.
        of_runs: Axis to the value of each run; 0, "", or no such run: unknown, "".
    """
    groups: dict[tuple[str, ...], AcceptanceGroup] = {}
    for row in rows:
        named: dict[str, str] = dict(zip(stored, row.values, strict=True))
        run = int(named["run"])
        named |= {axis: str(values.get(run) or "") for axis, values in of_runs.items()}
        names = tuple(named[axis] for axis in by)
        part = AcceptanceGroup(names, row.drafts, row.approved, row.rejected, row.flagged)
        groups[names] = groups.get(names, AcceptanceGroup(names)).plus(part)
    return [QualityRow(one.names, one.drafts, one.approved, one.rejected, one.flagged) for one in groups.values()]


def accepted(rows: Iterable[QualityRow]) -> list[AcceptanceGroup]:
    """Rows as groups, those with the most decided drafts first, then by name."""
    groups = [AcceptanceGroup(row.values, row.drafts, row.approved, row.rejected, row.flagged) for row in rows]
    return sorted(groups, key=lambda one: (-one.decided, -one.drafts, one.names))


def combined(groups: Iterable[AcceptanceGroup], names: tuple[str, ...] = ()) -> AcceptanceGroup:
    """The sum of all groups."""
    total = AcceptanceGroup(names)
    for one in groups:
        total = total.plus(one)
    return total


def timeline(rows: Sequence[QualityRow], made_at: Mapping[int, float]) -> Timeline:
    """
    Groups over time.

    Args:
        rows: By run and one other axis.
        made_at: When each run was created; rows of a run that is gone are left out.
    """
    dated = [(day_of(made_at[int(row.values[0])]), row) for row in rows if int(row.values[0]) in made_at]
    if not dated:
        return Timeline("day", {})
    step = step_for(min(day for day, _row in dated), max(day for day, _row in dated))
    lines: dict[str, dict[date, AcceptanceGroup]] = {}
    for day, row in sorted(dated, key=lambda one: one[0]):
        line, start, name = lines.setdefault(row.values[1], {}), start_of(day, step), row.values[1]
        part = AcceptanceGroup((name,), row.drafts, row.approved, row.rejected, row.flagged)
        line[start] = line.get(start, AcceptanceGroup((name,))).plus(part)
    return Timeline(step, lines)


def people(rows: Sequence[ReviewerRow], pairs: Sequence[AgreementRow]) -> list[Person]:
    """Reviewers, with their pace and how often others agreed with them."""
    return [_person(row, [pair for pair in pairs if row.reviewer in (pair.reviewer, pair.other)]) for row in rows]


def _person(row: ReviewerRow, pairs: Sequence[AgreementRow]) -> Person:
    decided, both = row.approved + row.rejected, sum(pair.drafts for pair in pairs)
    pace = 60 * row.timed / row.timed_s if row.timed >= ENOUGH_DECIDED and row.timed_s > 0 else None
    share = row.approved / decided if decided >= ENOUGH_DECIDED else None
    return Person(row.who, decided, share, pace, both, sum(pair.same for pair in pairs) / both if both else None)


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
