"""The files of deploy/: each command they start exists with its options, and nobody is root."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli.main import COMMANDS, app

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
UNIT = (DEPLOY / "draftmill-worker@.service").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "text"),
    [("", COMPOSE.partition("  dashboard:")[2].partition("environment:")[0]), ("worker", UNIT), ("worker", COMPOSE)],
)
def test_the_options_that_are_given_exist(command: str, text: str) -> None:
    """A process that is started with an option that was renamed would end at once."""
    lines = [line for line in text.splitlines() if "- --" in line or f"[{command}, --" in line or "ExecStart" in line]
    options = set(re.findall(r"--[a-z-]+", "\n".join(lines)))
    known = CliRunner().invoke(app, [*([command] if command else []), "--help"], env={"COLUMNS": "300"}).stdout
    wanted = options if command != "worker" or text is UNIT else {"--places", "--health-port"}
    assert wanted and all(option in known for option in wanted), options


def test_the_commands_that_are_started_exist() -> None:
    """Each one-word command of the containers is one of ours."""
    assert {"migrate", "worker"} <= set(COMMANDS)
    assert "command: [migrate]" in COMPOSE and "command: [worker," in COMPOSE


def test_the_image_runs_as_an_ordinary_user() -> None:
    """The last USER of the image is not root."""
    users = re.findall(r"^USER (\S+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert users[-1] not in ("root", "0")


def test_no_secret_of_the_team_enters_the_image_or_a_commit() -> None:
    """The image copies what the package is built of, by name; files with keys and passwords are ignored by git."""
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    paths = {path for line in copied for path in line.split()}
    assert {"pyproject.toml", "engine", "dashboard"} <= paths and not {".", "deploy", ".streamlit"} & paths
    ignored = (DEPLOY.parent / ".gitignore").read_text(encoding="utf-8").splitlines()
    mounted = re.findall(r"\./([\w.]+)", COMPOSE) + re.findall(r"env_file: (\S+)", COMPOSE) + [".env"]
    assert {f"deploy/{name}" for name in mounted} <= {line.rstrip("/") for line in ignored}
