"""
A message: a code with its values, its text, and its form in a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from string import Formatter
from typing import Any

from engine.messages.advice import ADVICE
from engine.messages.comparison import COMPARISON
from engine.messages.fields import FIELDS
from engine.messages.findings import FINDINGS
from engine.messages.problems import PROBLEMS
from engine.messages.reasons import DETAILS, ENDINGS, NAMES, REASONS

TEMPLATES: dict[str, str] = {}
"""Code to English template, with the values as `str.format` fields: "{count:,} drafts"."""


class _Figures(Formatter):
    """Formats values as `str.format` does, but for 45 % and $0.000092 in place of 45% and $9.2e-05."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        if format_spec.endswith("%"):
            return f"{text[:-1]} %"
        return f"{Decimal(text):f}" if format_spec.endswith("g") and "e" in text else text


_FIGURES = _Figures()
_AFTER = "{first} {second}"
_BETWEEN = ", "


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell a person: a code of `TEMPLATES` and the values its template needs (plain JSON or Messages)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return as_text(self)

    def then(self, other: Message) -> Message:
        """This message followed by another sentence; the code stays the same."""
        before = self.values.get("then")
        return replace(self, values={**self.values, "then": before.then(other) if before else other})

    def says(self, code: str) -> bool:
        """Whether the message, or a sentence that follows it, has this code."""
        following: Any = self
        while isinstance(following, Message):
            if following.code == code:
                return True
            following = following.values.get("then")
        return False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for a row or a reply."""
        return {"code": self.code, "values": values_to_json(self.values)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Message:
        """Read back what `to_json` wrote."""
        return cls(raw["code"], read_values(raw.get("values") or {}))


NOTHING = Message("")
"""Nothing to tell: its text is empty."""


def reason_name(code: str) -> Message:
    """The short name of a reason; the code itself where it has none."""
    return Message(f"reason.{code}") if f"reason.{code}" in TEMPLATES else Message("said", {"text": code})


def reason_text(message: Message) -> str:
    """The English text of a reason as rows and `--json` have it: those of the retry contract begin with their code."""
    return f"{message.code}: {message}" if message.code in REASONS else str(message)


def read_reason(code: str, values: Mapping[str, Any] | None, text: str) -> Message:
    """
    The reason of a row.

    Args:
        code: Empty for none, and in older rows.
        values: As `values_to_json` wrote them; None: an older row.
        text: English; all that an older row has.
    """
    if values is not None:
        return Message.from_json({"code": code, "values": values})
    return Message("said", {"text": text.removeprefix(f"{code}: ")}) if text else NOTHING


def values_to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a message as plain JSON; what JSON does not know becomes text."""
    return {name: _plain(value) for name, value in values.items()}


def read_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Read back what `values_to_json` wrote."""
    return {name: _read(value) for name, value in values.items()}


def add(templates: Mapping[str, str]) -> None:
    """
    Add the messages of a kind to the catalogue, by code.

    Raises:
        ValueError: a code is there already with another text.
    """
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
        The template with its values; the bare code where it has no template or a value is missing (an older row), so
        that no page breaks.
    """
    template = templates.get(message.code, message.code)
    values = {name: _text(value, templates) for name, value in message.values.items()}
    try:
        text = _FIGURES.vformat(template, (), values) if message.code in templates else template
    except (KeyError, ValueError):
        text = message.code
    return templates.get("after", _AFTER).format(first=text, second=values["then"]) if "then" in values else text


def _text(value: Any, templates: Mapping[str, str]) -> Any:
    if isinstance(value, Message):
        return as_text(value, templates)
    if isinstance(value, list | tuple):
        return templates.get("between", _BETWEEN).join(str(_text(one, templates)) for one in value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool | dict) else str(value)


def _read(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"code", "values"}:
        return Message.from_json(value)
    return [_read(one) for one in value] if isinstance(value, list) else value


for _templates in (FIELDS, PROBLEMS, REASONS, ENDINGS, DETAILS, NAMES, ADVICE, COMPARISON, FINDINGS):
    add(_templates)
