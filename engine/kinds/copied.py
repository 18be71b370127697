"""
Whether a draft is a worked example of its prompt, whole or with some words changed: weak models hand it back.
"""

from __future__ import annotations

from functools import cache

from engine.kinds.examples import examples
from engine.kinds.similar import jaccard, shingles
from engine.spec import Lang
from engine.work import Content

COPIED = 0.20
"""Of the shingles; distinct drafts share 5 % at most, an example with every tenth word changed 42 to 63 %."""


def is_copied(content: Content, kind: str, lang: Lang) -> bool:
    """Whether a draft shares a fifth of its text with a worked example of its kind and language."""
    own = shingles(content, lang)
    return any(jaccard(own, other) >= COPIED for other in _examples(kind, lang))


@cache
def _examples(kind: str, lang: Lang) -> tuple[frozenset[str], ...]:
    return tuple(shingles(one.item, lang) for one in examples(kind, lang))
