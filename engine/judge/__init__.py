"""
The second model: judges finished drafts, proposes repairs and solves blind what can be solved.

A review is a run of its own: gate, retries, money and ledger are those of every run (ask, run). When an opinion decides
by itself is said by engine.judge.opinion; what it is worth in money, by `saving`.
"""

from engine.judge.money import Saving, saving
from engine.judge.task import MOST_DRAFTS, Judging, review_slots

__all__ = ["MOST_DRAFTS", "Judging", "Saving", "review_slots", "saving"]
