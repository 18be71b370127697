"""
What a review of a whole run will take before its drafts exist, from the kind's estimated lengths. Pure.
"""

from __future__ import annotations

from engine.judge.prompts import OPINION_TOKENS, REASONS_TOKENS, SHARE_REPAIRED, review_system, solve_system
from engine.judge.task import MOST_DRAFTS, SOLVE, parts_of
from engine.kinds import estimate, text_tokens
from engine.money.usage import Usage
from engine.spec import RunSpec

FIGURES_TOKENS = 60
"""What a draft's request holds beside the draft: id, topic, level, lengths."""
SOLUTION_TOKENS = 30


def planned_review(spec: RunSpec) -> tuple[int, Usage]:
    """
    The calls and tokens of a review of every draft of a spec.

    Returns:
        Calls of both parts (scores, and a blind solve where the kind has one), and their tokens.
    """
    draft_tokens, per_part = estimate(spec).item_out, -(-spec.slots // MOST_DRAFTS)
    calls = tokens_in = 0
    tokens_out = 0.0
    for part in parts_of(spec):
        solves = part == SOLVE
        system = solve_system(spec.kind, spec.lang) if solves else review_system(spec.kind, spec.lang)
        repaired = SHARE_REPAIRED * (draft_tokens + REASONS_TOKENS)
        calls += per_part
        tokens_in += per_part * text_tokens(system) + spec.slots * (draft_tokens + FIGURES_TOKENS)
        tokens_out += spec.slots * (SOLUTION_TOKENS if solves else OPINION_TOKENS + repaired)
    return calls, Usage(tokens_in, round(tokens_out))
