"""
The log of a command: -v prints it on stderr, --log-file also writes it to a file. The engine's lines hold no prompts.
"""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.errors import SpecError

LOGGERS = ("engine", "dashboard")
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Print the log on stderr.")]
LogFile = Annotated[Path | None, typer.Option(help="Add the log to this file; it holds neither keys nor prompts.")]


class _Redacting(logging.Formatter):
    """Removes what looks like a key, should a message of a library hold one."""

    def format(self, record: logging.LogRecord) -> str:
        from engine.providers import redact  # most commands write no log

        return redact(super().format(record), None)


class _PrivateFile(logging.FileHandler):
    """A log that only its owner may read."""

    def _open(self) -> Any:
        from engine.process import open_private

        return open_private(Path(self.baseFilename), append=True)


def set_up_logging(verbose: bool, log_file: Path | None) -> None:
    """
    Send the log of this process to stderr, from warnings on or all of it, and to a file.

    Args:
        verbose: All of it.
        log_file: Only its owner may read it; None: there is none.

    Raises:
        SpecError: the file cannot be written.
    """
    if not verbose and log_file is None:
        return
    shown = logging.StreamHandler(sys.stderr)
    shown.setLevel(logging.INFO if verbose else logging.WARNING)
    handlers: list[logging.Handler] = [shown]
    if log_file is not None:
        handlers.append(_file_handler(log_file))
    for handler in handlers:
        handler.setFormatter(_Redacting(FORMAT))
        for name in LOGGERS:
            logging.getLogger(name).addHandler(handler)
            logging.getLogger(name).setLevel(logging.INFO)


def _file_handler(path: Path) -> logging.Handler:
    try:
        return _PrivateFile(path.expanduser())
    except OSError as exc:
        raise SpecError("log-file", str(path), "log_unwritable", problem=exc.strerror or str(exc)) from exc


def with_logging(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add -v and --log-file to a command."""

    @wraps(command)
    def called(*, verbose: bool, log_file: Path | None, **given: Any) -> Any:
        set_up_logging(verbose, log_file)
        return command(**given)

    signature = inspect.signature(command, eval_str=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter("verbose", kind, default=False, annotation=Verbose),
        inspect.Parameter("log_file", kind, default=None, annotation=LogFile),
    ]
    called.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), *added]
    )
    return called
