"""
A worksheet as one HTML page to print: no script, no other file, each exercise kept together, the key on pages of its
own. Whatever a draft holds is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from tempfile import TemporaryFile
from typing import BinaryIO

from engine.export.choices import letter, lettered
from engine.export.markdown import COPY_BYTES
from engine.export.selection import Marked, Selection
from engine.export.words import about, word
from engine.kinds import kind_of
from engine.kinds.blocks import Block, Item, Items, Listed, Part, Piece, Prose, ScriptBlock, Sheet, Writing
from engine.kinds.readings import Own, ruby
from engine.kinds.readings.corrected import own_readings
from engine.store import DraftRow

_STYLE = """
:root { --ink: #1b1f24; --soft: #5b6570; --line: #c9d0d6; --green: #147a66; }
* { box-sizing: border-box; }
body { font: 12pt/1.75 "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Yu Gothic", "Microsoft YaHei",
  "PingFang SC", system-ui, sans-serif; color: var(--ink); background: #fff; max-width: 46em; margin: 2rem auto;
  padding: 0 1.2rem; overflow-wrap: anywhere; }
:lang(zh) { font-family: "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif; }
h1 { font-size: 1.5em; margin: 0 0 .2em; } h2 { font-size: 1.15em; margin: 0; }
h3 { font-size: 1em; margin: 1.2em 0 0; }
.name { color: var(--soft); margin: 0 0 2em; }
section { break-inside: avoid; border-top: 1px solid var(--line); padding: 1.1em 0 1.4em; }
.about, .hint { color: var(--soft); font-size: .85em; } p { margin: .5em 0; white-space: pre-line; }
.gap { white-space: nowrap; } .gap i { display: inline-block; min-width: 5.5em; border-bottom: 1.4px solid var(--ink);
  height: 1em; margin: 0 .15em; } .gap b { font-size: .72em; color: var(--green); }
.asked { margin: .6em 0 0; padding-left: 1.6em; } .asked span { margin-right: 1.3em; display: inline-block; }
.script { margin: .6em 0; } .script b { color: var(--green); margin-right: .6em; }
ruby rt { font-size: .55em; color: var(--soft); padding: 0 .2em; }
.lines { height: 6.5em; border-bottom: 1px solid var(--line);
  background: repeating-linear-gradient(#fff 0 2.1em, var(--line) 2.1em calc(2.1em + 1px)); }
dt { font-weight: 600; font-size: .85em; margin-top: .6em; } dd { margin: 0; } dd ul { margin: .1em 0; }
.key { break-before: page; } .key section { padding: .7em 0; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
"""


def write(selection: Selection, out: BinaryIO) -> None:
    """The page; the key is collected in a temporary file."""
    title = escape(selection.title)
    head = (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    )
    with TemporaryFile() as key:
        out.write(head.encode())
        lang = ""
        for number, marked in enumerate(selection.drafts, 1):
            if not lang:
                lang = marked.draft.lang
                out.write(f'<p class="name">{word("name", lang)} ____________________</p>\n'.encode())
            sheet = kind_of(marked.draft.kind).sheet(marked.draft.content)
            out.write(_exercise(number, marked, sheet).encode("utf-8", "replace"))
            key.write(_key(number, marked, sheet).encode("utf-8", "replace"))
        if key.tell():
            out.write(f'<div class="key"><h1>{word("key", lang)}</h1>\n'.encode())
            key.seek(0)
            while part := key.read(COPY_BYTES):
                out.write(part)
            out.write(b"</div>\n")
    out.write(b"</body></html>\n")


@dataclass(frozen=True, slots=True)
class _Page:
    """A draft, and how its own texts are written."""

    row: DraftRow
    readings: bool

    def say(self, text: str) -> str:
        """A text in the language of the draft as HTML, with its readings where they are asked for."""
        return ruby_html(text, self.row.lang, own_readings(self.row.content)) if self.readings else escape(text)


def ruby_html(text: str, lang: str, own: Own = ()) -> str:
    """A text as HTML with the readings over its characters; one that is uncertain has a question mark."""
    return "".join(
        f"<ruby>{escape(one.text)}<rt>{escape(one.reading)}{'?' * one.uncertain}</rt></ruby>"
        if one.reading
        else escape(one.text)
        for one in ruby(text, lang, own)
    )


def _exercise(number: int, marked: Marked, sheet: Sheet) -> str:
    page = _Page(marked.draft, marked.readings)
    body = _drawn(page, sheet.exercise)
    line = f'<p class="about">{escape(marked.line)}</p>\n' if marked.line else ""
    return _section(number, page, f'<p class="about">{escape(about(page.row))}</p>\n{body}{line}')


def _key(number: int, marked: Marked, sheet: Sheet) -> str:
    page = _Page(marked.draft, marked.readings)
    return _section(number, page, _drawn(page, sheet.key)) if sheet.key else ""


def _section(number: int, page: _Page, inner: str) -> str:
    return f'<section lang="{escape(page.row.lang)}"><h2>{number}. {page.say(page.row.title)}</h2>\n{inner}</section>\n'


def _drawn(page: _Page, blocks: Sequence[Block]) -> str:
    """The blocks one after the other; lists that follow each other share a table."""
    return "\n".join(
        f"<dl>{''.join(_listed(page, one) for one in group)}</dl>" if listed else "".join(map(_block(page), group))
        for listed, group in groupby(blocks, key=lambda block: isinstance(block, Listed))
    )


def _block(page: _Page) -> Callable[[Block], str]:
    return lambda block: _draw(page, block)


def _draw(page: _Page, block: Block) -> str:
    if isinstance(block, Part):
        return f"<h3>{f'{block.sign} {page.say(block.title)}'.strip()}</h3>{_drawn(page, block.blocks)}\n"
    if isinstance(block, Prose):
        return f"<p>{''.join(_piece(page, piece) for piece in block.pieces)}</p>\n"
    if isinstance(block, ScriptBlock):
        lines = (
            f"<div>{f'<b>{escape(one.name)}</b>' if one.name else ''}{page.say(one.text)}</div>" for one in block.lines
        )
        return f'<div class="script">{"".join(lines)}</div>\n'
    if isinstance(block, Items):
        draw = _answered if block.solved else _asked
        return f'<ol class="asked">{"".join(f"<li>{draw(page, item)}</li>" for item in block.items)}</ol>\n'
    return "<div class=lines></div>\n" if isinstance(block, Writing) else ""


def _piece(page: _Page, piece: Piece) -> str:
    return f'<span class="gap"><b>{piece.number}</b><i></i></span>' if isinstance(piece, Item) else page.say(piece)


def _listed(page: _Page, block: Block) -> str:
    if not isinstance(block, Listed) or not any(block.texts):
        return ""
    points = "".join(f"<li>{escape(text)}</li>" for text in block.texts if text)
    return f"<dt>{word(block.name, page.row.lang)}</dt><dd><ul>{points}</ul></dd>"


def _asked(page: _Page, item: Item) -> str:
    offered = "".join(f"<span>{sign}) {page.say(text)}</span>" for sign, text in lettered(page.row, item))
    question = f"<div>{page.say(item.text)}</div>" if item.text else ""
    return question + offered + (f'<span class="hint">{escape(item.hint)}</span>' if item.hint else "")


def _answered(page: _Page, item: Item) -> str:
    sign = letter(page.row, item)
    others = escape(", ".join(item.acceptable))
    more = f' <span class="hint">({word("acceptable", page.row.lang)}: {others})</span>' if others else ""
    why = f'<span class="hint">{escape(item.why)}</span>' if item.why else ""
    return f"{f'{sign}) ' if sign else ''}<b>{page.say(item.answer)}</b>{more} {why}"
