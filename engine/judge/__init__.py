"""
The second model: judges finished drafts, proposes repairs and solves blind what can be solved.

A review is a run of its own: limiter, retries, budget and ledger are those of every run. `opinion` says when an opinion
decides by itself, `money` what a review saves.
"""

from engine.judge.forecast import planned_review
from engine.judge.money import Saving, expected_usage, saving
from engine.judge.task import MOST_DRAFTS, Judging, prompt_of, review_slots

__all__ = [
    "MOST_DRAFTS",
    "Judging",
    "Saving",
    "expected_usage",
    "planned_review",
    "prompt_of",
    "review_slots",
    "saving",
]
