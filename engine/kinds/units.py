"""
How the length of a text is counted.
"""

from __future__ import annotations

import re

from engine.spec import Lang

UNITS = {"en": "words", "ja": "characters", "zh": "characters"}

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HAN = re.compile(f"[{_HAN}]")
KANA = re.compile(f"[{_KANA}]")
WORD = re.compile(r"[^\W_]+(?:['’‐‑-][^\W_]+)*")
CHARACTER = re.compile(f"[{_HAN}{_KANA}]|[A-Za-z0-9À-ɏ０-９Ａ-Ｚａ-ｚ]+")


def count_units(text: str, lang: Lang) -> int:
    """
    Count a text's length.

    Returns:
        en: words (hyphen and apostrophe join). ja, zh: each Han or kana character 1, a Latin or digit run 1,
        punctuation 0.
    """
    return len((WORD if lang == "en" else CHARACTER).findall(text))
