"""
Source passages: the texts of the user's own that a run makes its drafts from. A passage takes the place of a topic.

A run holds its passages itself, so that it stays readable when the stored text is changed or deleted.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import SpecError
from engine.messages import Message

MOST_SOURCES = 1_000
LONGEST_SOURCE = 6_000
"""Characters; a passage of 300 English words has about 2,000."""
SOURCED: set[str] = set()
"""Names of the kinds that make drafts from passages; the registry of kinds adds them."""


@dataclass(frozen=True, slots=True)
class Source:
    """One passage: its text, where it is from, and its identity there."""

    name: str
    """Of the stored text, or the title of the draft."""
    number: int
    """Of the passage in the text, from 1; or the id of the draft."""
    body: str
    text: int = 0
    """Id of the stored text; 0: it is a draft."""
    version: int = 0
    """Of the stored text; 0: it is a draft."""

    @property
    def topic(self) -> str:
        """What takes the place of a topic: the name and the number."""
        return f"{self.name} #{self.number}"

    @property
    def digest(self) -> str:
        """16 hex characters, the same for the same words."""
        return text_digest(self.body)


def text_digest(text: str) -> str:
    """16 hex characters, the same for the same words."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def sources_from_json(raw: Iterable[Mapping[str, Any]]) -> tuple[Source, ...]:
    """
    Read what `asdict` wrote of the passages of a run.

    Raises:
        SpecError: a passage has other fields or values.
    """
    return tuple(map(_source, raw))


def _source(raw: Mapping[str, Any]) -> Source:
    kinds = {"name": str, "number": int, "body": str, "text": int, "version": int}
    for name, value in raw.items():
        if type(value) is not kinds.get(name):
            raise SpecError("sources", name, "source_field", known=sorted(kinds))
    if missing := {"name", "number", "body"} - raw.keys():
        raise SpecError("sources", min(missing), "source_field", known=sorted(kinds))
    return Source(**raw)


def topics_of(sources: Iterable[Source]) -> tuple[str, ...]:
    """The topics of a run that makes drafts from these passages."""
    return tuple(source.topic for source in sources)


def check_sources(kind: str, sources: Sequence[Source], topics: Sequence[str]) -> None:
    """
    Each topic has its passage, and each passage can be used; without passages there is nothing to check.

    Raises:
        SpecError: the kind takes none, there are too many, one is blank, too long, doubled or unprintable, or the
            topics are others.
    """
    if len(sources) > MOST_SOURCES:
        raise SpecError("sources", Message("passages_counted", {"n": len(sources)}), "sources_many", most=MOST_SOURCES)
    if sources and kind not in SOURCED:
        raise SpecError("kind", kind, "sources_kind", kind=kind)
    if sources and topics_of(sources) != tuple(topics):
        raise SpecError("sources", Message("passages_counted", {"n": len(sources)}), "sources_topics")
    seen: dict[str, str] = {}
    for source in sources:
        if not source.body.strip():
            raise SpecError("sources", source.topic, "source_blank")
        if len(source.body) > LONGEST_SOURCE:
            raise SpecError("sources", source.topic, "source_long", most=LONGEST_SOURCE)
        if "{{" in source.body or _is_unsafe(source.body):
            raise SpecError("sources", source.topic, "source_unsafe")
        if (first := seen.setdefault(source.digest, source.topic)) != source.topic:
            raise SpecError("sources", source.topic, "source_twice", first=first)


def _is_unsafe(text: str) -> bool:
    """Whether a text holds characters that are not printed, other than spaces and line breaks."""
    if text.replace("\n", "").isprintable():
        return False
    return any(char != "\n" and not char.isprintable() and unicodedata.category(char) != "Zs" for char in text)
