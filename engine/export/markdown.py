"""
A worksheet in Markdown with the key at the end. Whatever a draft holds is escaped: it is read, never rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO

from engine.export.choices import letter, lettered
from engine.export.selection import Marked, Selection
from engine.export.words import about, word
from engine.kinds import kind_of
from engine.kinds.blocks import Block, Item, Items, Listed, Part, Prose, ScriptBlock, Sheet
from engine.store import DraftRow

# What means something anywhere; then what does at the start of a line; then what some readers make a link of.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&$@])")
_STARTS = re.compile(r"^[ \t]*(\d*)([-+=.)])", re.MULTILINE)
_LINKS = re.compile(r"(?::(?=//)|(?<=www)\.)", re.IGNORECASE)
_INDENT = re.compile(r"\n[ \t]+")
_GAP = "**({})** \\_\\_\\_\\_\\_\\_"
COPY_BYTES = 1 << 20


def write(selection: Selection, out: BinaryIO) -> None:
    """The exercises, then the key; the key is collected in a temporary file."""
    with TemporaryFile() as key:
        out.write(f"# {escaped(selection.title)}\n".encode())
        lang = ""
        for number, marked in enumerate(selection.drafts, 1):
            lang = lang or marked.draft.lang
            sheet = kind_of(marked.draft.kind).sheet(marked.draft.content)
            out.write(_block(_exercise(number, marked, sheet)))
            key.write(_block(_key(number, marked.draft, sheet)))
        if key.tell():
            out.write(f"\n---\n\n# {word('key', lang)}\n".encode())
        key.seek(0)
        while part := key.read(COPY_BYTES):
            out.write(part)


def escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    text = _INDENT.sub("\n", _SIGNS.sub(r"\\\1", text))
    text = _LINKS.sub(r"\\\g<0>", _STARTS.sub(r"\1\\\2", text))
    return text.replace("\n", "  \n")


def _block(lines: Iterable[str]) -> bytes:
    return "".join(f"\n{line}\n" for line in lines).encode("utf-8", "replace")


def _exercise(number: int, marked: Marked, sheet: Sheet) -> Iterator[str]:
    draft = marked.draft
    yield f"## {number}. {escaped(draft.title)}"
    yield f"*{escaped(about(draft))}*"
    yield from _drawn(draft, sheet.exercise)
    if marked.line:
        yield f"*{escaped(marked.line)}*"


def _key(number: int, draft: DraftRow, sheet: Sheet) -> Iterator[str]:
    if sheet.key:
        yield f"**{number}. {escaped(draft.title)}**"
        yield from _drawn(draft, sheet.key)


def _drawn(draft: DraftRow, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Part):
            yield f"### {block.sign} {escaped(block.title)}" if block.title else f"*{block.sign}*"
            yield from _drawn(draft, block.blocks)
        elif isinstance(block, Prose):
            yield "".join(
                _GAP.format(piece.number) if isinstance(piece, Item) else escaped(piece) for piece in block.pieces
            )
        elif isinstance(block, ScriptBlock):
            yield "\n\n".join(f"**{escaped(one.name)}** " * bool(one.name) + escaped(one.text) for one in block.lines)
        elif isinstance(block, Items):
            draw = _answered if block.solved else _asked
            yield "\n".join(f"{item.number}. {draw(draft, item)}" for item in block.items)
        elif isinstance(block, Listed) and any(block.texts):
            yield _listed(draft, block)


def _asked(draft: DraftRow, item: Item) -> str:
    offered = "  ".join(f"{sign}) {escaped(text)}" for sign, text in lettered(draft, item))
    hint = f"  ({escaped(item.hint)})" if item.hint else ""
    question = f"{escaped(item.text)}  \n   " if item.text else ""
    return question + (f"{offered}{hint}".strip() or "\\_\\_\\_\\_\\_\\_")


def _answered(draft: DraftRow, item: Item) -> str:
    sign = letter(draft, item)
    others = ", ".join(escaped(text) for text in item.acceptable)
    more = f" ({word('acceptable', draft.lang)}: {others})" if others else ""
    why = f": {escaped(item.why)}" if item.why else ""
    return f"{f'{sign}) ' if sign else ''}**{escaped(item.answer)}**{more}{why}"


def _listed(draft: DraftRow, block: Listed) -> str:
    points = "\n".join(f"- {escaped(text)}" for text in block.texts if text)
    return f"**{word(block.name, draft.lang)}**\n\n{points}"
