"""
The paragraphs of a DOCX file. Size of every part, ratio and time are bounded; XML is read through defusedxml.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from engine.errors import SpecError
from engine.messages import Message
from engine.spec.texts.notes import left_out_note

MOST_UNPACKED = 64 * 2**20
MOST_DOCUMENT = 24 * 2**20
"""Of the part with the text: a megabyte of plain text takes about 10."""
MOST_RATIO = 100
RATIO_FROM = 2 * 2**20
MOST_PARTS = 2_000
LONGEST_S = 20.0
_DOCUMENT = "word/document.xml"
_SPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_SKIPPED = frozenset(["del", "moveFrom", "instrText", "drawing", "pict", "object", "txbxContent", "rt"])
"""Deleted text, field codes, pictures, text boxes and readings above the characters."""


def docx_text(body: bytes, name: str) -> tuple[str, list[Message]]:
    """
    The text of a DOCX file: its paragraphs in order, those of tables too, with a blank line between.

    Raises:
        SpecError: it is no DOCX file, is damaged, or unpacks past the bounds.
    """
    root = _parsed(_document(body, name), name)
    deadline = time.monotonic() + LONGEST_S
    paragraphs: list[str] = []
    left_out: dict[str, int] = {}
    for paragraph in root.iter():
        if time.monotonic() > deadline:
            raise SpecError("text", name, "text_bomb")
        if _local(paragraph) == "p" and (text := "".join(_words(paragraph, left_out)).strip()):
            paragraphs.append(text)
    return "\n\n".join(paragraphs), [left_out_note(what, count) for what, count in left_out.items()]


def _document(body: bytes, name: str) -> bytes:
    try:
        with ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            found = next((part for part in parts if part.filename == _DOCUMENT), None)
            if found is None:
                raise SpecError("text", name, "text_docx")
            if _is_bomb(parts) or found.file_size > MOST_DOCUMENT:
                raise SpecError("text", name, "text_bomb")
            with packed.open(found) as part:
                read = part.read(MOST_DOCUMENT + 1)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as exc:
        raise SpecError("text", name, "text_docx") from exc
    if len(read) > MOST_DOCUMENT:
        raise SpecError("text", name, "text_bomb")
    return read


def _is_bomb(parts: Sequence[ZipInfo]) -> bool:
    swollen = (part.file_size > max(RATIO_FROM, MOST_RATIO * part.compress_size) for part in parts)
    return any(swollen) or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED


def _parsed(document: bytes, name: str) -> Any:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as exc:
        raise SpecError("text", name, "text_docx") from exc


def _words(element: Any, left_out: dict[str, int]) -> Iterator[str]:
    """The text of a paragraph; nested paragraphs (of text boxes) are not part of it."""
    for child in element:
        tag = _local(child)
        if tag in _SKIPPED:
            if tag in ("drawing", "pict", "object"):
                left_out["pictures"] = left_out.get("pictures", 0) + 1
            continue
        if tag == "t":
            yield child.text or ""
        elif tag in ("br", "cr"):
            yield "\n"
        elif tag == "tab":
            yield " "
        elif tag == "noBreakHyphen":
            yield "-"
        elif tag != "p":
            yield from _words(child, left_out)


def _local(element: Any) -> str:
    tag = str(element.tag)
    return next((tag[len(space) :] for space in _SPACES if tag.startswith(space)), "other")
