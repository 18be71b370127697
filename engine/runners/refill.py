"""
Asking again for drafts that were rejected: a run of exactly their slots, beside the run they came from.

Nothing is overwritten: the rejected drafts stay on record, and each new slot names the one it replaces.
The copy numbers are ones the library has not had, so that neither the cache nor the prompt brings the same text back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import StoreError
from engine.job import Job
from engine.kinds import PROMPT_VERSION, fingerprints, slot_words
from engine.spec import RunSpec
from engine.store import DraftFilter, NewRun, RunRow, Store
from engine.work import Slot


def plan_refill(store: Store, row: RunRow, job: Job, chosen: DraftFilter) -> int:
    """
    Plan the run that asks again for a run's rejected drafts.

    Args:
        store: Where both runs are.
        row: The run whose drafts were rejected.
        job: What it was submitted as.
        chosen: Which of its drafts; other runs' and those that are not rejected are left out.

    Returns:
        The new run's id, queued.

    Raises:
        StoreError: nothing is rejected that is not asked for again already.
    """
    rejected = store.drafts.rejected_slots(replace(chosen, run=row.id))
    if not rejected:
        raise StoreError("no_rejected_draft", run=row.id)
    slots = fresh_slots(
        list(rejected.values()), store.drafts.next_copies(row.kind, row.lang, {s.topic for s in rejected.values()})
    )
    spec = spec_of(job.spec, slots, list(rejected.values()))
    new = NewRun(
        spec=spec,
        tuning=job.tuning,
        model=row.model,
        base_url=row.base_url,
        prompt_version=PROMPT_VERSION,
        limits=row.limits,
        preset=row.preset,
        note=f"refill of run {row.id}",
        parent_run=row.id,
    )
    prints = fingerprints(spec, slots, row.model, row.base_url)
    return store.runs.create(new, slots, prints, refills=dict(enumerate(rejected))).result()


def fresh_slots(rejected: list[Slot], copies: dict[tuple[str, int], int]) -> list[Slot]:
    """
    The slots to ask for, numbered from 0, each in the cell of a rejected one.

    Args:
        rejected: The slots of the rejected drafts.
        copies: Topic and level to the first copy number that is free there.
    """
    taken: Counter[tuple[str, int]] = Counter()
    slots = []
    for number, slot in enumerate(rejected):
        cell = (slot.topic, slot.level)
        slots.append(Slot(number, slot.topic, slot.level, copies[cell] + taken[cell]))
        taken[cell] += 1
    return slots


def spec_of(spec: RunSpec, slots: list[Slot], rejected: Sequence[Slot] = ()) -> RunSpec:
    """
    The RunSpec of a refill: the topics and levels of its slots, as many a cell as its fullest, nothing reused.

    Args:
        spec: Of the run they came from.
        slots: The new slots.
        rejected: The rejected slots, in the same order: the new ones are given their target words.
    """
    words = spec.words
    if words is not None and (asked := [word for slot in rejected for word in slot_words(spec, slot)]):
        words = replace(words, text="\n".join(asked))
    return replace(spec, words=words).about(
        tuple(dict.fromkeys(slot.topic for slot in slots)),
        levels=tuple(sorted({slot.level for slot in slots})),
        per_combo=max(Counter(slot.cell for slot in slots).values()),
        reuse=False,
    )
