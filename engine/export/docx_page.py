"""
A worksheet as a Word document, the key on pages of its own at the end. What a draft holds is only ever text of a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from tempfile import TemporaryFile
from typing import BinaryIO

from engine.export.choices import letter, lettered
from engine.export.docx_text import PAGE_BREAK, Paragraph, paragraphs, save, text_run
from engine.export.markdown import COPY_BYTES
from engine.export.selection import Marked, Selection
from engine.export.words import about, word
from engine.kinds import kind_of
from engine.kinds.blocks import Block, Item, Items, Listed, Part, Prose, ScriptBlock, Writing
from engine.kinds.readings.corrected import own_readings

_GAP = "({})\u00a0____________"
_LINES = 4
_TITLE, _HEADING, _SMALLER, _REMARK, _POINT, _LINE = "Title", "Heading1", "Heading2", "Caption", "ListBullet", "Writing"


def write(selection: Selection, out: BinaryIO) -> None:
    """The document; the key is collected in a temporary file."""
    drafts = iter(selection.drafts)
    first = next(drafts, None)
    lang = first.draft.lang if first else ""
    with TemporaryFile() as key:
        rest = _body(selection.title, chain([first], drafts) if first else iter(()), lang, key)
        save(rest, selection.title, lang, out)


def _body(title: str, drafts: Iterator[Marked], lang: str, key: BinaryIO) -> Iterator[bytes]:
    yield from _encoded([Paragraph(_TITLE, text_run(title))])
    if lang:
        yield from _encoded([Paragraph("", text_run(f"{word('name', lang)} ____________________", lang))])
    for number, marked in enumerate(drafts, 1):
        sheet = _Sheet(number, marked)
        for part in sheet.exercise():
            yield from _encoded(part)
        for part in sheet.key():
            key.writelines(_encoded(part))
    if key.tell():
        yield from _encoded([Paragraph(_TITLE, text_run(word("key", lang), lang))], before=PAGE_BREAK)
        key.seek(0)
        while piece := key.read(COPY_BYTES):
            yield piece


def _encoded(part: Sequence[Paragraph], before: str = "") -> Iterator[bytes]:
    yield before.encode()
    for one in paragraphs(part):
        yield one.encode()


class _Sheet:
    """
    The exercise of one draft, and its part of the key, as groups of paragraphs that are kept on one page.

    Args:
        number: Of the exercise.
        marked: The draft.
    """

    def __init__(self, number: int, marked: Marked) -> None:
        self._draft, self._number, self._signature = marked.draft, number, marked.line
        self._sheet = kind_of(marked.draft.kind).sheet(marked.draft.content)
        self._readings = own_readings(marked.draft.content) if marked.readings else None

    def exercise(self) -> list[list[Paragraph]]:
        """The title, the line about the draft, what the learner gets; a list and a part with a title begin a group."""
        groups = [[self._title(_HEADING), Paragraph(_REMARK, text_run(about(self._draft)))]]
        for place, block in enumerate(self._sheet.exercise):
            if place and isinstance(block, Part | Listed):
                groups.append([])
            groups[-1] += self._drawn(block)
        if self._signature:
            groups[-1].append(Paragraph(_REMARK, text_run(self._signature)))
        return groups

    def key(self) -> list[list[Paragraph]]:
        """The answers, under the title of the exercise; empty where there are none."""
        groups = [list(self._drawn(block)) for block in self._sheet.key]
        return [[self._title(_SMALLER), *groups[0]], *groups[1:]] if groups else []

    def _title(self, style: str) -> Paragraph:
        return Paragraph(style, text_run(f"{self._number}. ") + self._say(self._draft.title))

    def _say(self, text: str, *, bold: bool = False) -> str:
        """A text in the language of the draft, with its readings where they are asked for."""
        return text_run(text, self._draft.lang, bold=bold, readings=self._readings)

    def _drawn(self, block: Block) -> Iterator[Paragraph]:
        if isinstance(block, Part):
            sign = text_run(f"{block.sign} " if block.title else block.sign)
            yield Paragraph(_SMALLER, sign + self._say(block.title))
            for inner in block.blocks:
                yield from self._drawn(inner)
        elif isinstance(block, Prose):
            pieces = (_GAP.format(piece.number) if isinstance(piece, Item) else piece for piece in block.pieces)
            yield Paragraph("", "".join(map(self._say, pieces)))
        elif isinstance(block, ScriptBlock):
            for line in block.lines:
                name = self._say(f"{line.name}  ", bold=True) if line.name else ""
                yield Paragraph("", name + self._say(line.text))
        elif isinstance(block, Items):
            draw = self._answered if block.solved else self._asked
            yield from map(draw, block.items)
        elif isinstance(block, Listed) and any(block.texts):
            yield from self._listed(block)
        elif isinstance(block, Writing):
            yield from [Paragraph(_LINE, text_run("\t"))] * _LINES

    def _listed(self, block: Listed) -> Iterator[Paragraph]:
        yield Paragraph("", text_run(word(block.name, self._draft.lang), self._draft.lang, bold=True))
        for text in block.texts:
            yield Paragraph(_POINT, text_run(text) if block.note else self._say(text))

    def _asked(self, item: Item) -> Paragraph:
        question = self._say(f"{item.text}\n") if item.text else ""
        offered = "   ".join(f"{sign})\u00a0{text}" for sign, text in lettered(self._draft, item))
        hint = text_run(f"  ({item.hint})") if item.hint else ""
        return Paragraph("", text_run(f"{item.number}. ", bold=True) + question + self._say(offered) + hint)

    def _answered(self, item: Item) -> Paragraph:
        sign = letter(self._draft, item)
        answer = self._say(f"{f'{sign}) ' if sign else ''}{item.answer}", bold=True)
        others = f" ({word('acceptable', self._draft.lang)}: {', '.join(item.acceptable)})" if item.acceptable else ""
        why = text_run(f": {item.why}") if item.why else ""
        return Paragraph("", text_run(f"{item.number}. ", bold=True) + answer + self._say(others) + why)
