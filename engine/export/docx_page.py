"""
A worksheet as a Word document, the key on pages of its own at the end. What a draft holds is only ever text of a run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, BinaryIO

from engine.export.choices import letter, lettered
from engine.export.selection import Marked, Selection
from engine.export.words import about, word
from engine.kinds import kind_of
from engine.kinds.blocks import Block, Item, Items, Listed, Part, Prose, ScriptBlock, Writing
from engine.store import DraftRow

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GAP = " ({}) ____________ "
_LINES = 4
_FONTS = {"ja": "Yu Gothic", "zh": "Microsoft YaHei"}


def write(selection: Selection, out: BinaryIO) -> None:
    """The document; python-docx keeps it in memory until it is saved."""
    from docx import Document  # 0.2 s: only who asks for a document pays it

    document = Document()
    document.core_properties.title = _clean(selection.title)
    document.add_heading(_clean(selection.title), 0)
    keys: list[tuple[int, Marked]] = []
    for number, marked in enumerate(selection.drafts, 1):
        if number == 1:
            _font(document, marked.draft.lang)
            document.add_paragraph(f"{word('name', marked.draft.lang)} ____________________")
        _exercise(document, number, marked)
        keys.append((number, marked))
    _key(document, keys)
    document.save(out)


def _exercise(document: Any, number: int, marked: Marked) -> None:
    draft = marked.draft
    document.add_heading(_clean(f"{number}. {draft.title}"), 1)
    document.add_paragraph(style="Caption").add_run(_clean(about(draft)))
    _draw(document, draft, kind_of(draft.kind).sheet(draft.content).exercise)
    if marked.line:
        document.add_paragraph(style="Caption").add_run(_clean(marked.line))


def _key(document: Any, keys: Sequence[tuple[int, Marked]]) -> None:
    found = [(number, one.draft, kind_of(one.draft.kind).sheet(one.draft.content).key) for number, one in keys]
    if not any(key for _number, _draft, key in found):
        return
    document.add_page_break()
    document.add_heading(word("key", found[0][1].lang), 0)
    for number, draft, key in found:
        if key:
            document.add_heading(_clean(f"{number}. {draft.title}"), 2)
            _draw(document, draft, key)


def _draw(document: Any, draft: DraftRow, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Part):
            document.add_heading(_clean(f"{block.sign} {block.title}".strip()), 2)
            _draw(document, draft, block.blocks)
        elif isinstance(block, Prose):
            document.add_paragraph(_clean("".join(map(_piece, block.pieces))))
        elif isinstance(block, ScriptBlock):
            for line in block.lines:
                paragraph = document.add_paragraph()
                if line.name:
                    paragraph.add_run(_clean(f"{line.name}  ")).bold = True
                paragraph.add_run(_clean(line.text))
        elif isinstance(block, Items):
            for item in block.items:
                _item(document, draft, item, solved=block.solved)
        elif isinstance(block, Listed) and any(block.texts):
            document.add_paragraph().add_run(word(block.name, draft.lang)).bold = True
            for text in block.texts:
                document.add_paragraph(_clean(text), style="List Bullet")
        elif isinstance(block, Writing):
            for _line in range(_LINES):
                document.add_paragraph("_" * 60)


def _piece(piece: str | Item) -> str:
    return _GAP.format(piece.number) if isinstance(piece, Item) else piece


def _item(document: Any, draft: DraftRow, item: Item, *, solved: bool) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{item.number}. ").bold = True
    if solved:
        sign = letter(draft, item)
        paragraph.add_run(_clean(f"{f'{sign}) ' if sign else ''}{item.answer}")).bold = True
        others = f" ({word('acceptable', draft.lang)}: {', '.join(item.acceptable)})" if item.acceptable else ""
        paragraph.add_run(_clean(f"{others}{f': {item.why}' if item.why else ''}"))
        return
    offered = "   ".join(f"{sign}) {text}" for sign, text in lettered(draft, item))
    hint = f"  ({item.hint})" if item.hint else ""
    paragraph.add_run(_clean(f"{item.text}\n" if item.text else "") + _clean(offered + hint))


def _font(document: Any, lang: str) -> None:
    """A font that has the characters of the language, for both scripts of a run."""
    if lang not in _FONTS:
        return
    from docx.oxml.ns import qn

    style = document.styles["Normal"]
    style.font.name = _FONTS[lang]
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONTS[lang])


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
