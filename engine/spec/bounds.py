"""
Checks of a field, each raising a SpecError that names the field, the value and what to do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from engine.errors import SpecError
from engine.messages import Message

Lang = Literal["en", "ja", "zh"]
LEVELS = range(1, 7)
TOPIC_LENGTH = 200
MOST_TOPICS = 10_000
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """One of a few words."""
    if value not in allowed:
        raise SpecError(name, value, "choose_one", names=one_of(allowed))


def one_of(words: Sequence[str]) -> Message:
    """Words as a list for a sentence: "a, b or c"."""
    if len(words) == 1:
        return Message("said", {"text": words[0]})
    return Message("either", {"words": tuple(words[:-1]), "last": words[-1]})


def whole(name: str, value: object, allowed: range) -> None:
    """A whole number within `allowed`."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise SpecError(name, value, "choose_whole", low=allowed[0], high=allowed[-1])


def number(name: str, value: object, low: float, high: float) -> None:
    """A number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SpecError(name, value, "choose_number", low=low, high=high)


def pair(name: str, value: tuple[int, int], allowed: range) -> None:
    """A low and a high whole number within `allowed`."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise SpecError(name, value, "choose_pair", low=allowed[0], high=allowed[-1])
    for end in value:
        whole(name, end, allowed)
    if value[0] > value[1]:
        raise SpecError(name, value, "choose_pair", low=allowed[0], high=allowed[-1])


def check_levels(levels: tuple[int, ...]) -> None:
    """At least one of 1 to 6, each once."""
    if not levels:
        raise SpecError("levels", (), "levels_none")
    for level in levels:
        whole("levels", level, LEVELS)
    if len(set(levels)) < len(levels):
        raise SpecError("levels", levels, "levels_once")


def check_topics(topics: tuple[str, ...]) -> None:
    """
    At least one topic, none blank, doubled, too long or with control characters.

    Raises:
        SpecError: the first of `topic_errors`.
    """
    for error in topic_errors(topics):
        raise error


def topic_errors(topics: tuple[str, ...]) -> Iterator[SpecError]:
    """Everything that is wrong with a list of topics, line by line."""
    if not topics:
        yield SpecError("topics", (), "topics_none")
    if len(topics) > MOST_TOPICS:
        yield SpecError("topics", Message("lines_counted", {"n": len(topics)}), "topics_many", most=MOST_TOPICS)
    seen: dict[str, int] = {}
    for line, topic in enumerate(topics, 1):
        first = seen.setdefault(topic.casefold(), line)
        if not topic.strip():
            yield SpecError("topics", topic, "topic_blank", line=line)
        elif len(topic) > TOPIC_LENGTH:
            yield SpecError("topics", topic, "topic_long", line=line, length=len(topic), most=TOPIC_LENGTH)
        elif any(unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI for char in topic):
            yield SpecError("topics", topic, "topic_control", line=line)
        elif first != line:
            yield SpecError("topics", topic, "topic_twice", first=first, line=line)
