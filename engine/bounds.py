"""
The checks a field must pass, each raising a SpecError that names the field, the value and the way out.
"""

from __future__ import annotations

import unicodedata

from engine.errors import SpecError

LEVELS = range(1, 7)
TOPIC_LENGTH = 200
MOST_TOPICS = 10_000
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """One of a few words."""
    if value not in allowed:
        raise SpecError(name, value, f"choose {', '.join(allowed[:-1])} or {allowed[-1]}")


def whole(name: str, value: object, allowed: range) -> None:
    """A whole number within `allowed`."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise SpecError(name, value, f"choose {allowed[0]} to {allowed[-1]}")


def number(name: str, value: object, low: float, high: float) -> None:
    """A number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SpecError(name, value, f"choose {low:g} to {high:g}")


def pair(name: str, value: tuple[int, int], allowed: range) -> None:
    """A low and a high whole number within `allowed`."""
    if len(value) != 2 or value[0] > value[1]:
        raise SpecError(name, value, f"give a low and a high number between {allowed[0]} and {allowed[-1]}")
    for end in value:
        whole(name, end, allowed)


def check_levels(levels: tuple[int, ...]) -> None:
    """At least one of 1 to 6, each once."""
    if not levels:
        raise SpecError("levels", (), "choose at least one of 1 to 6")
    for level in levels:
        whole("levels", level, LEVELS)
    if len(set(levels)) < len(levels):
        raise SpecError("levels", levels, "name each level once")


def check_topics(topics: tuple[str, ...]) -> None:
    """At least one topic, none blank, doubled, too long or with control characters."""
    if not topics:
        raise SpecError("topics", (), "write at least one topic, one a line")
    if len(topics) > MOST_TOPICS:
        raise SpecError("topics", f"{len(topics):,} lines", f"the most is {MOST_TOPICS:,}; split the run")
    seen: dict[str, int] = {}
    for line, topic in enumerate(topics, 1):
        if not topic.strip():
            raise SpecError("topics", topic, f"line {line} is blank; write a topic or take the line out")
        if len(topic) > TOPIC_LENGTH:
            raise SpecError("topics", topic, f"line {line} has {len(topic):,} characters; the most is {TOPIC_LENGTH}")
        if any(unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI for char in topic):
            raise SpecError("topics", topic, f"line {line} holds a control character; type the topic again")
        first = seen.setdefault(topic.casefold(), line)
        if first != line:
            raise SpecError("topics", topic, f"it stands on lines {first} and {line}; take one out")
