"""
A cloze from a passage of the user's: the words stay, only the blanks are new.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kinds.cloze.options import BLANKS
from engine.kinds.cloze.prompt import TOKENS, UNITS_PER_BLANK, blank_range, mix
from engine.kinds.kind import FromSource, Range
from engine.kinds.tokens import point, text_tokens
from engine.kinds.unchanged import keep_source
from engine.kinds.units import count_units
from engine.spec import Lang

_RULES = """# From a source
- "passage" is the "source" of the entry word for word; only the answers are replaced by {{1}}, {{2}}, ... With the
  answers put back it must be the source exactly: correct nothing, shorten nothing, add nothing, keep every sign.
- Choose the blanks among the words of the source, as many as "blanks" of the request says, at any place of it.
- "title" is a short title of your own in {language}. "length" is the length of the source."""


def figures(lang: Lang, level: int, options: Any, source: str) -> Mapping[str, Range]:
    """The length of the passage, and as many blanks as it has space for."""
    units = count_units(source, lang)
    return {"length": (units, units), "blanks": blanks(lang, level, options, units)}


def blanks(lang: Lang, level: int, options: Any, units: int) -> Range:
    """Fewest and most blanks of a passage of so many units; a range set for the run takes precedence."""
    if options.blanks is not None:
        return blank_range(lang, level, options)
    low = max(3, round(units / UNITS_PER_BLANK[lang]) + level // 2)
    return min(low, BLANKS[-1] - 2), min(low + 2, BLANKS[-1])


def target(lang: Lang, level: int, options: Any) -> str:
    """How many blanks of each type, for the usual number of them."""
    fewest, most = blank_range(lang, level, options)
    usual = (fewest + most) // 2
    return f"Of {usual} blanks: {mix(usual, lang, options)}; of more or fewer in proportion."


def tokens(lang: Lang, level: int, options: Any, top: bool, source: str) -> float:
    """Tokens of one item: the passage, and a share for each blank."""
    asked = blanks(lang, level, options, count_units(source, lang))
    return text_tokens(source) + TOKENS[lang][1] * point(asked, top)


FROM_SOURCE = FromSource(rules=_RULES, kept=keep_source, figures=figures, target=target, tokens=tokens)
