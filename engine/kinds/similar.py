"""
How alike two drafts are, what a draft is found by, and what makes two requests the same.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from engine.kinds.check import body_text
from engine.kinds.passage_words import slot_words
from engine.kinds.prompts import PROMPT_VERSION, plain_options
from engine.kinds.registry import kind_with
from engine.kinds.units import CHARACTER, WORD
from engine.spec import Lang, Options, RunSpec, text_digest
from engine.spec.material import material_mark
from engine.work import Content, Slot

T = TypeVar("T")

DUPLICATE = 0.50  # kinds.md: a name swap measures 0.82, 10 % edited 0.42-0.63
SIMILAR = 0.15  # distinct drafts measure 0.05 at most
SKETCH = 12
SINGLE = 8
TOGETHER = 1 << 32
THREES = SKETCH - 2
NEWEST = {1: 20, 2: 100}
"""Drafts looked at for one hash, by its `weight`: a phrase that occurs in more of them says little."""
WORTH_MEASURING = 2
_SHINGLE: dict[Lang, int] = {"en": 3, "ja": 4, "zh": 4}
_NOT_READ = {"id", "type", "speaker", "gender", "pacing", "rubric", "label", "translation", "readings"}


def shingles(content: Content, lang: Lang) -> frozenset[str]:
    """
    The overlapping pieces of a draft's body.

    Returns:
        en: runs of 3 words; ja, zh: runs of 4 characters; case and punctuation do not count.
    """
    return _pieces(body_text(content), lang)


@lru_cache(maxsize=16)  # a new draft is compared with the examples, then with other drafts
def _pieces(text: str, lang: Lang) -> frozenset[str]:
    text, size = text.casefold(), _SHINGLE[lang]
    if lang == "en":
        words = WORD.findall(text)
        return frozenset(map(" ".join, zip(*(words[at:] for at in range(size)), strict=False)))
    text = "".join(CHARACTER.findall(text))
    return frozenset(text[at : at + size] for at in range(len(text) - size + 1))


def marks(pieces: frozenset[str], kind: str, lang: Lang) -> frozenset[int]:
    """
    A 32-bit hash of each piece.

    Args:
        pieces: A draft's `shingles`.
        kind: Drafts of another kind or language share no mark.
        lang: As `kind`.
    """
    start = zlib.crc32(f"{kind} {lang} ".encode())
    return frozenset([zlib.crc32(piece.encode("utf-8", "replace"), start) for piece in pieces])


def sketch(marked: frozenset[int]) -> tuple[int, ...]:
    """
    The short hashes that drafts alike are found by: a bottom-k sketch of a draft's `marks`.

    Returns:
        The 8 smallest by themselves, 32 bits each: a phrase that occurs in few drafts finds them. Then each three
        neighbours of the 12 smallest as one, above 32 bits: they find a copy where phrases occur in thousands. One
        of these, or two of the others, shared with another draft make it worth measuring.
    """
    least = sorted(marked)[:SKETCH]
    threes = [zlib.crc32(b"%d %d %d" % three) | TOGETHER for three in zip(least, least[1:], least[2:], strict=False)]
    return (*least[:SINGLE], *threes)


def weight(one: int) -> int:
    """What a shared hash of a `sketch` counts: 1 for a phrase, 2 for three; `WORTH_MEASURING` together are enough."""
    return 1 if one < TOGETHER else 2


def similarity(a: Content, b: Content, lang: Lang) -> float:
    """
    Jaccard's measure on `shingles`.

    Returns:
        0.0 (nothing in common) to 1.0 (the same text); `DUPLICATE` and `SIMILAR` say what to make of it.
    """
    return jaccard(shingles(a, lang), shingles(b, lang))


def jaccard(a: frozenset[T], b: Collection[T]) -> float:
    """Shared pieces over all pieces, 0.0 to 1.0; each is in `b` once. Two empty ones have nothing in common."""
    shared = len(a.intersection(b))
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def title(content: Content) -> str:
    """A draft's title, "" when it has none."""
    return str(content.get("title", ""))


def search_text(content: Content) -> str:
    """All readable text of a draft as one string, blanks filled."""
    return "\n".join(_strings(kind_with(content).readable(content)))


def fingerprint(spec: RunSpec, slot: Slot, model: str, base_url: str = "") -> str:
    """What a draft already paid for is found by; see `fingerprints`."""
    return fingerprints(spec, [slot], model, base_url)[0]


def fingerprints(spec: RunSpec, slots: Iterable[Slot], model: str, base_url: str = "") -> list[str]:
    """
    What the drafts of a run are found by when they are paid for already.

    Args:
        spec: The run's.
        slots: The slots the drafts are for.
        model: The model asked for.
        base_url: Where it is served, because servers give different models the same name; "": the practice provider.

    Returns:
        For each slot 32 hex characters of SHA-256 over kind, lang, level, topic, model, server, temperature, options,
        prompt version, copy number, the words of the passage, the versions of word lists and style note, and the words
        of the slot.
    """
    server = f"{model} at {base_url.rstrip('/')}" if base_url else model
    stem = _stem(spec.kind, spec.lang, spec.options, float(spec.temperature), server, _material(spec))
    begun = hashlib.sha256(stem.encode("ascii"))
    return [_finished(begun.copy(), spec, slot) for slot in slots]


def _finished(begun: hashlib._Hash, spec: RunSpec, slot: Slot) -> str:
    source, asked = spec.source_of(slot.topic), slot_words(spec, slot)
    made_from = [*([text_digest(source)] if source else []), *([asked] if asked else [])]
    begun.update(json.dumps([slot.level, slot.topic, slot.copy, *made_from]).encode("ascii"))
    return begun.hexdigest()[:32]


@lru_cache(maxsize=64)
def _stem(kind: str, lang: Lang, options: Options, temperature: float, model: str, material: tuple[str, ...]) -> str:
    values = [PROMPT_VERSION, kind, lang, plain_options(options, lang), temperature, model]
    return json.dumps([*values, *([material] if material else [])], sort_keys=True)


def _material(spec: RunSpec) -> tuple[str, ...]:
    """The versions a run uses; empty where it uses none, so that older fingerprints stay."""
    used = {"words": spec.words, "known": spec.known_words, "style": spec.style}
    marks = tuple(f"{name} {material_mark(one)}" for name, one in used.items() if one is not None)
    return (*marks, "blanks") if spec.blank_words else marks


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in _NOT_READ:
                yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
