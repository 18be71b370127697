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
_SKIPPED = frozenset(["del", "moveFrom", "instrText", "rt", "p"])
"""Deleted text, field codes, readings above the characters; the paragraphs of a text box count as ones of their own."""
_COUNTED = {
    **dict.fromkeys(("drawing", "pict", "object"), "pictures"),
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "footnotes"),
}
_SIGNS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same text once more, for old programs."""


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
    for paragraph in _paragraphs(root):
        if time.monotonic() > deadline:
            raise SpecError("text", name, "text_bomb")
        if text := "".join(_words(paragraph, left_out)).strip():
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


def _paragraphs(root: Any) -> Iterator[Any]:
    """The paragraphs in order, however deep; no text twice."""
    stack = [root]
    while stack:
        element = stack.pop()
        if _local(element) == "p":
            yield element
        if element.tag != _FALLBACK:
            stack.extend(reversed(element))


def _words(paragraph: Any, left_out: dict[str, int]) -> Iterator[str]:
    """The text of a paragraph; what is left out is counted."""
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = _local(element)
        if tag == "t":
            yield element.text or ""
        elif tag in _SIGNS:
            yield _SIGNS[tag]
        elif what := _COUNTED.get(tag):
            left_out[what] = left_out.get(what, 0) + 1
        elif tag not in _SKIPPED and element.tag != _FALLBACK and not _is_hidden(element):
            stack.extend(reversed(element))


def _is_hidden(element: Any) -> bool:
    """Whether it is a run of hidden text."""
    return _local(element) == "r" and element.find("{*}rPr/{*}vanish") is not None


def _local(element: Any) -> str:
    tag = str(element.tag)
    return next((tag[len(space) :] for space in _SPACES if tag.startswith(space)), "other")
