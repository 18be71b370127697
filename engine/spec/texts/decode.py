"""
The bytes of a text file as text: UTF-8, UTF-16, or one of the old encodings of the language.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from engine.errors import SpecError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", ""),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_OLD: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("cp1252", "Windows-1252"),),
    "ja": (("cp932", "Shift_JIS"), ("euc_jp", "EUC-JP"), ("iso2022_jp", "ISO-2022-JP")),
    "zh": (("gb18030", "GB18030"),),
}
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"SQLite format", "SQLite"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
MOST_CONTROL = 0.001
"""Of the characters; a wrongly decoded or binary file has far more."""


def refuse_binary(body: bytes, name: str) -> None:
    """
    Refuse a file that is no text.

    Raises:
        SpecError: it begins as another sort of file does, or holds NUL bytes and is not UTF-16 or UTF-32.
    """
    kind = next((kind for magic, kind in _MAGIC if body.startswith(magic)), "")
    if kind:
        raise SpecError("text", name, "text_binary_kind", kind=kind)
    if b"\0" in body and not any(body.startswith(mark) for mark, _, _ in _MARKS) and not _utf16(body):
        raise SpecError("text", name, "text_binary")


def decode(body: bytes, name: str, lang: str) -> tuple[str, str]:
    """
    Decode a text file.

    Returns:
        The text, and the name of the encoding where it is not UTF-8.

    Raises:
        SpecError: it is none of the known encodings, or decodes to something that is no text.
    """
    for codec, encoding in _candidates(body, lang):
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        if len(_CONTROL.findall(text)) <= MOST_CONTROL * len(text):
            return text, encoding
    if b"\0" in body:
        raise SpecError("text", name, "text_binary")
    tried = ["UTF-8", "UTF-16", *(encoding for _, encoding in _OLD.get(lang, ()))]
    raise SpecError("text", name, "text_encoding", tried=tried)


def _candidates(body: bytes, lang: str) -> list[tuple[str, str]]:
    marked = next(((codec, encoding) for mark, codec, encoding in _MARKS if body.startswith(mark)), None)
    if marked:
        return [marked]
    if wide := _utf16(body):
        return [(wide, "UTF-16")]
    if lang == "ja" and b"\x1b$" in body:
        return [("iso2022_jp", "ISO-2022-JP")]
    return [("utf-8", ""), *_OLD.get(lang, ())]


def _utf16(body: bytes) -> str:
    """The codec of UTF-16 without a mark: NUL bytes at odd or at even places alone; "" where it is not that."""
    high, low = body[::2].count(0), body[1::2].count(0)
    if len(body) % 2 or not max(high, low) > 20 * min(high, low):
        return ""
    return "utf-16-le" if low > high else "utf-16-be"
