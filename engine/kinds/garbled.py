"""
Texts that were damaged on their way: characters lost in decoding, bytes read in the wrong encoding, spaces between all
characters, escapes that nobody resolved.
"""

from __future__ import annotations

import re

from engine.kinds.units import HAN, KANA

REPLACEMENT = "\ufffd"
SPACED_SHARE = 0.3
_ENOUGH = 6
_FOREIGN_RUN = re.compile(
    "[\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{2,}"
)
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\n|&#\d{2,6};|&(?:amp|quot|lt|gt|nbsp|#39);")
_CJK = f"(?:{HAN.pattern}|{KANA.pattern})"
_GAP = re.compile(f"(?<={_CJK})[ \u3000](?={_CJK})")
_PAIR = re.compile(f"(?<={_CJK})[ \u3000]?(?={_CJK})")


def garbled(text: str) -> str:
    """A piece of a text that shows it was damaged, "" where there is none."""
    if REPLACEMENT in text:
        return REPLACEMENT
    if not text.isascii():
        for run in _FOREIGN_RUN.findall(text):
            if _is_mojibake(run):
                return str(run)[:20]
    escape = _ESCAPE.search(text) if "\\" in text or "&" in text else None
    return escape[0] if escape else ""


def is_spaced(text: str) -> bool:
    """Whether spaces stand between the characters of a Chinese or Japanese text; a few are a matter of style."""
    gaps = len(_GAP.findall(text))
    return gaps >= _ENOUGH and gaps > SPACED_SHARE * len(_PAIR.findall(text))


def _is_mojibake(run: str) -> bool:
    """Whether the characters are the bytes of UTF-8 read as Windows-1252 or Latin-1."""
    for codec in ("cp1252", "latin-1"):
        try:
            return bool(run.encode(codec).decode("utf-8"))
        except UnicodeError:
            continue
    return False
