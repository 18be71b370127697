"""
A worksheet as one HTML page to print: no script, no other file, each exercise kept together, the key on pages of its
own. Whatever a draft holds is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from tempfile import TemporaryFile
from typing import BinaryIO

from engine.export.choices import letter, lettered
from engine.export.markdown import COPY_BYTES
from engine.export.selection import Blank, Marked, Selection, gapped, numbered, speakers
from engine.export.words import level_name, word
from engine.kinds.alignment.fields import STEPS
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
.room { height: 6.5em; border-bottom: 1px solid var(--line);
  background: repeating-linear-gradient(#fff 0 2.1em, var(--line) 2.1em calc(2.1em + 1px)); }
dt { font-weight: 600; font-size: .85em; margin-top: .6em; } dd { margin: 0; } dd ul { margin: .1em 0; }
.key { break-before: page; } .key section { padding: .7em 0; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
"""
_LISTS = ("key_phrases", "patterns", "hints", "checklist", "templates", "outline")


def write(selection: Selection, out: BinaryIO) -> None:
    """The page; the key waits in a file of its own meanwhile."""
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
            out.write(_exercise(number, marked).encode("utf-8", "replace"))
            key.write(_key(number, marked).encode("utf-8", "replace"))
        if key.tell():
            out.write(f'<div class="key"><h1>{word("key", lang)}</h1>\n'.encode())
            key.seek(0)
            while part := key.read(COPY_BYTES):
                out.write(part)
            out.write(b"</div>\n")
    out.write(b"</body></html>\n")


def _exercise(number: int, marked: Marked) -> str:
    draft = marked.draft
    body = {"cloze": _cloze, "shadowing": _shadowing, "alignment": _alignment}[draft.kind](draft)
    about = f"{escape(draft.topic)} · {level_name(draft.level, draft.lang)}"
    return _section(number, draft, f'<p class="about">{about}</p>\n{body}')


def _section(number: int, draft: DraftRow, inner: str) -> str:
    return f'<section lang="{escape(draft.lang)}"><h2>{number}. {escape(draft.title)}</h2>\n{inner}</section>\n'


def _cloze(draft: DraftRow) -> str:
    passage = gapped(draft.content, escape, lambda number, _: f'<span class="gap"><b>{number}</b><i></i></span>')
    asked = "".join(f"<li>{_asked(draft, number, blank)}</li>" for number, blank in numbered(draft.content))
    return f'<p>{passage}</p>\n<ol class="asked">{asked}</ol>\n'


def _asked(draft: DraftRow, number: int, blank: Blank) -> str:
    offered = "".join(f"<span>{sign}) {escape(text)}</span>" for sign, text in lettered(draft, number, blank))
    return offered + (f'<span class="hint">{escape(blank["hint"])}</span>' if blank["hint"] else "")


def _shadowing(draft: DraftRow) -> str:
    roles, lines = speakers(draft.content), []
    for line in draft.content["lines"]:
        name = roles.get(line["speaker"], {}).get("name") or line["speaker"]
        lines.append(f"<div>{f'<b>{escape(name)}</b>' if name else ''}{escape(line['text'])}</div>")
    more = {"key_phrases": draft.content["key_phrases"], "tips": [draft.content["tips"]]}
    return f'<div class="script">{"".join(lines)}</div>\n{_lists(draft, more)}'


def _alignment(draft: DraftRow) -> str:
    steps = []
    for step in STEPS:
        part = draft.content[step]
        lists = _lists(draft, {name: part.get(name, ()) for name in _LISTS})
        steps.append(
            f"<h3>{step} {escape(part['title'])}</h3><p>{escape(part['prompt'])}</p>{lists}<div class=room></div>\n"
        )
    return "".join(steps)


def _lists(draft: DraftRow, lists: dict[str, Iterable[str]]) -> str:
    shown = {name: [escape(item) for item in items if item] for name, items in lists.items()}
    entries = (
        f"<dt>{word(name, draft.lang)}</dt><dd><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul></dd>"
        for name, items in shown.items()
        if items
    )
    return f"<dl>{''.join(entries)}</dl>\n"


def _key(number: int, marked: Marked) -> str:
    draft = marked.draft
    if draft.kind == "cloze":
        answers = "".join(f"<li>{_answered(draft, place, blank)}</li>" for place, blank in numbered(draft.content))
        return _section(number, draft, f'<ol class="asked">{answers}</ol>')
    if draft.kind == "alignment":
        steps = (f"<h3>{step}</h3><p>{escape(draft.content[step]['exemplar'])}</p>" for step in STEPS)
        return _section(number, draft, "".join(steps))
    return ""


def _answered(draft: DraftRow, number: int, blank: Blank) -> str:
    sign = letter(draft, number, blank)
    others = escape(", ".join(blank["acceptable"]))
    more = f' <span class="hint">({word("acceptable", draft.lang)}: {others})</span>' if others else ""
    why = f'<span class="hint">{escape(blank["explanation"])}</span>' if blank["explanation"] else ""
    return f"{f'{sign}) ' if sign else ''}<b>{escape(blank['answer'])}</b>{more} {why}"
