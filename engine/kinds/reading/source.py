"""
A reading from a passage of the user's: the passage is its text, only the questions are new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kinds.kind import FromSource, Problem, Range
from engine.kinds.reading.prompt import QUESTIONS, TOKENS
from engine.kinds.tokens import text_tokens
from engine.kinds.unchanged import changed_text
from engine.kinds.units import count_units
from engine.spec import Lang
from engine.work import Content

_RULES = """# From a source
- "text" is the "source" of the entry, copied word for word: correct nothing, shorten nothing, add nothing.
- "title" is a short title of your own in {language}; the questions ask about the source as it is."""


def figures(lang: Lang, level: int, _options: Any, source: str) -> Mapping[str, Range]:
    """The length of the passage, and the number of questions of the level."""
    units = count_units(source, lang)
    return {"length": (units, units), "questions": (QUESTIONS[level - 1], QUESTIONS[level - 1])}


def target(_lang: Lang, level: int, _options: Any) -> str:
    """How many questions."""
    return f"Write {QUESTIONS[level - 1]} questions."


def tokens(lang: Lang, level: int, _options: Any, _top: bool, source: str) -> float:
    """Tokens of one item: the passage, and a share for each question."""
    return text_tokens(source) + TOKENS[lang][1] * QUESTIONS[level - 1]


def kept(content: Content, source: str, lang: Lang) -> Problem | None:
    """Check that the text is the passage, and give it the passage's own characters."""
    found = changed_text(content["text"], source, lang)
    if found is None:
        content["text"] = source
    return found


FROM_SOURCE = FromSource(rules=_RULES, kept=kept, figures=figures, target=target, tokens=tokens)
