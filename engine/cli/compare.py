"""
`draftmill compare`: makes the same drafts with several settings, in several trials, and measures them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from engine.cli.compare_options import ARMS, WORK, read_arms, read_work
from engine.cli.compare_view import estimate_as_text, print_report, watch
from engine.cli.gathered import NOTHING_GIVEN, gathered
from engine.cli.options import Database, Json
from engine.cli.overrides import LIMITS, SERVER, UNCHANGED, provider_options
from engine.cli.reading import read_job
from engine.cli.waiting import Terminated, working
from engine.compare import ComparisonReport, check, estimate_comparison, report, start, to_csv, to_json
from engine.compare import resume as resume_comparison
from engine.errors import SpecError
from engine.job import Job, Overrides
from engine.process import open_private
from engine.providers import Catalog
from engine.runners.thread import LEAVE_S, Runner
from engine.spec import choice
from engine.store import Store

KEY_ENV = "TEST_AUTH_TOKEN"
LANGUAGES = ("en", "zh")
"""Of an HTML report."""


def _to_html(store: Store, at: ComparisonReport, language: str) -> str:
    # The page's own charts and words; the one place where the engine draws.
    from dashboard.charts.page import to_html
    from dashboard.screens.compare.words import page_words

    return to_html(at, page_words(language), store)


WRITERS: dict[str, Callable[[Store, ComparisonReport, str], str]] = {
    ".json": lambda _store, at, _language: json.dumps(to_json(at), ensure_ascii=False, indent=2) + "\n",
    ".csv": lambda _store, at, _language: to_csv(at),
    ".html": _to_html,
}


@provider_options(SERVER, LIMITS)
@gathered("work", WORK)
@gathered("compared", ARMS)
def compare(
    compared: dict[str, Any] = NOTHING_GIVEN,
    trials: Annotated[int, typer.Option(help="Trials of each arm, 1 to 20.")] = 3,
    work: dict[str, Any] = NOTHING_GIVEN,
    overrides: Overrides = UNCHANGED,
    note: Annotated[str, typer.Option(help="A name for the comparison.")] = "",
    seed: Annotated[int | None, typer.Option(help="Seed of the order of the arms. Default: a random one.")] = None,
    resume: Annotated[int | None, typer.Option(metavar="ID", help="Continue this comparison, or show it.")] = None,
    output: Annotated[Path | None, typer.Option(help="Also write the report to FILE.csv, .json or .html.")] = None,
    language: Annotated[str, typer.Option(help="Of a report in HTML: en or zh.")] = LANGUAGES[0],
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Compare settings: the same drafts with each of them, measured. Without options: every preset, no key needed."""
    _check_output(output, language)
    if resume is not None:
        with working(database, reads=True) as (store, runner):
            resume_comparison(store, runner, resume)
            _finish(store, runner, resume, _Report(output, language), as_json)
    catalog = Catalog.load()
    job = _job(catalog, read_work(work, database), overrides)
    with working(database, catalog) as (store, runner):
        arms = read_arms(compared, job, catalog.names(), store)
        check(arms, trials)
        expected = estimate_comparison(store, catalog, job, arms, trials)
        made = start(store, runner, job, arms, trials, note=note, seed=seed)
        if not as_json:
            typer.echo(f"comparison {made}: {estimate_as_text(expected)}")
        _finish(store, runner, made, _Report(output, language), as_json)


def _job(catalog: Catalog, spec: dict[str, Any], overrides: Overrides) -> Job:
    """The job that every arm changes; a provider with a key takes it from TEST_AUTH_TOKEN unless one is named."""
    if overrides.key_env is None and catalog.profile(spec["provider"]).key_env:
        overrides = replace(overrides, key_env=KEY_ENV)
    return read_job(spec, "serial", {}, overrides)


@dataclass(frozen=True, slots=True)
class _Report:
    """Where the report is written, if anywhere, and in which language."""

    file: Path | None
    language: str


def _check_output(output: Path | None, language: str) -> None:
    choice("language", language, LANGUAGES)
    if output is None:
        return
    if output.suffix.lower() not in WRITERS:
        raise SpecError("output", str(output), "output_ending", endings=list(WRITERS))
    if not output.absolute().parent.is_dir():
        raise SpecError("output", str(output), "output_folder")


def _finish(store: Store, runner: Runner, comparison: int, output: _Report, as_json: bool) -> NoReturn:
    try:
        watch(store, comparison)
    except Terminated:
        runner.close(LEAVE_S)
    except KeyboardInterrupt:
        typer.echo("\nfinishing the calls in flight (already paid for); Ctrl-C again to stop without them", err=True)
        runner.close()
    at = report(store, comparison)
    if output.file is not None:
        _write(output.file, WRITERS[output.file.suffix.lower()](store, at, output.language))
    if as_json:
        typer.echo(json.dumps(to_json(at), ensure_ascii=False))
    else:
        print_report(at)
    raise typer.Exit(_exit_code(at))


def _write(output: Path, text: str) -> None:
    try:
        with open_private(output) as file:
            file.write(text)
    except OSError as exc:
        raise SpecError("output", str(output), "output_unwritable", problem=exc.strerror) from exc


def _exit_code(at: ComparisonReport) -> int:
    if at.state != "done":
        return 4
    return 3 if any((arm.success_rate or 0.0) < 1 for arm in at.arms) else 0
