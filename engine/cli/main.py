"""
`draftmill ...`: the commands and their options. What they print is the business of show, how a run is made of run.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.clean import clean
from engine.cli.compare import compare
from engine.cli.doctor import doctor, prices
from engine.cli.export import export, import_reviews
from engine.cli.practice import practice
from engine.cli.review import review
from engine.cli.run import resume, run
from engine.cli.show import cancel, drafts, pause, runs, status
from engine.errors import DraftmillError, SpecError
from engine.profiles import signs_in
from engine.providers.addresses import is_address, is_loopback

HOME = "127.0.0.1"
OWN_NAMES = ("localhost", HOME)
WARNING = (
    "draftmill: warning: listening on {address} without sign-in. Everybody who reaches this address can spend your "
    "credits and read your drafts; docs/sign-in.md says how to ask who they are"
)

app = typer.Typer(
    name="draftmill",
    help="Make language-learning drafts in bulk. Without a command: open the dashboard.",
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)
for command in (
    *(run, resume, review, runs, status, drafts, pause, cancel),
    *(export, import_reviews, clean, compare, doctor, prices, practice),
):
    app.command()(command)


@app.callback(invoke_without_command=True)
def dashboard(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the dashboard.")] = 8501,
    address: Annotated[str, typer.Option(help="Address it listens on; others than this machine's need a flag.")] = HOME,
    public: Annotated[
        bool, typer.Option("--i-know-it-is-public", help="Listen where other machines can reach it.")
    ] = False,
    allowed_host: Annotated[
        list[str], typer.Option(help="A name the dashboard is opened by, beside localhost; again for more.")
    ] = [],  # noqa: B006
    database: Annotated[str | None, typer.Option(help="File or URL of the database.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Open the dashboard."""
    if context.invoked_subcommand is not None:
        return
    check_address(address, public=public)
    if not is_loopback(address) and not signs_in():
        typer.echo(WARNING.format(address=address), err=True)
    found = find_spec("dashboard")
    if found is None or not found.submodule_search_locations:
        typer.echo("the dashboard is not installed; run: pip install draftmill", err=True)
        raise typer.Exit(2)
    script = Path(found.submodule_search_locations[0]) / "server.py"
    environment = dict(os.environ)
    if database is not None:
        environment["DRAFTMILL_DATABASE"] = database
    options = [
        f"--server.port={port}",
        f"--server.headless={str(headless).lower()}",
        *safe_options(address, allowed_host),
    ]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    # In this process's place, not as its child: a signal to `draftmill` must reach the runs, which it pauses.
    os.execve(sys.executable, command, environment)  # noqa: S606


def check_address(address: str, *, public: bool) -> None:
    """
    Refuse an address other machines can reach, unless that was said to be meant.

    Raises:
        SpecError: it is no address, or a public one without the flag.
    """
    if not (is_loopback(address) or is_address(address)):
        raise SpecError("address", address, "write an IP address of this machine, such as 127.0.0.1")
    if not is_loopback(address) and not public:
        way_out = "other machines could open it: keep 127.0.0.1, or add --i-know-it-is-public (see docs/sign-in.md)"
        raise SpecError("address", address, way_out)


def safe_options(address: str, names: list[str]) -> list[str]:
    """
    What the server must never lose; the look and the rest stand in .streamlit/config.toml.

    Raises:
        SpecError: an allowed host is no plain name.
    """
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", name):
            raise SpecError("allowed-host", name, "write one name, such as drafts.example.com, without port or *")
    hosts = dict.fromkeys([*OWN_NAMES, address, *names])
    return [f"--server.address={address}", *(f"--server.allowedHosts={name}" for name in hosts), *SAFE_OPTIONS]


# Said again on the command line, so that no other config undoes them.
SAFE_OPTIONS = (
    "--server.enableXsrfProtection=true",
    "--server.enableCORS=true",  # true: other sites are kept out
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
