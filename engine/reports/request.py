"""
The first request of a job, as it goes out: for a person who wants to read the prompt before paying for it.
"""

from __future__ import annotations

from engine.kinds import Prompt, build_prompt, kind_of
from engine.spec import BATCH_SIZE, RunSpec, Tuning
from engine.work import pack, plan


def first_request(spec: RunSpec, tuning: Tuning) -> Prompt:
    """
    The prompt of a run's first packet; later ones differ in their slots, and ask to avoid the titles made so far.

    Args:
        spec: What is made.
        tuning: Its batch size says how many drafts the packet asks for.
    """
    most = BATCH_SIZE[-1]
    few = spec.about(spec.topics[:most], per_combo=min(spec.per_combo, most))
    return build_prompt(spec, pack(plan(few), tuning.batch_size, kind_of(spec.kind).packet)[0])
