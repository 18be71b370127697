"""
Whether a draft is a worked example of its prompt, whole or with some words changed: weak models hand it back.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache

from engine.kinds.examples import examples
from engine.kinds.similar import jaccard, shingles
from engine.spec import Lang, StyleNote
from engine.work import Content

COPIED = 0.20
"""Of the shingles; distinct drafts share 5 % at most, an example with every tenth word changed 42 to 63 %."""


def is_copied(content: Content, kind: str, lang: Lang, style: StyleNote | None = None) -> bool:
    """Whether a draft shares a fifth of its text with an example of its prompt."""
    own = shingles(content, lang)
    shown = (*_examples(kind, lang), *(_approved(style, lang) if style else ()))
    return any(jaccard(own, other) >= COPIED for other in shown)


@lru_cache(maxsize=16)
def _approved(style: StyleNote, lang: Lang) -> tuple[frozenset[str], ...]:
    return tuple(shingles(json.loads(one.content), lang) for one in style.examples)


@cache
def _examples(kind: str, lang: Lang) -> tuple[frozenset[str], ...]:
    return tuple(shingles(one.item, lang) for one in examples(kind, lang))
