"""
The practice provider: a real chat completions server that writes drafts from a bank of sentences.

It serves the demo, the tests and the benchmarks, and knows how to be slow, limited and broken on purpose. It knows
nothing of the engine's own client, which meets it over HTTP alone.
"""

from __future__ import annotations

from engine.practice.faults import Fault
from engine.practice.models import pace_of
from engine.practice.process import PracticeProcess
from engine.practice.settings import PracticeSettings

__all__ = ["Fault", "PracticeProcess", "PracticeSettings", "pace_of"]
