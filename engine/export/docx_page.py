"""
A worksheet as a Word document, the key on pages of its own at the end. What a draft holds is only ever text of a run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, BinaryIO

from engine.export.choices import letter, lettered
from engine.export.docx_text import keep_together, set_language, set_page, write_text
from engine.export.selection import Marked, Selection
from engine.export.words import about, word
from engine.kinds import kind_of
from engine.kinds.blocks import Block, Item, Items, Listed, Part, Prose, ScriptBlock, Writing
from engine.kinds.readings.corrected import own_readings

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GAP = "({})\u00a0____________"
_LINES = 4


def write(selection: Selection, out: BinaryIO) -> None:
    """The document; python-docx keeps it in memory until it is saved."""
    from docx import Document  # 0.2 s: only who asks for a document pays it

    document = Document()
    set_page(document)
    document.core_properties.title = _clean(selection.title)
    document.add_heading(_clean(selection.title), 0)
    sheets: list[_Sheet] = []
    for number, marked in enumerate(selection.drafts, 1):
        if number == 1:
            set_language(document, marked.draft.lang)
            document.add_paragraph(f"{word('name', marked.draft.lang)} ____________________")
        sheets.append(_Sheet(document, number, marked))
        sheets[-1].exercise()
    _key(document, sheets)
    document.save(out)


def _key(document: Any, sheets: Sequence[_Sheet]) -> None:
    solved = [sheet for sheet in sheets if sheet.blocks.key]
    if not solved:
        return
    document.add_page_break()
    document.add_heading(word("key", solved[0].draft.lang), 0)
    for sheet in solved:
        sheet.key()


class _Sheet:
    """
    Writes the exercise of one draft, and its part of the key.

    Args:
        document: Of python-docx.
        number: Of the exercise.
        marked: The draft.
    """

    def __init__(self, document: Any, number: int, marked: Marked) -> None:
        self.draft = marked.draft
        self.blocks = kind_of(self.draft.kind).sheet(self.draft.content)
        self._document, self._number, self._line = document, number, marked.line
        self._readings = marked.readings
        self._own = own_readings(self.draft.content)
        self._made: list[Any] = []
        """Paragraphs that are kept on one page."""

    def exercise(self) -> None:
        """The title, the line about the draft, and what the learner gets."""
        self._title(1)
        self._remark(about(self.draft))
        self._draw(self.blocks.exercise)
        if self._line:
            self._remark(self._line)
        self._keep()

    def key(self) -> None:
        """The answers, under the title of the exercise."""
        self._title(2)
        for block in self.blocks.key:  # a title is kept with what follows; the rest may go over to another page
            self._draw([block])
            self._keep()

    def _title(self, level: int) -> None:
        heading = self._heading(level)
        heading.add_run(f"{self._number}. ")
        self._say(heading, self.draft.title)

    def _heading(self, level: int) -> Any:
        self._made.append(self._document.add_heading("", level))
        return self._made[-1]

    def _paragraph(self, style: str | None = None) -> Any:
        self._made.append(self._document.add_paragraph(style=style))
        return self._made[-1]

    def _keep(self) -> None:
        keep_together(self._made)
        self._made = []

    def _say(self, paragraph: Any, text: str, *, bold: bool | None = None) -> None:
        """A text in the language of the draft, with its readings where they are asked for."""
        readings = self._own if self._readings else None
        write_text(paragraph, _clean(text), self.draft.lang, bold=bold, readings=readings)

    def _explain(self, paragraph: Any, text: str) -> None:
        """A hint or an explanation, in any language."""
        write_text(paragraph, _clean(text), "")

    def _remark(self, text: str) -> None:
        self._explain(self._paragraph("Caption"), text)

    def _draw(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if isinstance(block, Part):
                self._part(block)
            elif isinstance(block, Prose):
                self._prose(block)
            elif isinstance(block, ScriptBlock):
                self._script(block)
            elif isinstance(block, Items):
                for item in block.items:
                    self._item(item, solved=block.solved)
            elif isinstance(block, Listed) and any(block.texts):
                self._list(block)
            elif isinstance(block, Writing):
                for _line in range(_LINES):
                    self._paragraph("Writing").add_run("\t")

    def _part(self, part: Part) -> None:
        """A part is kept on one page, not the whole exercise; the draft's title stays with its first part."""
        if any(one.style.name == "Heading 2" for one in self._made):
            self._keep()
        heading = self._heading(2)
        heading.add_run(f"{part.sign} " if part.title else part.sign)
        self._say(heading, part.title)
        self._draw(part.blocks)

    def _prose(self, prose: Prose) -> None:
        paragraph = self._paragraph()
        for piece in prose.pieces:
            self._say(paragraph, _GAP.format(piece.number) if isinstance(piece, Item) else piece)

    def _script(self, script: ScriptBlock) -> None:
        for line in script.lines:
            paragraph = self._paragraph()
            if line.name:
                self._say(paragraph, f"{line.name}  ", bold=True)
            self._say(paragraph, line.text)

    def _list(self, listed: Listed) -> None:
        self._paragraph().add_run(word(listed.name, self.draft.lang)).bold = True
        write_line = self._explain if listed.note else self._say
        for text in listed.texts:
            write_line(self._paragraph("List Bullet"), text)

    def _item(self, item: Item, *, solved: bool) -> None:
        paragraph = self._paragraph()
        paragraph.add_run(f"{item.number}. ").bold = True
        if solved:
            self._answer(paragraph, item)
            return
        if item.text:
            self._say(paragraph, f"{item.text}\n")
        for place, (sign, text) in enumerate(lettered(self.draft, item)):
            self._say(paragraph, f"{'   ' if place else ''}{sign})\u00a0{text}")
        if item.hint:
            self._explain(paragraph, f"  ({item.hint})")

    def _answer(self, paragraph: Any, item: Item) -> None:
        sign = letter(self.draft, item)
        self._say(paragraph, f"{f'{sign}) ' if sign else ''}{item.answer}", bold=True)
        if item.acceptable:
            self._say(paragraph, f" ({word('acceptable', self.draft.lang)}: {', '.join(item.acceptable)})")
        if item.why:
            self._explain(paragraph, f": {item.why}")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
