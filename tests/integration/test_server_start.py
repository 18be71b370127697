"""What `draftmill` refuses to start: an address, a port or a sign-in that is not safe."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.dashboard import check_address, safe_options
from engine.errors import SpecError


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "::", "8.8.8.8"])
def test_a_public_address_needs_to_be_meant(address: str) -> None:
    """Listening for other machines takes a flag of its own."""
    with pytest.raises(SpecError, match="--i-know-it-is-public"):
        check_address(address, public=False)
    check_address(address, public=True)


@pytest.mark.parametrize("address", ["example.com", "", "127.0.0.1; rm", "999.1.1.1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Only an IP address of this machine, or localhost."""
    with pytest.raises(SpecError, match="IP address"):
        check_address(address, public=True)


def test_this_machine_needs_no_flag() -> None:
    """127.0.0.1, ::1 and localhost are open to nobody else."""
    for address in ("127.0.0.1", "::1", "localhost"):
        check_address(address, public=False)


def test_only_plain_names_are_let_in() -> None:
    """The names the dashboard answers to: its own, and those that were named; a star would let everybody in."""
    options = safe_options("127.0.0.1", ["drafts.example.com"])
    assert "--server.allowedHosts=drafts.example.com" in options and "--server.address=127.0.0.1" in options
    assert {"--browser.gatherUsageStats=false", "--client.showErrorDetails=none"} <= set(options)
    assert "--server.enableXsrfProtection=true" in options
    for name in ("*", "*.example.com", "a:80", "a b", ""):
        with pytest.raises(SpecError, match="allowed-host"):
            safe_options("127.0.0.1", [name])


def test_a_public_address_without_sign_in_warns(tmp_path: Path) -> None:
    """It starts, as was asked, and says what that means; here it cannot bind, for the address is nobody's."""
    command = [sys.executable, "-m", "engine.cli", "--headless", "--address", "192.0.2.1", "--i-know-it-is-public"]
    environment = {**os.environ, "DRAFTMILL_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=90)
    assert "without sign-in" in done.stderr and done.returncode != 0


def started(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine.cli", "--headless", *words]
    environment = {**os.environ, "DRAFTMILL_HOME": str(home), "HOME": str(home), **environment}
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=90)


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path: Path) -> None:
    """The message names the port and the option that chooses another."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = started(tmp_path, "--port", str(port))
    assert done.returncode == 2 and f"port is {port}" in done.stderr and "--port" in done.stderr


@pytest.mark.parametrize("asked", [("--require-sign-in",), ()])
def test_a_required_sign_in_must_be_set_up(tmp_path: Path, asked: tuple[str, ...]) -> None:
    """--require-sign-in, or its variable, starts nothing that everybody could open."""
    done = started(tmp_path, *asked, DRAFTMILL_REQUIRE_SIGN_IN="" if asked else "1")
    assert done.returncode == 2 and str(tmp_path / "secrets.toml") in done.stderr


def test_a_placeholder_for_the_cookie_secret_starts_nothing(tmp_path: Path) -> None:
    """The documentation's example is no secret."""
    (tmp_path / "secrets.toml").write_text('[auth]\ncookie_secret = "..."\n')
    done = started(tmp_path)
    assert done.returncode == 2 and "cookie_secret" in done.stderr and "at least 32" in done.stderr
