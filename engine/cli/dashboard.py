"""
`draftmill` without a command: replaces this process by Streamlit's server, with its safe options on the command line.
"""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from engine.errors import SpecError
from engine.profiles import signs_in
from engine.providers.addresses import is_address, is_loopback

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


def open_dashboard(
    port: int, address: str, allowed_hosts: list[str], *, public: bool, database: str | None, headless: bool
) -> None:
    """
    Become the dashboard's server. Does not return.

    Raises:
        SpecError: the address or an allowed host is not allowed, or the sign-in is not safe.
    """
    check_address(address, public=public)
    signed = signs_in()
    if not is_loopback(address) and not signed:
        typer.echo(WARNING.format(address=address), err=True)
    found = find_spec("dashboard")
    if found is None or not found.submodule_search_locations:
        typer.echo("the dashboard is not installed; run: pip install draftmill", err=True)
        raise typer.Exit(2)
    options = [
        f"--server.port={port}",
        f"--server.headless={str(headless).lower()}",
        *safe_options(address, allowed_hosts),
    ]
    environment = dict(os.environ)
    if database is not None:
        environment["DRAFTMILL_DATABASE"] = database
    command = server_command(Path(found.submodule_search_locations[0]) / "server.py", options)
    # In this process's place, not as its child: a signal to `draftmill` must reach the runs, which it pauses.
    os.execve(sys.executable, command, environment)  # noqa: S606


def server_command(script: Path, options: list[str]) -> list[str]:
    """Start the server with -P: a folder named engine/ or dashboard/ in the current folder is never imported."""
    return [sys.executable, "-P", "-m", "streamlit", "run", str(script), *options]


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
