"""
A text file of the user's as plain text: TXT, Markdown, SRT subtitles or DOCX. Nothing in the file is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from engine.errors import SpecError
from engine.messages import Message
from engine.spec.texts.decode import decode, refuse_binary
from engine.spec.texts.docx import docx_text
from engine.spec.texts.markdown import markdown_text
from engine.spec.texts.subtitles import subtitles_text

MOST_BYTES = 2**20
_READERS: Mapping[str, Callable[[str], tuple[str, list[Message]]]] = {
    ".md": markdown_text,
    ".markdown": markdown_text,
    ".srt": subtitles_text,
}
_MARKED_UP = {".vtt": "VTT", ".html": "HTML", ".htm": "HTML", ".rtf": "RTF", ".json": "JSON", ".csv": "CSV"}
"""Files of text whose signs would be part of a passage."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """The words of a file: paragraphs with a blank line between, and what was left out or assumed."""

    text: str
    notes: tuple[Message, ...] = ()


def read_text_file(body: bytes, name: str, lang: str) -> TextFile:
    """
    Read a file.

    Args:
        body: The whole file.
        name: Its name; the suffix says what it is, anything unknown is read as plain text.
        lang: en, ja or zh: which old encodings come into question.

    Raises:
        SpecError: it is empty, too large, no text, damaged, or in an encoding that is not known.
    """
    if len(body) > MOST_BYTES:
        raise SpecError("text", name, "text_large", size_mb=len(body) / 2**20, most_mb=MOST_BYTES // 2**20)
    suffix = PurePath(name).suffix.lower()
    if suffix == ".docx" or (body.startswith(b"PK\x03\x04") and b"word/document.xml" in body):
        text, notes = docx_text(body, name)
    elif suffix in _MARKED_UP:
        raise SpecError("text", name, "text_binary_kind", kind=_MARKED_UP[suffix])
    else:
        refuse_binary(body, name)
        decoded, encoding = decode(body, name, lang)
        text, notes = _READERS.get(suffix, _as_it_is)(decoded)
        if encoding:
            notes = [Message("text_decoded", {"encoding": encoding}), *notes]
    if not text.strip():
        raise SpecError("text", name, "text_empty")
    return TextFile(text, tuple(notes))


def _as_it_is(text: str) -> tuple[str, list[Message]]:
    return text, []
