"""
The report of a comparison: its state, its arms and its verdict, computed from the current rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.compare.advice import advise
from engine.compare.arms import MOST_ROWS, Arm
from engine.compare.figures import MEASURED, ArmReport, arm_reports, drafts_of
from engine.compare.findings import Name, cost_sentence, quality_sentence, tiering_sentence
from engine.compare.lifecycle import is_held
from engine.compare.packets import batch_sentence, batch_verdict
from engine.compare.quality import merged
from engine.compare.verdict import ComparisonVerdict, judge, sentence
from engine.compare.worth import with_quality
from engine.messages import NOTHING, Message, reason_text
from engine.reports.advice import Advice
from engine.spec import RunSpec
from engine.store import ComparisonRow, RunRow, Store

State = Literal["queued", "running", "paused", "done", "cancelled"]
Question = Literal["speed", "quality", "cost", "tiering", "batch"]


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """A comparison in its current state."""

    id: int
    note: str
    created_at: float
    state: State
    why: Message
    """Why a run of it is paused, or was cancelled; else empty."""
    runs: int
    """Planned: arms x trials."""
    runs_done: int
    drafts: int
    """In each run, whatever its arm."""
    trials: int
    spec: RunSpec
    arms: tuple[ArmReport, ...]
    verdict: ComparisonVerdict | None

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What the figures advise."""
        return advise(self.arms, self.verdict, self.trials)

    @property
    def reason(self) -> str:
        """The English text of `why`."""
        return reason_text(self.why)


def report(store: Store, comparison: int) -> ComparisonReport:
    """
    The report of one comparison.

    Raises:
        StoreError: there is none with this id.
    """
    return _report(store, store.comparisons.get(comparison))


def reports(store: Store, limit: int = 20, offset: int = 0) -> list[ComparisonReport]:
    """A page of comparisons, newest first."""
    return [_report(store, row) for row in store.comparisons.page(limit, offset)]


def conclusions(at: ComparisonReport, name: Name = str) -> dict[Question, Message]:
    """A sentence for each question that the comparison answers; speed, quality and cost always have one."""
    batch = batch_verdict(merged(arm.quality.by_size for arm in at.arms))
    said: dict[Question, Message] = {
        "speed": sentence(at.verdict, at.arms, name),
        "quality": quality_sentence(at.arms, name),
        "cost": cost_sentence(at.arms, name),
        "tiering": tiering_sentence(at.arms, name),
        "batch": batch_sentence(batch) if batch.code != "few" and batch.measure == "accepted" else NOTHING,
    }
    return {question: message for question, message in said.items() if message.code}


def _report(store: Store, row: ComparisonRow) -> ComparisonReport:
    rows = store.runs.page(MOST_ROWS, comparison_id=row.id)
    spec = RunSpec.from_json(row.spec)
    arms = [Arm.from_json(raw) for raw in row.arms]
    equal = [one for one in rows if one.unit == "judgement" or one.planned == spec.slots]
    figures = with_quality(store, spec, arms, arm_reports(store, row.id, spec, arms, equal), equal)
    planned = len(arms) * row.trials
    state = state_of(rows, planned + _reviews(arms, row.trials, rows))
    return ComparisonReport(
        id=row.id,
        note=row.note,
        created_at=row.created_at,
        state=state,
        why=_why(rows, state),
        runs=planned,
        runs_done=sum(arm.trials_done for arm in figures),
        drafts=spec.slots,
        trials=row.trials,
        spec=spec,
        arms=figures,
        verdict=judge(figures, row.id),
    )


def _reviews(arms: Sequence[Arm], trials: int, rows: Sequence[RunRow]) -> int:
    """The reviews by a second model that are planned: one of each run of a judged arm that has drafts to judge."""
    judged = {arm.name for arm in arms if arm.judge}
    empty = [row for row in drafts_of(rows) if row.arm in judged and row.state in MEASURED and not row.totals.drafted]
    return len(judged) * trials - len(empty)


def state_of(rows: Sequence[RunRow], planned: int) -> State:
    """
    The state of a comparison from those of its runs.

    It is paused if `resume` can continue it: a run is paused, was never submitted, or its process has ended.
    """
    states = {row.state for row in rows}
    left_alone = any(row.state == "running" and not is_held(row) for row in rows)
    if not left_alone and states & {"running", "queued"}:
        return "queued" if states == {"queued"} else "running"
    if left_alone or "paused" in states or (len(rows) < planned and "cancelled" not in states):
        return "paused"
    return "cancelled" if "cancelled" in states else "done"


def _why(rows: Sequence[RunRow], state: State) -> Message:
    """The reason of the oldest run that is paused or cancelled and has one."""
    found = [row.why for row in sorted(rows, key=lambda row: row.id) if row.state == state and row.reason]
    return found[0] if found and state in ("paused", "cancelled") else NOTHING
