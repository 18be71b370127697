"""
`draftmill ...`: the commands by name. A command's module is imported when the command is called, so that `--help`,
`--version` and a misspelt word cost nothing.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from engine.cli.logs import LogFile, Verbose, set_up_logging, with_logging
from engine.errors import DraftmillError

HOME = "127.0.0.1"


class Command(NamedTuple):
    """Where a command is defined, and the sentence `draftmill --help` prints for it."""

    module: str
    function: str
    summary: str


COMMANDS = {
    "run": Command("run", "run", "Make drafts: exactly as many as asked for."),
    "resume": Command("run", "resume", "Continue a run that was paused, interrupted, incomplete or cancelled."),
    "recipe": Command("run", "print_recipe", "Print a run's recipe: what it made and how fast, as TOML."),
    "words": Command("library", "words", "Word lists: target words and known words."),
    "style": Command("library", "style", "Style notes with approved drafts as examples."),
    "review": Command("review", "review", "Let a second model score a run's drafts and suggest fixes."),
    "texts": Command("texts", "texts", "Your own texts that drafts are made from."),
    "runs": Command("listing", "runs", "List the runs, newest first."),
    "status": Command("status", "status", "Show a run's progress."),
    "calls": Command("calls", "calls", "List a run's calls, or print the raw answer of one."),
    "drafts": Command("listing", "drafts", "Print the drafts of a run: titles, or with --json one JSON line each."),
    "worker": Command("worker", "worker", "Work on the runs that are left to workers."),
    "workers": Command("worker", "workers", "List the processes that work on runs."),
    "pause": Command("control", "pause", "Pause a run of any process."),
    "cancel": Command("control", "cancel", "Cancel a run of any process."),
    "export": Command("export", "export", "Write drafts to a file: Anki, spreadsheet, worksheet, voice script."),
    "import-reviews": Command("export", "import_reviews", "Apply the decisions, notes and edits of an exported table."),
    "clean": Command("clean", "clean", "Delete old data that is not needed any more."),
    "migrate": Command("migrate", "migrate", "Make the tables of a database, or bring them up to date."),
    "compare": Command("compare", "compare", "Compare settings: the same drafts with each of them, measured."),
    "doctor": Command("doctor", "doctor", "Check keys, quota, network and database."),
    "journal": Command("journal", "journal", "List paid answers that match no call of the database."),
    "prices": Command("doctor", "prices", "Read a provider's prices from its models list and save them."),
    "practice": Command("practice", "practice", "Run the practice provider, an OpenAI-compatible server."),
}


class LazyCommands(TyperGroup):
    """Lists the commands of `COMMANDS` without importing them; the one that is called is imported then."""

    def __init__(self, **settings: Any) -> None:
        listed = {name: TyperCommand(name, help=command.summary) for name, command in COMMANDS.items()}
        super().__init__(**{**settings, "commands": listed})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names, imported, and the words after it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(str(command.name)) if command else command, rest


def load(name: str) -> Any:
    """Import a command of `COMMANDS` and build it from its function; a group of commands is built already."""
    command, single = COMMANDS[name], typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    found = getattr(import_module(f"engine.cli.{command.module}"), command.function)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    single.command(name)(with_logging(found))
    return typer.main.get_command(single)


app = typer.Typer(
    name="draftmill",
    cls=LazyCommands,
    help="Make language-learning drafts in bulk. Without a command: open the dashboard.",
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)


def print_version(wanted: bool) -> None:
    """Print the version and end, if --version was given."""
    if wanted:
        from engine.process import draftmill_version

        typer.echo(f"draftmill {draftmill_version()}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the dashboard.")] = 8501,
    address: Annotated[str, typer.Option(help="Address to listen on; a public one needs a flag.")] = HOME,
    public: Annotated[
        bool, typer.Option("--i-know-it-is-public", help="Listen on an address that other machines can reach.")
    ] = False,
    allowed_host: Annotated[
        list[str], typer.Option(help="A name the dashboard is opened by, beside localhost; may be repeated.")
    ] = [],  # noqa: B006
    database: Annotated[str | None, typer.Option(help="File or URL of the database.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    require_sign_in: Annotated[
        bool, typer.Option("--require-sign-in", help="Do not start the dashboard without a sign-in.")
    ] = False,
    verbose: Verbose = False,
    log_file: LogFile = None,
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Open the dashboard, unless a command is given."""
    set_up_logging(verbose, log_file)
    if context.invoked_subcommand is None:
        from engine.cli.dashboard import ServerOptions, open_dashboard

        asked = ServerOptions(port, address, allowed_host, public, database, headless, require_sign_in)
        open_dashboard(replace(asked, verbose=verbose, log_file=log_file))


def main(words: list[str] | None = None) -> None:
    """
    Run the command line; a known error is one line on stderr and exit code 2, never a traceback.

    Args:
        words: The words after `draftmill`; None: the process's own arguments.
    """
    try:
        app(words)
    except DraftmillError as error:
        typer.echo(f"draftmill: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
