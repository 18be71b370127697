"""
How far a text is above its level: the share of its words, and which. docs/levels.md has the measure.

Pure, and read on first use only: each language is a module of its own, loaded with its lists when a text is graded.
"""

from __future__ import annotations

from engine.kinds.grading.measure import gates_off as gates_off
from engine.kinds.grading.measure import grade as grade
from engine.kinds.grading.measure import grade_text as grade_text
from engine.kinds.grading.measure import word_borders as word_borders
