"""
`draftmill` without a command: starts Streamlit's server as a child, with its safe options on the command line.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

import typer

from engine.errors import SpecError
from engine.profiles import SignIn, sign_in
from engine.providers.addresses import is_address, is_loopback
from engine.store.database import missing_file

OWN_NAMES = ("localhost", "127.0.0.1")
WARNING = (
    "draftmill: warning: listening on {address} without sign-in. Everybody who reaches this address can spend your "
    "credits and read your drafts; docs/sign-in.md says how to ask who they are"
)
SAFE_OPTIONS = (
    "--server.enableXsrfProtection=true",
    "--server.enableCORS=true",  # true: other sites are kept out
    "--browser.gatherUsageStats=false",
    "--client.showErrorDetails=none",
)
"""Repeated on the command line, so that no other config file undoes them."""
REQUIRE_SIGN_IN = "DRAFTMILL_REQUIRE_SIGN_IN"
PASSED_ON = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
"""Signals for the server; a system has some of them."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What the options of `draftmill` say about the dashboard."""

    port: int
    address: str
    allowed_hosts: list[str]
    public: bool
    database: str | None
    headless: bool
    require_sign_in: bool
    verbose: bool = False
    log_file: Path | None = None


def open_dashboard(asked: ServerOptions) -> NoReturn:
    """
    Run the dashboard's server until it ends, and end with its exit code: 128 + the signal that ended it.

    Raises:
        SpecError: the address, the port or an allowed host cannot be used, or the sign-in is missing or not safe.
    """
    check_address(asked.address, public=asked.public)
    found = sign_in()
    required = asked.require_sign_in or os.environ.get(REQUIRE_SIGN_IN, "") not in ("", "0")
    _check_sign_in(found, asked.address, required=required)
    check_port(asked.address, asked.port)
    package = find_spec("dashboard")
    if package is None or not package.submodule_search_locations:
        typer.echo("the dashboard is not installed; run: pip install draftmill", err=True)
        raise typer.Exit(2)
    environment = dict(os.environ)
    if required:
        environment[REQUIRE_SIGN_IN] = "1"
    if asked.database is not None:
        environment["DRAFTMILL_DATABASE"] = asked.database
        if new := missing_file(asked.database):
            typer.echo(f"draftmill: a new database will be created at {new}", err=True)
    options = [
        f"--server.port={asked.port}",
        f"--server.headless={str(asked.headless).lower()}",
        f"--secrets.files={found.file}",
        "--logger.hideWelcomeMessage=true",  # with it goes the advice to developers in a corner of the page
        *safe_options(asked.address, asked.allowed_hosts),
    ]
    logs = ["--verbose"] * asked.verbose + ([f"--log-file={asked.log_file.absolute()}"] if asked.log_file else [])
    typer.echo(f"draftmill: the dashboard is at {url_of(asked.address, asked.port)}; Ctrl-C ends it", err=True)
    command = server_command(Path(package.submodule_search_locations[0]) / "server.py", [*logs, *options])
    raise typer.Exit(run_child(command, environment))


def url_of(address: str, port: int) -> str:
    """Where a browser on this machine finds the dashboard."""
    here = "localhost" if is_address(address) and ip_address(address).is_unspecified else address
    return f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"


def run_child(command: list[str], environment: Mapping[str, str]) -> int:
    """
    Run a command as a child that ends with this process, and pass signals on to it.

    The child is in a process group of its own, so that Ctrl-C reaches it once. It reads its standard input, a pipe that
    closes when this process ends, however that happens.

    Returns:
        Its exit code, or 128 + the signal that this process was sent.
    """
    apart = {"creationflags": 0x200} if sys.platform == "win32" else {"process_group": 0}  # CREATE_NEW_PROCESS_GROUP
    child = subprocess.Popen(command, env=dict(environment), stdin=subprocess.PIPE, **apart)  # type: ignore[call-overload]

    sent: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        sent.append(number)
        # Ctrl-C too is passed on as SIGTERM, which the server takes without a word; Windows knows only Ctrl-Break.
        child.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))

    for name in PASSED_ON:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), pass_on)
    code = int(child.wait())
    return 128 + (sent[-1] if sent else -code) if sent or code < 0 else code


def _check_sign_in(found: SignIn, address: str, *, required: bool) -> None:
    if required and not found.is_set_up:
        raise SpecError("require-sign-in", str(found.file), "sign_in_missing", file=str(found.own_file))
    if not is_loopback(address) and not found.is_set_up:
        typer.echo(WARNING.format(address=address), err=True)
    if found.is_set_up and found.file != found.own_file:
        typer.echo(f"draftmill: sign-in is set up in {found.file}; move it to {found.own_file}, which holds wherever "
                   "Draftmill is started", err=True)  # fmt: skip
    for ignored in found.ignored:
        typer.echo(f"draftmill: [auth] in {ignored} is not used: {found.file} decides", err=True)


def check_port(address: str, port: int) -> None:
    """
    Refuse a port that another program listens on.

    Raises:
        SpecError: it is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there it would take a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as exc:
            if exc.errno in (errno.EADDRINUSE, errno.EACCES):
                raise SpecError("port", port, "port_in_use", address=address, port=port, other=port + 1) from exc
            raise SpecError("address", address, "address_not_here") from exc


def server_command(script: Path, options: list[str]) -> list[str]:
    """Start the server with -P: a folder named engine/ or dashboard/ in the current folder is never imported."""
    return [sys.executable, "-P", "-m", "engine.cli.serve", str(script), *options]


def check_address(address: str, *, public: bool) -> None:
    """
    Refuse an address that other machines can reach, unless `public` says it is intended.

    Raises:
        SpecError: it is not an address, or a public one without the flag.
    """
    if not (is_loopback(address) or is_address(address)):
        raise SpecError("address", address, "address_ip")
    if not is_loopback(address) and not public:
        raise SpecError("address", address, "address_public")


def safe_options(address: str, names: list[str]) -> list[str]:
    """
    The server's options for security; its look and the rest are in .streamlit/config.toml.

    Raises:
        SpecError: an allowed host is not a plain name.
    """
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", name):
            raise SpecError("allowed-host", name, "allowed_host")
    hosts = dict.fromkeys([*OWN_NAMES, address, *names])
    return [f"--server.address={address}", *(f"--server.allowedHosts={name}" for name in hosts), *SAFE_OPTIONS]
