"""
How a reading is asked for: rules, figures, tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kinds.kind import Range
from engine.kinds.levels import LANGUAGES, about, sentences
from engine.kinds.reading.options import ReadingOptions, explains
from engine.kinds.tokens import point
from engine.kinds.units import UNITS
from engine.spec import Lang, prompt_name

_LENGTH = ((80, 140), (80, 140), (120, 180), (150, 220), (180, 260), (200, 300))
QUESTIONS = (3, 3, 4, 4, 5, 5)
TOKENS: dict[Lang, tuple[float, int]] = {"en": (1.19, 95), "ja": (0.85, 120), "zh": (0.90, 105)}  # a unit, a question

_RULES = """# Reading rules
- "text" is one coherent {language} text with a clear thread; "questions" ask about it, in the order of the text.
  In the request "questions" is [fewest, most]. The length counts the text alone.
- "type": main_idea, detail, inference, vocabulary (a word as it is used here) or reference (what a word points to).
  Use at least two types; from level 3 on exactly one question is main_idea.
- "question" and "options" are in {language}. "options": exactly 4 different texts of like length and form; one of them
  is right, the others are wrong by the text but likely to somebody who has not read it. "answer" repeats the right
  option word for word.
- Spread the right options over the four places. No question can be answered without the text, by a word that it shares
  with one option alone, or by what another question says.
- "explanation": one or two sentences in {explain} that point at the sentence of the text."""


def figures(_lang: Lang, level: int, _options: ReadingOptions) -> Mapping[str, Range]:
    """Length of the text and number of questions."""
    return {"length": _LENGTH[level - 1], "questions": (QUESTIONS[level - 1], QUESTIONS[level - 1])}


def tokens(lang: Lang, level: int, _options: ReadingOptions, top: bool) -> float:
    """Tokens of one item: so many a unit of length and so many a question."""
    per_unit, per_question = TOKENS[lang]
    return per_unit * point(_LENGTH[level - 1], top) + per_question * QUESTIONS[level - 1]


def rules(lang: Lang, options: ReadingOptions) -> str:
    """The rules of the system message."""
    return _RULES.format(language=LANGUAGES[lang], explain=prompt_name(options.explain_in or explains(lang)))


def target(lang: Lang, level: int, _options: ReadingOptions) -> str:
    """How much to write, in sentences and questions."""
    low, high = _LENGTH[level - 1]
    few, many = sentences(lang, level, (low, high))
    return (
        f"Write {few}-{many} sentences, about {about((low, high))} {UNITS[lang]} in all ({low}-{high} at most),"
        f" and {QUESTIONS[level - 1]} questions."
    )


def example_note(lang: Lang, options: ReadingOptions, _made_with: Mapping[str, Any]) -> str:
    """An example with explanations in another language must not overrule what is asked for."""
    usual = explains(lang)
    wanted = options.explain_in or usual
    return "" if wanted == usual else f" with {prompt_name(usual)} explanations; write yours in {prompt_name(wanted)}"
