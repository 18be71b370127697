"""
`draftmill doctor` and `draftmill prices`: health checks, and the prices of a provider.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from engine.cli.opening import open_store
from engine.cli.options import Database, Json
from engine.cli.overrides import SERVER, UNCHANGED, provider_options
from engine.doctor import Finding, Report, examine
from engine.job import Overrides
from engine.messages import Message
from engine.profiles import refresh_prices
from engine.providers import Catalog

WRONG = 4
CUSTOM = "custom"
"""The profile of a server that is named by --base-url alone."""
NOT_SAVED = "they are not saved: its profile has another address; write base_url and the prices into providers.toml"
MARK = {"good": "[green]ok[/]", "note": "[dim]--[/]", "warn": "[yellow]look[/]", "bad": "[red]WRONG[/]"}


@provider_options(SERVER)
def doctor(
    provider: Annotated[
        list[str], typer.Option(help="Provider to check; may be repeated. Default: practice and all that have a key.")
    ] = [],  # noqa: B006
    overrides: Overrides = UNCHANGED,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Check keys, quota, network and database; exit code 4 if something is wrong."""
    asked = provider or ([CUSTOM] if overrides.base_url else None)
    with open_store(database) as store:
        report = examine(store, Catalog.load(), asked, overrides)
    if as_json:
        typer.echo(json.dumps(report_json(report), ensure_ascii=False))
    else:
        _print(report)
    raise typer.Exit(0 if report.ok else WRONG)


@provider_options(SERVER)
def prices(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="A provider of the catalog.")],
    overrides: Overrides = UNCHANGED,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Read a provider's prices from its models list and save them in its profile."""
    with open_store(database) as store:
        found = refresh_prices(store, Catalog.load(), provider, **overrides.given())
    if as_json:
        changed = {
            name: {"input_usd": now.input_usd, "output_usd": now.output_usd} for name, (_, now) in found.changed.items()
        }
        summary = {"provider": provider, "listed": found.listed, "changed": changed, "saved": found.saved}
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    where = "they are saved in its profile" if found.saved else NOT_SAVED
    models = f"{found.listed:,} model{'s' * (found.listed != 1)}"
    typer.echo(f"{overrides.base_url or provider} lists the prices of {models}; {where}")
    for name, (was, now) in found.changed.items():
        before = f"was {was.input_usd:g} and {was.output_usd:g}" if was else "was not known"
        typer.echo(f"  {name}: {now.input_usd:g} in, {now.output_usd:g} out, USD per million tokens ({before})")


def report_json(report: Report) -> dict[str, Any]:
    """A report as plain JSON; figures are raw."""
    return {"ok": report.ok, "at": report.at, "findings": [_finding_json(finding) for finding in report.findings]}


def _finding_json(finding: Finding) -> dict[str, Any]:
    names = ("question", "state", "code", "provider")
    figures = {name: _plain(value) for name, value in finding.figures.items()}
    return {**{name: getattr(finding, name) for name in names}, "figures": figures, "said": str(finding.message)}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    return str(value) if isinstance(value, Message) else value


def _print(report: Report) -> None:
    table = Table(box=None, show_header=False)
    for _column in range(4):
        table.add_column(overflow="fold")
    for finding in report.findings:
        words = str(finding.message).replace("[", r"\[")
        table.add_row(MARK[finding.state], finding.provider or "this machine", finding.question, words)
    Console().print(table)
