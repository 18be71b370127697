"""
Lines of a topic list that look like something else: data of a program, an address, a column beside the topics.

Nothing is removed here: what only may be no part of a topic is for a person to decide, before money is spent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.messages import Message

_DATA = re.compile(r"(?:https?://|www\.)\S+|[{<].*[}>],?|[\w.-]+@[\w-]+\.\w+", re.DOTALL)
_PREFIX = re.compile(r"(.{1,30}?)[:：]\s*\S")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?"
_DATE = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
_TIME = re.compile(rf"\[?(?:{_CLOCK}|{_DATE})\]?\s+\S", re.IGNORECASE)
_LEVEL = r"(?:\d{1,3}|[ABC][12]|N[1-5]|HSK ?\d|L[1-6])"
_PART = r"\d{1,3}\s?[/／]\s?\d{1,3}"
_COUNT = re.compile(rf".*(?:[,;，；:：]\s*[\"']?{_LEVEL}[\"']?|[(（]\s?(?:{_PART}|{_LEVEL})\s?[)）])")
_DESCRIBED = re.compile(r"[^:：]{1,60}?(?:\s[-–—]\s|[:：]\s*)\S+\s+\S+\s+\S")
SEPARATORS = (",", ";", "，", "；", "、", " | ", " / ")


def doubts_about(lines: Sequence[str]) -> Iterator[Message]:
    """
    What a person must decide about the lines that are left of a list.

    Args:
        lines: Without list marks, headings and quotes.
    """
    if data := next((line for line in lines if _DATA.fullmatch(line)), ""):
        yield Message("topics_data", {"line": data[:60]})
    elif len(lines) > 1 and _has_columns(lines):
        yield Message("topics_columns", {"columns": 2, "line": lines[0][:60]})
    elif len(lines) == 1 and (parts := _parts(lines[0])) > 2:
        yield Message("topics_one_line", {"count": parts, "line": lines[0][:60]})


def _has_columns(lines: Sequence[str]) -> bool:
    """Whether every line has something beside its topic: a description, a time, a level, the name of a speaker."""
    if any(all(map(pattern.match, lines)) for pattern in (_DESCRIBED, _TIME)) or all(map(_COUNT.fullmatch, lines)):
        return True
    prefixes = {found[1] if (found := _PREFIX.match(line)) else None for line in lines}
    return len(prefixes) == 1 and None not in prefixes


def _parts(line: str) -> int:
    return max(sum(1 for part in line.split(separator) if part.strip()) for separator in SEPARATORS)
