"""
`draftmill ...`: the commands and their options. What they print is the business of show, how a run is made of run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.compare import compare
from engine.cli.doctor import doctor, prices
from engine.cli.practice import practice
from engine.cli.run import resume, run
from engine.cli.show import cancel, drafts, runs, status
from engine.errors import DraftmillError

app = typer.Typer(
    name="draftmill",
    help="Make language-learning drafts in bulk. Without a command: open the dashboard.",
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)
for command in (run, resume, runs, status, drafts, cancel, compare, doctor, prices, practice):
    app.command()(command)


@app.callback(invoke_without_command=True)
def dashboard(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the dashboard, on 127.0.0.1.")] = 8501,
    database: Annotated[str | None, typer.Option(help="File or URL of the database.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Open the dashboard."""
    if context.invoked_subcommand is not None:
        return
    found = find_spec("dashboard")
    if found is None or not found.submodule_search_locations:
        typer.echo("the dashboard is not installed; run: pip install draftmill", err=True)
        raise typer.Exit(2)
    script = Path(found.submodule_search_locations[0]) / "app.py"
    environment = dict(os.environ)
    if database is not None:
        environment["DRAFTMILL_DATABASE"] = database
    options = [f"--server.port={port}", f"--server.headless={str(headless).lower()}", *SAFE_OPTIONS]
    raise typer.Exit(
        subprocess.call([sys.executable, "-m", "streamlit", "run", str(script), *options], env=environment)
    )


# The look and the rest stand in .streamlit/config.toml; these are said again, so that no other config undoes them.
SAFE_OPTIONS = (
    "--server.address=127.0.0.1",
    "--server.allowedHosts=localhost",
    "--server.allowedHosts=127.0.0.1",
    "--browser.gatherUsageStats=false",
    "--client.showErrorDetails=none",
)


def main(words: list[str] | None = None) -> None:
    """
    Run the command line; a known error is one line on stderr and exit code 2, never a traceback.

    Args:
        words: What stands after `draftmill`; None: the process's own arguments.
    """
    try:
        app(words)
    except DraftmillError as error:
        typer.echo(f"draftmill: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
