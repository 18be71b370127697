"""
Reads the texts of options: levels, topics, the options of a kind, and a whole Job.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from engine.errors import SpecError
from engine.export.recipe import Recipe, read_recipe_bytes, read_tuning
from engine.job import Job, Overrides
from engine.spec import RunSpec, split_topics
from engine.spec.topics import read_topic_list

_LANGUAGES = ("explain_in", "translate_to")
"""The options with an option of the command line of their own."""


def read_levels(text: str) -> tuple[int, ...]:
    """
    "3,4" or "2-4" as levels.

    Raises:
        SpecError: a part is not a number.
    """
    levels: list[int] = []
    for part in text.replace(" ", "").split(","):
        low, dash, high = part.partition("-")
        try:
            levels += range(int(low), int(high) + 1) if dash else [int(low)]
        except ValueError:
            raise SpecError("levels", text, "levels_form") from None
    return tuple(levels)


def read_level_check(text: str) -> tuple[float, ...]:
    """
    "5,15,30" as shares of words above the level: for a note, a flag, another try.

    Raises:
        SpecError: it is not three numbers.
    """
    try:
        return tuple(float(part) / 100 for part in text.split(","))
    except ValueError:
        raise SpecError("level-check", text, "level_percent") from None


def read_topics(topics: list[str], file: Path | None, as_typed: bool = False) -> tuple[str, ...]:
    """
    The topics of the options and of the file, one per line.

    Raises:
        SpecError: there are none, one is blank or given twice, or the file cannot be read.
    """
    if any(not line.strip() for line in topics):
        raise SpecError("topic", "", "topic_option")
    if file is None:
        return split_topics("\n".join(topics), as_typed=True)
    text = _read_text(file)
    for removed in () if as_typed else read_topic_list(text).removed:
        typer.echo(f"topics: {removed}", err=True)
    return split_topics("\n".join([*topics, *split_topics(text, as_typed=as_typed)]), as_typed=True)


def read_recipe_file(file: Path | None) -> Recipe:
    """
    The recipe of a file; None: an empty one.

    Raises:
        SpecError: it cannot be read, or is no recipe.
    """
    if file is None:
        return Recipe()
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as exc:
        raise SpecError("recipe", str(file), "recipe_file") from exc
    return read_recipe_bytes(body, file.name)


def _read_text(file: Path) -> str:
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError("topics-file", str(file), "topics_file") from exc


def option_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    The options of the kind as plain values.

    Args:
        given: `option` (["genre=news", "sentences=[6,10]"]), `explain_in` and `translate_to`.

    Raises:
        SpecError: a pair has no "=".
    """
    raw: dict[str, Any] = {}
    for pair in given["option"]:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SpecError("option", pair, "option_form")
        try:
            raw[name.strip()] = json.loads(value)
        except (ValueError, RecursionError):
            raw[name.strip()] = value.strip()
    return raw | {name: given[name] for name in _LANGUAGES if given[name] is not None}


def read_job(spec: dict[str, Any], preset: str, tuning: dict[str, int | None], overrides: Overrides) -> Job:
    """
    Put a Job together.

    Raises:
        SpecError: something is out of bounds.
    """
    made = RunSpec(**spec)
    return Job(made, read_tuning(preset, made.slots, **tuning), preset, overrides)
