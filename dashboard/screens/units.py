"""
Durations in the reader's language.
"""

from __future__ import annotations

from dashboard import charts
from dashboard.text import language

_UNITS = {"zh": charts.TimeUnits(" 秒", " 分", " 小时", 1)}


def duration(seconds: float | None) -> str:
    """3 m 05 s in English, 3 分 5 秒 in Chinese."""
    return charts.duration(seconds, _UNITS.get(language(), charts.ENGLISH_UNITS))
