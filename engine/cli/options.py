"""
The options that several commands share, and the conversion of their texts to a Job.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.errors import SpecError
from engine.job import Job, Overrides
from engine.spec import RunSpec, Tuning, kind_names, one_of, options_from_json, split_topics, tuning_for
from engine.spec.topics import read_topic_list

Kind = Annotated[str, typer.Option(help=f"{one_of(kind_names())}.")]
Lang = Annotated[str, typer.Option(help="en, ja or zh.")]
Levels = Annotated[str, typer.Option(help="1 to 6, such as 3,4 or 2-4.")]
TopicsFile = Annotated[
    Path | None, typer.Option(help="A text file with one topic per line; - reads standard input.", allow_dash=True)
]
TopicsAsTyped = Annotated[bool, typer.Option(help="Take every line of the topics file as it is.")]
PerCombo = Annotated[int, typer.Option(help="Drafts per topic and level.")]
Provider = Annotated[str, typer.Option(help="A provider of the catalog.")]
Model = Annotated[str, typer.Option(help="Default: the provider's.")]
BaseUrl = Annotated[str | None, typer.Option(help="Any OpenAI-compatible server.")]
Temperature = Annotated[float, typer.Option(help="0 to 2.")]
Option = Annotated[list[str], typer.Option(help="NAME=VALUE of the kind, such as genre=news.")]
Rpm = Annotated[int | None, typer.Option(help="Requests per window that the provider allows; 0: unknown.")]
Tpm = Annotated[int | None, typer.Option(help="Tokens per window that the provider allows; 0: unknown.")]
MaxInFlight = Annotated[int | None, typer.Option(help="Parallel requests that it allows; 0: unknown.")]
Shape = Annotated[str | None, typer.Option(help="The limit's shape: window or even.")]
WindowS = Annotated[float | None, typer.Option(help="The limit's window in seconds; default 60.")]
BudgetUsd = Annotated[float | None, typer.Option(help="Budget of the run; default: none.")]
BudgetDayUsd = Annotated[
    float | None,
    typer.Option(help="Daily budget of all runs on this provider, from midnight to midnight; default: none."),
]
DeadlineS = Annotated[float | None, typer.Option(help="Request timeout, in seconds.")]
Database = Annotated[
    str | None,
    typer.Option(envvar="DRAFTMILL_DATABASE", help="File or URL of the database; default: in the data folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one last line.")]
Wait = Annotated[
    bool, typer.Option("--wait", help="Wait and retry while the provider is down, instead of ending paused.")
]
RunId = Annotated[int, typer.Argument(metavar="RUN", help="The run's number, as `draftmill runs` lists it.")]


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


def _read_text(file: Path) -> str:
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return body.decode("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError("topics-file", str(file), "topics_file") from exc


def read_options(kind: str, pairs: list[str]) -> Any:
    """
    ["genre=news", "sentences=[6,10]"] as the kind's options.

    Raises:
        SpecError: a pair has no "=", or an option is unknown or out of bounds.
    """
    raw: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SpecError("option", pair, "option_form")
        try:
            raw[name.strip()] = json.loads(value)
        except ValueError:
            raw[name.strip()] = value.strip()
    return options_from_json(kind, raw)


def read_tuning(preset: str, n: int, **given: int | None) -> Tuning:
    """
    The preset's Tuning with the given figures in place of its own; with neither, what suits the number of drafts.

    Raises:
        SpecError: the preset is unknown or a figure out of bounds.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    shaped = "concurrency" in changes or "batch_size" in changes
    base = tuning_for(preset, n) if preset else Tuning() if shaped else tuning_for("auto", n)
    return Tuning(**{**asdict(base), **changes})


def read_job(spec: dict[str, Any], preset: str, tuning: dict[str, int | None], overrides: dict[str, Any]) -> Job:
    """
    Put a Job together.

    Raises:
        SpecError: something is out of bounds.
    """
    made = RunSpec(**spec)
    known = {f.name for f in fields(Overrides)}
    return Job(
        made,
        read_tuning(preset, made.slots, **tuning),
        preset,
        Overrides(**{name: value for name, value in overrides.items() if name in known}),
    )
