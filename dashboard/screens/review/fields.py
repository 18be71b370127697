"""
A draft's content as the fields of a form, and back. Pure.

Lists of short texts are written one a line, the lines of a script as "A: text". A gap that was taken out of the
passage goes with its answer; whether what comes of it is a draft is for the kind's checks to say.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CHOICES: dict[str, tuple[str, ...]] = {
    "type": ("connector", "collocation", "grammar", "particle", "vocabulary"),
    "gender": ("female", "male", "unspecified"),
    "pacing": ("slow", "medium", "fast"),
}
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
    heading: tuple[str, str] | None = None
    """What a group of fields begins with: the group's name and its own, such as ("blanks", "3")."""

    @property
    def name(self) -> str:
        """What it is called in the content."""
        return str(self.path[-1])

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it may have; empty: any text."""
        fixed = CHOICES.get(self.name, ())
        return fixed if not fixed or self.value in fixed else (*fixed, self.value)


def fields_of(content: Mapping[str, Any]) -> list[Field]:
    """The fields of a content, in its order."""
    return list(_fields(content, ()))


def rebuilt(content: Mapping[str, Any], values: Mapping[Path, str]) -> dict[str, Any]:
    """
    The content that a filled form stands for.

    Args:
        content: What the form was made from; it is not changed.
        values: What each field holds, by its path.
    """
    made: dict[str, Any] = copy.deepcopy(dict(content))
    for field in fields_of(content):
        text = values[field.path]
        value: object = _listed(text) if field.listed else text
        if field.path == ("lines",):
            value = _script(text, speakers={str(role.get("label", "")) for role in made.get("roles", ())})
        _put(made, field.path, value)
    if "passage" in made:
        made["blanks"] = [blank for blank in made["blanks"] if not _is_gone(blank, made["passage"])]
    return made


def _fields(value: Any, path: Path) -> Iterator[Field]:
    if isinstance(value, str):
        yield Field(path, value)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            group = _fields(part, (*path, name))
            yield from _headed(group, (str(name), "")) if isinstance(part, Mapping) else group
    elif path == ("lines",):
        yield Field(path, "\n".join(_line(line) for line in value))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for place, part in enumerate(value):
            own = str(part.get("id") or part.get("label") or place + 1)
            yield from _headed(_fields(part, (*path, place)), (str(path[-1]), own))
    elif isinstance(value, list):
        yield Field(path, "\n".join(map(str, value)), listed=True)


def _headed(fields: Iterator[Field], heading: tuple[str, str]) -> Iterator[Field]:
    for place, field in enumerate(fields):
        yield field if place else Field(field.path, field.value, field.listed, heading)


def _line(line: Mapping[str, Any]) -> str:
    speaker = str(line.get("speaker", ""))
    return f"{speaker}: {line.get('text', '')}" if speaker else str(line.get("text", ""))


def _script(text: str, speakers: set[str]) -> list[dict[str, str]]:
    """Lines of a script; what stands before a colon is a speaker only where there are roles."""
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


def _is_gone(blank: Mapping[str, Any], passage: str) -> bool:
    return "{{" + str(blank.get("id")) + "}}" not in passage and not str(blank.get("answer", "")).strip()
