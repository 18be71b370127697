"""
How long a draft is, how many blanks it has, and how its length is counted.

Figures only (kinds.md). What is done with a draft that misses them is the business of the checks.
"""

from __future__ import annotations

import re

from engine.spec import AlignmentOptions, ClozeOptions, Kind, Lang, Options

_CLOZE = ((80, 140), (80, 140), (120, 180), (150, 220), (180, 260), (200, 300))
_CLOZE_TARGET = {
    "en": (100, 100, 150, 190, 220, 220),
    "ja": (140, 140, 180, 220, 260, 260),
    "zh": (140, 140, 180, 220, 260, 260),
}
_UNITS_PER_BLANK = {"en": 55, "ja": 60, "zh": 60}

_SHADOWING = ((30, 50), (30, 50), (50, 80), (80, 120), (120, 180), (120, 180))  # English words
_SHADOWING_SCALE = {"en": 1.0, "ja": 3.0, "zh": 2.7}

# An alignment pack's range bounds its longest exemplar, W6; read off the sample drafts, levels 4 to 6 carried on.
_ALIGNMENT = ((60, 220), (64, 242), (88, 352), (110, 440), (130, 520), (150, 600))
_ALIGNMENT_SCALE = {"en": 1.0, "ja": 2.4, "zh": 1.7}
LENGTH_FACTOR = {"short": 0.8, "medium": 1.0, "long": 1.25}

UNITS = {"en": "words", "ja": "characters", "zh": "characters"}

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HAN = re.compile(f"[{_HAN}]")
KANA = re.compile(f"[{_KANA}]")
WORD = re.compile(r"[^\W_]+(?:['’‐‑-][^\W_]+)*")
CHARACTER = re.compile(f"[{_HAN}{_KANA}]|[A-Za-z0-9À-ɏ０-９Ａ-Ｚａ-ｚ]+")


def length_range(kind: Kind, lang: Lang, level: int, options: Options | None = None) -> tuple[int, int]:
    """
    The shortest and the longest a draft should be.

    Args:
        kind: For alignment the range bounds W6, the longest of the six exemplars.
        lang: en counts words, ja and zh count characters.
        level: 1 to 6.
        options: Only an alignment pack's `length` moves the range.

    Returns:
        (low, high) in the units of `count_units`.
    """
    if kind == "cloze":
        return _CLOZE[level - 1]
    if kind == "shadowing":
        low, high = (_SHADOWING_SCALE[lang] * end for end in _SHADOWING[level - 1])
        return (_to_five(low), _to_five(high)) if lang == "zh" else (round(low), round(high))
    factor = LENGTH_FACTOR[options.length] if isinstance(options, AlignmentOptions) else 1.0
    low, high = (_ALIGNMENT_SCALE[lang] * factor * end for end in _ALIGNMENT[level - 1])
    return int(low + 0.5), int(high + 0.5)


def blank_range(lang: Lang, level: int, options: Options | None = None) -> tuple[int, int]:
    """Fewest and most blanks of a cloze passage; the run's own range goes before the level's."""
    if isinstance(options, ClozeOptions) and options.blanks is not None:
        return options.blanks
    low = max(3, round(_CLOZE_TARGET[lang][level - 1] / _UNITS_PER_BLANK[lang]) + level // 2)
    return low, low + 2


def count_units(text: str, lang: Lang) -> int:
    """
    Count a text's length.

    Returns:
        en: words (hyphen and apostrophe join). ja, zh: each Han or kana character 1, a Latin or digit run 1,
        punctuation 0.
    """
    return len((WORD if lang == "en" else CHARACTER).findall(text))


def _to_five(value: float) -> int:
    return 5 * int(value / 5 + 0.5)
