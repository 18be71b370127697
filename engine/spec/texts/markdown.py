"""
Markdown as running text: its marks are taken away, code, tables, pictures and comments are left out and counted.

A file is not trusted: each expression takes a time that grows with the length of the file alone, whatever is in it.
"""

from __future__ import annotations

import re
from html import unescape

from engine.messages import Message
from engine.spec.texts.notes import left_out_note

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"^(```|~~~).*?(?:^\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(?:^\|[^\n]*\n?)+", re.MULTILINE)
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]{0,2000}\)")
_HEADING = re.compile(r"^#{1,6}[ \t][^\n]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^([^\n]+)\n(?:=+|-{3,})[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\n]{0,2000}\)")
_REFERENCE = re.compile(r"^\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\]\n]{1,20}\]")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_STRONG = re.compile(r"(\*\*\*|\*\*|\*|___|__|~~)(?=\S)((?:(?!\1).)+?)(?<=\S)\1")
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=\S)([^_\n]+)(?<=\S)_(?![\w_])")
_SPAN = re.compile(r"`([^`\n]*)`")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")


def markdown_text(text: str) -> tuple[str, list[Message]]:
    """The words of the paragraphs, lists and quotations; headings are left out, because they are no sentences."""
    text = _FRONT.sub("", text.replace("\r\n", "\n"))
    notes = []
    for what, pattern in (
        ("comments", _COMMENT),
        ("code", _CODE),
        ("tables", _TABLE),
        ("pictures", _PICTURE),
        ("headings", _HEADING),
        ("headings", _UNDERLINED),
    ):
        text, count = pattern.subn("\n\n" if what != "pictures" else "", text)
        if count:
            notes.append(left_out_note(what, count))
    for pattern in (_RULE, _REFERENCE, _FOOTNOTE, _QUOTE):
        text = pattern.sub("", text)
    text = _ITEM.sub("\n", text)
    marks = ((_LINK, r"\1"), (_SPAN, r"\1"), (_STRONG, r"\2"), (_STRONG, r"\2"), (_UNDERSCORE, r"\1"), (_TAG, ""))
    for pattern, kept in marks:  # strong text may hold emphasized words: twice
        text = pattern.sub(kept, text)
    return unescape(_ESCAPED.sub(r"\1", text)), notes
