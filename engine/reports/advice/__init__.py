"""
Advice: what the figures of a run say should be changed, each with its evidence and what it would bring.

Pure rules over numbers; `from_rows` reads the numbers, `stable` keeps the advice from changing within seconds.
"""

from engine.reports.advice.facts import Advice, Evidence, Facts, QualityFacts, Replies, Severity
from engine.reports.advice.rules import advise

__all__ = [
    "Advice",
    "Evidence",
    "Facts",
    "QualityFacts",
    "Replies",
    "Severity",
    "advise",
]
