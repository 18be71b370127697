"""
A worksheet in Markdown with the key at the end. Whatever a draft holds is escaped: it is read, never rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from engine.export.choices import letter, lettered
from engine.export.selection import Blank, Marked, Selection, gapped, numbered, speakers
from engine.export.words import level_name, word
from engine.kinds.alignment.fields import STEPS
from engine.store import DraftRow

# What means something anywhere; then what does at the start of a line; then what some readers make a link of.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&$@])")
_STARTS = re.compile(r"^[ \t]*(\d*)([-+=.)])", re.MULTILINE)
_LINKS = re.compile(r"(?::(?=//)|(?<=www)\.)", re.IGNORECASE)
_INDENT = re.compile(r"\n[ \t]+")
_LISTS = ("key_phrases", "patterns", "hints", "checklist", "templates", "outline")
COPY_BYTES = 1 << 20


def write(selection: Selection, out: BinaryIO) -> None:
    """The exercises, then the key, which waits in a file of its own meanwhile."""
    with TemporaryFile() as key:
        out.write(f"# {escaped(selection.title)}\n".encode())
        lang = ""
        for number, marked in enumerate(selection.drafts, 1):
            lang = lang or marked.draft.lang
            out.write(_block(_exercise(number, marked)))
            key.write(_block(_key(number, marked)))
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


def _exercise(number: int, marked: Marked) -> Iterator[str]:
    draft = marked.draft
    yield f"## {number}. {escaped(draft.title)}"
    yield f"*{escaped(draft.topic)} · {level_name(draft.level, draft.lang)}*"
    yield from {"cloze": _cloze, "shadowing": _shadowing, "alignment": _alignment}[draft.kind](draft)


def _cloze(draft: DraftRow) -> Iterator[str]:
    yield gapped(draft.content, escaped, lambda number, blank: f"**({number})** \\_\\_\\_\\_\\_\\_")
    yield "\n".join(f"{number}. {_asked(draft, number, blank)}" for number, blank in numbered(draft.content))


def _asked(draft: DraftRow, number: int, blank: Blank) -> str:
    offered = "  ".join(f"{sign}) {escaped(text)}" for sign, text in lettered(draft, number, blank))
    hint = f"  ({escaped(blank['hint'])})" if blank["hint"] else ""
    return f"{offered}{hint}".strip() or "\\_\\_\\_\\_\\_\\_"


def _shadowing(draft: DraftRow) -> Iterator[str]:
    roles = speakers(draft.content)
    lines = []
    for line in draft.content["lines"]:
        name = roles.get(line["speaker"], {}).get("name") or line["speaker"]
        lines.append(f"**{escaped(name)}** {escaped(line['text'])}" if name else escaped(line["text"]))
    yield "\n\n".join(lines)
    yield from _lists(draft, {"key_phrases": draft.content["key_phrases"], "tips": [draft.content["tips"]]})


def _alignment(draft: DraftRow) -> Iterator[str]:
    for step in STEPS:
        part = draft.content[step]
        yield f"### {step} {escaped(part['title'])}"
        yield escaped(part["prompt"])
        yield from _lists(draft, {name: part.get(name, ()) for name in _LISTS})


def _lists(draft: DraftRow, lists: dict[str, Iterable[str]]) -> Iterator[str]:
    for name, items in lists.items():
        points = "\n".join(f"- {escaped(item)}" for item in items if item)
        if points:
            yield f"**{word(name, draft.lang)}**\n\n{points}"


def _key(number: int, marked: Marked) -> Iterator[str]:
    draft = marked.draft
    if draft.kind == "cloze":
        yield f"**{number}. {escaped(draft.title)}**"
        yield "\n".join(f"{place}. {_answered(draft, place, blank)}" for place, blank in numbered(draft.content))
    elif draft.kind == "alignment":
        yield f"**{number}. {escaped(draft.title)}**"
        for step in STEPS:
            yield f"*{step}*\n\n{escaped(draft.content[step]['exemplar'])}"


def _answered(draft: DraftRow, number: int, blank: Blank) -> str:
    sign = letter(draft, number, blank)
    others = ", ".join(escaped(text) for text in blank["acceptable"])
    more = f" ({word('acceptable', draft.lang)}: {others})" if others else ""
    why = f": {escaped(blank['explanation'])}" if blank["explanation"] else ""
    return f"{f'{sign}) ' if sign else ''}**{escaped(blank['answer'])}**{more}{why}"
