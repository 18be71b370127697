"""
A draft's content as the fields of a form, and back. Pure.

The model of the kind says which fields there are. Lists of short texts are written one per line, the lines of a script
as "A: text". Whether the result is a draft is for the kind's checks to say.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.kinds import kind_with
from engine.kinds.layout import Entry, Script, layout

_SPEAKER = re.compile(r"^\s*([^:：]{1,24}?)\s*[:：]\s*(.*)$")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One widget of the form."""

    path: Path
    """The way to it in the content."""
    value: str
    listed: bool = False
    """A list, one a line."""
    fixed: tuple[str, ...] = ()
    """The values that the kind allows."""
    script: str = ""
    """For lines of a script: the field that lists their speakers."""
    heading: tuple[str, str] | None = None
    """What a group of fields begins with: the group's name and its own, such as ("blanks", "3")."""

    @property
    def name(self) -> str:
        """Its name in the content."""
        return str(self.path[-1])

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it may have; empty: any text."""
        return self.fixed if not self.fixed or self.value in self.fixed else (*self.fixed, self.value)


def fields_of(content: Mapping[str, Any]) -> list[Field]:
    """The fields of a content, in the order of its kind."""
    return list(_fields(layout(kind_with(dict(content)).fields), content, ()))


def rebuilt(content: Mapping[str, Any], values: Mapping[Path, str]) -> dict[str, Any]:
    """
    The content that a filled form describes.

    Args:
        content: What the form was made from; it is not changed.
        values: What each field holds, by its path.
    """
    made: dict[str, Any] = copy.deepcopy(dict(content))
    for field in fields_of(content):
        text = values[field.path]
        value: object = _listed(text) if field.listed else text
        if field.script:
            value = _script(text, speakers={str(role.get("label", "")) for role in made.get(field.script, ())})
        _put(made, field.path, value)
    return kind_with(made).edited(made)


def _fields(entries: Iterable[Entry], content: Mapping[str, Any], path: Path) -> Iterator[Field]:
    for entry in entries:
        if entry.name in content:
            yield from _field(entry, content[entry.name], (*path, entry.name))


def _field(entry: Entry, value: Any, path: Path) -> Iterator[Field]:
    script = next((mark.names for mark in entry.marks if isinstance(mark, Script)), "")
    if script:
        yield Field(path, "\n".join(_line(line) for line in value), script=script)
    elif entry.form == "rows":
        for place, row in enumerate(value):
            own = str(row.get("id") or row.get("label") or place + 1)
            yield from _headed(_fields(entry.parts, row, (*path, place)), (entry.name, own))
    elif entry.form == "group":
        yield from _headed(_fields(entry.parts, value, path), (entry.name, ""))
    elif entry.form == "pairs" and isinstance(value, Mapping):
        named = (Field((*path, name), text) for name, text in value.items() if isinstance(text, str))
        yield from _headed(named, (entry.name, ""))
    elif entry.form == "texts":
        yield Field(path, "\n".join(map(str, value)), listed=True)
    elif isinstance(value, str):
        yield Field(path, value, fixed=entry.choices)


def _headed(fields: Iterator[Field], heading: tuple[str, str]) -> Iterator[Field]:
    for place, field in enumerate(fields):
        yield field if place else replace(field, heading=heading)


def _line(line: Mapping[str, Any]) -> str:
    speaker = str(line.get("speaker", ""))
    return f"{speaker}: {line.get('text', '')}" if speaker else str(line.get("text", ""))


def _script(text: str, speakers: set[str]) -> list[dict[str, str]]:
    """Lines of a script; the text before a colon is a speaker only where there are roles."""
    lines = []
    for line in filter(str.strip, text.split("\n")):
        found = _SPEAKER.match(line) if speakers else None
        speaker, said = (found[1], found[2]) if found else ("", line.strip())
        lines.append({"speaker": speaker, "text": said})
    return lines


def _listed(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _put(content: Any, path: Path, value: object) -> None:
    for part in path[:-1]:
        content = content[part]
    content[path[-1]] = value
