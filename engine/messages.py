"""
The sentences for people, by code: the only place in the engine with text that a person reads.

A function that has something to say returns or raises a `Message`: a code with its values. The English text is made
here, at the edge (command line, log, exception text); the dashboard translates the template of the same code. A kind's
own messages live in its folder; the registry of kinds adds them with `add`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEMPLATES: dict[str, str] = {}
"""Code to English template, with the values as `str.format` fields: "{count:,} drafts"."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell a person: a code of `TEMPLATES` and the values its template needs (plain JSON or Messages)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return as_text(self)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for a row or a reply."""
        return {"code": self.code, "values": {name: _plain(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Message:
        """Read back what `to_json` wrote."""
        return cls(raw["code"], {name: _read(value) for name, value in raw.get("values", {}).items()})


def add(templates: Mapping[str, str]) -> None:
    """Add the messages of a kind; a code that is there already with another text is an error of the programmer."""
    for code, template in templates.items():
        if TEMPLATES.setdefault(code, template) != template:
            raise ValueError(f"message code {code!r} has two templates")


def as_text(message: Message, templates: Mapping[str, str] = TEMPLATES) -> str:
    """
    The text of a message.

    Args:
        message: Nested messages and lists of messages are turned into text first.
        templates: Code to template; the dashboard passes translated ones.

    Returns:
        The template with its values; the bare code where it has no template, so that a new code never breaks a page.
    """
    template = templates.get(message.code)
    if template is None:
        return message.code
    values = {name: _text(value, templates) for name, value in message.values.items()}
    return template.format(**values)


def _text(value: Any, templates: Mapping[str, str]) -> Any:
    if isinstance(value, Message):
        return as_text(value, templates)
    if isinstance(value, list | tuple):
        return ", ".join(str(_text(one, templates)) for one in value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"code", "values"}:
        return Message.from_json(value)
    return [_read(one) for one in value] if isinstance(value, list) else value
