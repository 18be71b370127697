"""
Advice: what the figures of a run say should be changed, each with its evidence and what it would bring.

Pure rules over numbers, a room beside metrics and forecast: it sees no row, no provider and no clock.
"""

from engine.reports.advice.facts import Advice, Evidence, Facts, Replies, Severity
from engine.reports.advice.rules import advise

__all__ = [
    "Advice",
    "Evidence",
    "Facts",
    "Replies",
    "Severity",
    "advise",
]
