"""
Kinds of columns, on a registry of their own: Streamlit reloads modules, and a second definition must not clash.

A field's Python type is what a read model holds; the column's type is in the field. A default here is the database's:
a Python default would be sent with every insert.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from engine.store.columns import JsonText, PlainText


class Columns(SQLModel, registry=registry()):
    """The base of all columns, tables and read models."""


class ReadModel(Columns):
    """The base of the read models: frozen, and built from a row of the table without validation."""

    model_config = {"frozen": True}

    @classmethod
    def of(cls, values: Mapping[Any, Any]) -> Self:
        """
        A read model of a row.

        Args:
            values: All fields by name, as the table has them. They are not checked: pydantic's check would double the
                time of a page.
        """
        made: Self = cls.__new__(cls)
        made.__dict__.update(values)
        return made


def key() -> Any:
    """The id of a table."""
    return Field(default=None, primary_key=True)


def word(default: str = "") -> Any:
    """Text that is never NULL."""
    return Field(sa_type=PlainText, nullable=False, sa_column_kwargs={"server_default": text(f"'{default}'")})


def maybe_word() -> Any:
    """Text or NULL."""
    return Field(default=None, sa_type=PlainText, nullable=True)


def as_json() -> Any:
    """A JSON value or NULL."""
    return Field(default=None, sa_type=JsonText, nullable=True)


def number() -> Any:
    """A number, 0 until it is set."""
    return Field(nullable=False, sa_column_kwargs={"server_default": text("0")})


def mark() -> Any:
    """Yes or no, no until it is set."""
    return Field(nullable=False, sa_column_kwargs={"server_default": text("false")})


def id_of(table: str) -> Any:
    """The id of a row of another table."""
    return Field(foreign_key=f"{table}.id", nullable=False)


def maybe_id_of(table: str) -> Any:
    """The id of a row of another table, or NULL."""
    return Field(default=None, foreign_key=f"{table}.id", nullable=True)
