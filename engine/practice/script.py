"""
Counting and joining sentences as kinds.md counts them; kinds checks the counts, this module only has to meet them.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’‐‑-][^\W_]+)*")
# Han, iteration marks and kana: one each; a run of Latin letters or digits, half- or full-width: one.
_SIGN = re.compile(
    "[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]"
    "|[0-9A-Za-z\u00c0-\u024f０-９Ａ-Ｚａ-ｚ]+"
)
_LEADING = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "our",
        "his",
        "her",
        "their",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "from",
        "with",
        "by",
        "that",
        "and",
        "or",
        "but",
        "as",
        "i",
    ]
)
_CLAUSE = re.compile(r"[,.;:!?、。，；：！？…—“”\"「」『』（）()\n]+")


def count_units(text: str, lang: str) -> int:
    """Words of en (hyphen and apostrophe join); characters of ja and zh, punctuation not counted."""
    return len(_WORD.findall(text) if lang == "en" else _SIGN.findall(text))


def join(sentences: list[str], lang: str) -> str:
    """One paragraph: a space between English sentences, nothing between Japanese or Chinese ones."""
    return (" " if lang == "en" else "").join(sentences)


def estimate_tokens(text: str) -> int:
    """About 4 characters a token, and 0.8 tokens for each character outside ASCII (kinds.md: 0.80 to 0.90)."""
    wide = len(text) - len(text.encode("ascii", "ignore"))
    return max(1, round((len(text) - wide) / 4 + wide * 0.8))


def phrases(text: str, lang: str) -> list[str]:
    """Short stretches copied from `text`, fit for key phrases: 3 to 5 words, or a clause of 4 to 14 signs."""
    clauses = [clause.strip() for clause in _CLAUSE.split(text)]
    if lang == "en":
        return [_phrase(clause.split()[:5]) for clause in clauses if len(clause.split()) >= 3]
    fitting = [clause for clause in clauses if 4 <= len(clause) <= 14]
    return fitting or [clause[:10] for clause in clauses if len(clause) >= 4]


def _phrase(words: list[str]) -> str:
    """No phrase ends in a word that only leads on to the next."""
    while len(words) > 2 and words[-1].lower() in _LEADING:
        words = words[:-1]
    return " ".join(words)
