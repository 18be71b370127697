"""
Two column types: text and JSON that any database accepts, with any characters.

A reply may hold lone surrogates and NUL characters; the first break UTF-8, the second PostgreSQL. Texts are checked
in kinds.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from engine.messages import Message, values_to_json
from engine.work import Grading


def storable(text: str) -> str:
    """Replace what no database stores (NUL, lone surrogates) by U+FFFD; everything else is kept as it is."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def searchable(text: str) -> str:
    """The form a text is searched in: full and half width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def graded(grading: Grading | None) -> dict[str, Any]:
    """The columns of a draft that say how far it is above its level."""
    if grading is None:
        return {"above_share": None, "above_words": None}
    return {"above_share": grading.share, "above_words": list(grading.words) or None}


def to_json(value: Any) -> str:
    """Compact JSON, readable in any script; fully escaped if it contains a lone surrogate."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def reason_columns(why: Message) -> dict[str, Any]:
    """The columns of a reason, beside its text."""
    return {"reason_code": why.code, "reason_values": values_to_json(why.values) if why.code else None}


class PlainText(TypeDecorator[str]):
    """A text column."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make the text storable on its way in."""
        return None if value is None else storable(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value in a text column: the same in SQLite and PostgreSQL, and readable in both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write JSON; None is NULL."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON; NULL is None."""
        return None if value is None else json.loads(value)
