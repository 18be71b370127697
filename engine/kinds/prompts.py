"""
How a packet is asked for: one system message a run, one JSON object as the user message. docs/prompts.md has reasons
and token counts.

The system message is the same bytes for every packet of a run, so that the provider's prompt cache holds it; all
that differs is in the user message, as JSON. Replies are read in read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from engine.kinds.angles import angle
from engine.kinds.asked import figures
from engine.kinds.passage_words import slot_words
from engine.kinds.registry import kind_of
from engine.kinds.rules import Words, system_text
from engine.kinds.schema import reply_schema
from engine.kinds.text import brief
from engine.kinds.tokens import ANGLE_IN, ITEM_IN, SPARE, SPARE_TOKENS, WORDS_IN, TokenEstimate, text_tokens
from engine.kinds.translation import asked_language, translation_tokens
from engine.spec import Lang, Options, RunSpec, StyleNote
from engine.work import Packet, Slot

PROMPT_VERSION = 2
"""Raised whenever a prompt changes what drafts look like: drafts of another version are not reused."""

_MOST_AVOID = 40
_MOST_REASONS = 20
_FRAME = 40  # chat markup, and the user message's own fields


@dataclass(frozen=True, slots=True)
class Prompt:
    """One packet's request; `tokens_in` and `tokens_out` are estimates, `max_tokens` is the cap to send."""

    system: str
    user: str
    schema: dict[str, Any] | None
    """Strict JSON schema of the reply, shared between prompts, not to be changed; None: plain JSON is asked for."""
    max_tokens: int
    tokens_in: int
    tokens_out: int


def build_prompt(spec: RunSpec, packet: Packet, avoid: Sequence[str] = ()) -> Prompt:
    """
    Ask for a packet.

    Args:
        spec: Kind, language and options; topics are taken from the slots, passages by their topic.
        packet: The slots to ask for; its `reasons` tell the model why it is asked again.
        avoid: Titles already used, the newest last; at most 40 are sent.

    Returns:
        The system message (same bytes for the whole run), the user message, the schema and the figures.
    """
    user = json.dumps(_request(spec, packet, avoid), ensure_ascii=False, separators=(",", ":"))
    system = _system_of(spec)
    sources = {slot.number: spec.source_of(slot.topic) for slot in packet.slots}
    top = sum(item_tokens(spec, slot.level, top=True, source=sources[slot.number]) for slot in packet.slots)
    return Prompt(
        system=system,
        user=user,
        schema=reply_schema(kind_of(spec.kind).fields, translated=bool(asked_language(spec.options))),
        max_tokens=math.ceil(SPARE * top) + SPARE_TOKENS,
        tokens_in=_system_tokens(system) + text_tokens(user) + _FRAME,
        tokens_out=round(sum(item_tokens(spec, slot.level, source=sources[slot.number]) for slot in packet.slots)),
    )


def _request(spec: RunSpec, packet: Packet, avoid: Sequence[str]) -> dict[str, Any]:
    """The user message as an object; what is empty or left to the kind is left out."""
    options = plain_options(spec.options, spec.lang)
    request: dict[str, Any] = {
        "kind": spec.kind,
        "lang": spec.lang,
        "options": {name: value for name, value in options.items() if value is not None},
        "blank_words": spec.blank_words,
        "items": [_item(spec, packet, slot) for slot in packet.slots],
        "avoid": [brief(title, 120) for title in avoid[-_MOST_AVOID:]],
        "reasons": [brief(reason, 200) for reason in packet.reasons[:_MOST_REASONS]],
    }
    return {name: value for name, value in request.items() if value}


def estimate(spec: RunSpec) -> TokenEstimate:
    """
    What the drafts of a run take, until the run has measured its own.

    Returns:
        Tokens, as means over the run's levels (and at most 200 of its topics, with their passages).
    """
    topics, sources = spec.topics[:200], [source.body for source in spec.sources[:200]]
    topic = sum(text_tokens(one) for one in (*topics, *sources)) / len(topics)
    each = [item_tokens(spec, level, source=source) for level in spec.levels for source in sources or [""]]
    system = _system_tokens(_system_of(spec)) + _FRAME
    item_in = ITEM_IN + ANGLE_IN + max(0.0, topic - 3) + _word_tokens(spec)
    return TokenEstimate(system, round(item_in), round(sum(each) / len(each)))


def _word_tokens(spec: RunSpec) -> float:
    """Tokens of the target words of an item, as a mean over the list."""
    if spec.words is None:
        return 0.0
    asked = min(spec.target_words, len(spec.words.words))
    return WORDS_IN + asked * text_tokens(spec.words.text) / len(spec.words.words)


def item_tokens(spec: RunSpec, level: int, *, top: bool = False, source: str = "") -> float:
    """Tokens of one item of the reply, in the middle of its ranges or at their top; made from a passage, if any."""
    kind = kind_of(spec.kind)
    more = translation_tokens(spec, level, top=top, source=source)
    if source and kind.source is not None and kind.source.tokens is not None:
        return more + kind.source.tokens(spec.lang, level, spec.options, top, source)
    return more + kind.tokens(spec.lang, level, spec.options, top)


@lru_cache(maxsize=64)
def plain_options(options: Options, lang: Lang) -> Mapping[str, Any]:
    """A run's options as JSON values: equal options give equal values, and nothing is left to a default."""
    values = asdict(options.settled(lang))
    if not asked_language(options):
        values.pop("translate_to", None)  # older fingerprints stay
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _system_of(spec: RunSpec) -> str:
    levels, sourced = tuple(sorted(set(spec.levels))), bool(spec.sources)
    words: Words = "" if spec.words is None else "source" if sourced else "blanks" if spec.blank_words else "text"
    return _system(spec.kind, spec.lang, spec.options, levels, spec.style, words, sourced)


@lru_cache(maxsize=64)
def _system(
    kind: str,
    lang: Lang,
    options: Options,
    levels: tuple[int, ...],
    style: StyleNote | None,
    words: Words,
    sourced: bool,
) -> str:
    return system_text(kind_of(kind), lang, options.settled(lang), levels, style, words, sourced=sourced)


@lru_cache(maxsize=64)
def _system_tokens(system: str) -> int:
    return text_tokens(system)


def _item(spec: RunSpec, packet: Packet, slot: Slot) -> dict[str, Any]:
    item: dict[str, Any] = {"id": packet.id_of(slot), "topic": slot.topic, "level": slot.level}
    source, asked = spec.source_of(slot.topic), slot_words(spec, slot)
    item |= figures(spec.kind, spec.lang, slot.level, spec.options, source)
    words = {"words": list(asked)} if asked else {}
    if not source:
        return {**item, "angle": angle(slot), **words}
    return {**item, **({"variant": slot.copy + 1} if slot.copy else {}), **words, "source": source}
