"""
The fields of a kind as a list of entries, read off its model: what the schema, the editor and the columns walk along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args, get_origin

from engine.kinds.kind import Fields

Form = Literal["text", "number", "texts", "group", "rows", "pairs"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: a text, a number, a list of texts, a group of fields, rows of fields, or named texts."""

    name: str
    form: Form
    choices: tuple[str, ...] = ()
    """The values a text may have; empty: any."""
    parts: tuple[Entry, ...] = ()
    """The fields of a group or of each row."""
    asked: bool = True
    """Whether the model writes it; False: we fill it in."""
    marks: tuple[object, ...] = ()
    """What the kind says of the field beside its type, such as `Table`."""
    _sorts: frozenset[type] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sorts", frozenset(map(type, self.marks)))

    def mark(self, sort: type) -> bool:
        """Whether the kind marked the field this way."""
        return sort in self._sorts


@dataclass(frozen=True, slots=True)
class Table:
    """Marks rows that become a table of their own in the exports."""

    row: str
    """The table's key column."""
    key: str = "id"
    """The field of a row that it holds."""
    what: str = ""
    """What a row is called in English, where it is not the key column's name."""


@dataclass(frozen=True, slots=True)
class Script:
    """Marks rows that are written as a script, "A: text" a line; `names` is the field that lists the speakers."""

    names: str


@dataclass(frozen=True, slots=True)
class Help:
    """Marks a remark for the learner in the language of explanations; `own`: the language of the draft will do, too."""

    own: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Marks short texts in the language of the draft: an answer, a choice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Marks a text that says what the learner has to do, in the language of the draft: a question, a task."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Marks an optional field beside the draft itself: tables show it, an import does not read it."""


@cache
def layout(model: type[Fields]) -> tuple[Entry, ...]:
    """The fields of a model, in their order."""
    return tuple(_entries(model))


def texts_of(content: Mapping[str, Any], entries: Iterable[Entry], place: str = "") -> Iterator[tuple[str, Entry, str]]:
    """Every text of a draft with its entry and its place, such as "blanks 2.hint"; "" for an empty list of help."""
    for entry in entries:
        at = f"{place}.{entry.name}" if place else entry.name
        value = content.get(entry.name)
        if entry.form == "group" and isinstance(value, Mapping):
            yield from texts_of(value, entry.parts, at)
        elif entry.form == "rows":
            for number, row in enumerate(value or (), 1):
                yield from texts_of(row, entry.parts, f"{at} {number}")
        elif entry.form == "texts":
            yield from ((at, entry, text) for text in value or ([""] if entry.mark(Help) else ()))
        elif isinstance(value, str) and not entry.choices:
            yield at, entry, value


def _entries(model: type[Fields]) -> Iterator[Entry]:
    for name, info in model.model_fields.items():
        form, choices, parts = _form(info.annotation)
        yield Entry(name, form, choices, parts, info.is_required(), tuple(info.metadata))


def _form(annotation: Any) -> tuple[Form, tuple[str, ...], tuple[Entry, ...]]:
    if isinstance(annotation, type) and issubclass(annotation, Fields):
        return "group", (), layout(annotation)
    if get_origin(annotation) is Literal:
        return "text", get_args(annotation), ()
    if get_origin(annotation) is list:
        inner = get_args(annotation)[0]
        row = isinstance(inner, type) and issubclass(inner, Fields)
        return ("rows", (), layout(inner)) if row else ("texts", (), ())
    if annotation in (str, int):
        return ("text" if annotation is str else "number"), (), ()
    return "pairs", (), ()
