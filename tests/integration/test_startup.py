"""Starting: what `draftmill` imports, and what it does not."""

from __future__ import annotations

import inspect
import os
import socket
import subprocess
import sys
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest
import typer

from engine.cli.main import COMMANDS, load
from tests.matrix import slow
from tests.ports import free_port

STARTUP_S = 60.0
DRAFTMILL = Path(sys.executable).with_name("draftmill")
HEAVY = ("sqlalchemy", "sqlmodel", "alembic", "numpy", "httpx", "aiohttp", "pydantic", "streamlit", "plotly")


def call(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The installed command, with a data folder of its own."""
    env = {**os.environ, "DRAFTMILL_HOME": str(cwd / "home"), **environment}
    return subprocess.run([DRAFTMILL, *words], cwd=cwd, env=env, capture_output=True, text=True, timeout=STARTUP_S)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose data folder has its database already."""
    folder = tmp_path_factory.mktemp("used")
    call("runs", cwd=folder)
    return folder


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """The folder of another project, whose engine/, dashboard/ and streamlit/ leave a mark when they are imported."""
    for name in ("engine", "dashboard", "streamlit", "typer"):
        (tmp_path / name).mkdir()
        mark = f"open({str(tmp_path / 'mark')!r}, 'a').write({name!r})"
        (tmp_path / name / "__init__.py").write_text(mark, encoding="utf-8")
    return tmp_path


def test_the_dashboard_imports_nothing_from_the_current_folder(hostile: Path) -> None:
    """`draftmill`, started in another project's folder, serves its own pages and runs none of the project's code."""
    port = free_port()
    environment = {**os.environ, "DRAFTMILL_HOME": str(hostile / "home")}
    command = [DRAFTMILL, "--port", str(port), "--headless"]
    with (hostile / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=hostile, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        assert "200" in status_line(port, "/api/health")
    finally:
        process.terminate()
        process.wait(STARTUP_S)
    assert not (hostile / "mark").exists()


def test_a_run_imports_nothing_from_the_current_folder(hostile: Path) -> None:
    """The practice provider, a process of its own, is this Draftmill's too."""
    done = call(*["run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus"], cwd=hostile)
    assert done.returncode == 0, done.stderr
    assert not (hostile / "mark").exists()


def status_line(port: int, path: str) -> str:
    """The first line of an answer, as soon as the server listens."""
    end = time.monotonic() + STARTUP_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 20) as line:
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
                return line.recv(200).split(b"\r\n")[0].decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    """`draftmill --version` prints the installed version."""
    assert call("--version", cwd=tmp_path).stdout.strip() == f"draftmill {version('draftmill')}"


@pytest.mark.parametrize("shell", ["bash", slow("zsh"), slow("fish")])
def test_the_shell_completes_commands(tmp_path: Path, shell: str) -> None:
    """Typer's completion script is printed for each shell, and completes the commands."""
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert f"complete_{shell}" in call("--show-completion", shell, cwd=tmp_path, **named).stdout


def test_commands_are_completed_by_their_beginning(tmp_path: Path) -> None:
    """`draftmill re` and Tab: resume, recipe and review."""
    words = {"COMP_WORDS": "draftmill re", "COMP_CWORD": "1", "_DRAFTMILL_COMPLETE": "complete_bash"}
    assert call(cwd=tmp_path, **words).stdout.split() == ["resume", "recipe", "review"]


@pytest.mark.parametrize(("words", "spared"), [(["--help"], HEAVY), (["--version"], HEAVY),
                                               (["runs"], HEAVY[2:3] + HEAVY[4:6] + HEAVY[7:]),
                                               (["status", "1"], HEAVY[2:3] + HEAVY[4:6] + HEAVY[7:])])  # fmt: skip
def test_a_command_imports_what_it_needs(used: Path, words: list[str], spared: tuple[str, ...]) -> None:
    """Help and version import no library of the engine; a look at the runs imports no HTTP client and no Alembic."""
    asked = f"import sys; from engine.cli import main\ntry: main({words!r})\nexcept SystemExit: pass\n"
    asked += f"print(*sorted(set(sys.modules) & set({spared!r})), file=sys.stderr)"
    env = {**os.environ, "DRAFTMILL_HOME": str(used / "home")}
    done = subprocess.run([sys.executable, "-c", asked], env=env, capture_output=True, text=True, timeout=STARTUP_S)
    assert done.stderr.splitlines()[-1] == "", done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says(name: str) -> None:
    """The sentence in `draftmill --help` is the first of the command's own help."""
    command = COMMANDS[name]
    function = getattr(import_module(f"engine.cli.{command.module}"), command.function)
    said = function.info.help if isinstance(function, typer.Typer) else inspect.getdoc(function)
    assert said.startswith(command.summary.rstrip("."))
    assert load(name).name == name
