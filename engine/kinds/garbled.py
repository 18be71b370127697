"""
Texts that were damaged on their way: characters lost in decoding, bytes read in the wrong encoding, spaces between all
characters, escapes that nobody resolved.
"""

from __future__ import annotations

import re

from engine.kinds.units import HAN, KANA
from engine.spec import Lang

REPLACEMENT = "\ufffd"
SPACED_SHARE = 0.3
_ENOUGH = 6
_SINGLE = re.compile(r"(?<!\w)\w (?=\w(?!\w))")
_FOREIGN_RUN = re.compile(
    "[\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{2,}"
)
_ESCAPE = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\n|\\[tr]\b|&#(?:\d{2,6}|[xX][0-9a-fA-F]{2,5});|&[a-z]{2,8};"
    r"|(?:%[0-9A-F]{2}){2,}|(?:=[0-9A-F]{2}){2,}"
)
_TOKENS = re.compile(
    r"<\|[\w ]{1,30}\|>|</?s>|<(?:unk|pad|mask)>|\[(?:/?INST|UNK|PAD)\]|<0x[0-9A-F]{2}>|[▁ĠĊ]"
    r"|\w[\u0300-\u036f]{2,}|\?{4,}|[□■\ue000-\uf8ff]{2,}|\ue000"
)
_SIGN = re.compile(r"[\\&%=<\[?]")
_WRONG_CODE = re.compile(
    "锟斤拷|烫烫烫|屯屯屯|[縺繧繝].?[縺繧繝ｧ-ﾝ]|[\u00a1-\u00ff]{3,}|[ãåæçä][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ]"
)
"""Bytes read in the wrong code: GBK and Shift-JIS, and the first half of a character."""
_CJK = f"(?:{HAN.pattern}|{KANA.pattern})"
_SPACES = "[ \u3000\u00a0\u2000-\u200a\u202f\n]"
_GAP = re.compile(f"(?<={_CJK}){_SPACES}(?={_CJK})")
_PAIR = re.compile(f"(?<={_CJK}){_SPACES}?(?={_CJK})")


def garbled(text: str) -> str:
    """A piece of a text that shows it was damaged, "" where there is none."""
    if REPLACEMENT in text:
        return REPLACEMENT
    if not text.isascii():
        for run in _FOREIGN_RUN.findall(text):
            if _is_mojibake(run):
                return str(run)[:20]
        if wrong := _WRONG_CODE.search(text):
            return wrong[0]
    signs = not text.isascii() or _SIGN.search(text)
    left = (_ESCAPE.search(text) or _TOKENS.search(text)) if signs else None
    return left[0][:20] if left else ""


def is_spaced(text: str, lang: Lang = "zh") -> bool:
    """Whether spaces stand between the characters of a text; in Chinese and Japanese a few are a matter of style."""
    if lang == "en":
        letters = _SINGLE.findall(text)
        return len(letters) >= _ENOUGH
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
