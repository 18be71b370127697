"""
Advice: what the figures of a run say should be changed, each with its evidence and what it would bring.

Pure rules over numbers, a room beside metrics and forecast: it sees no row, no provider and no clock.
"""

from engine.advice.facts import Advice, Evidence, Facts, Replies, Severity
from engine.advice.rules import advise
from engine.advice.words import BINDS, GAINS, SAID, sentence, shown_evidence

__all__ = [
    "BINDS",
    "GAINS",
    "SAID",
    "Advice",
    "Evidence",
    "Facts",
    "Replies",
    "Severity",
    "advise",
    "sentence",
    "shown_evidence",
]
