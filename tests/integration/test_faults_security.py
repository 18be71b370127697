"""Doors that must stay shut, as they ship."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from engine import DraftFilter, SpecError
from engine.cli import main
from engine.cli.dashboard import safe_options
from tests.faults.kit import DRAFTS, Mill

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "'; DROP TABLE draft; --",
    '" OR 1=1 --',
    "%' OR '1'='1",
    "\\' UNION SELECT body FROM reply --",
    "a%_[b]^",
    "\x00",
    "text MATCH NEAR(x) AND",
)
PRIVATE = [
    "http://10.0.0.1/v1",
    "https://192.168.1.1/v1",
    "https://169.254.169.254/latest",
    "https://[fe80::1]/v1",
    "https://2130706433/v1",
    "https://0x7f.1/v1",
    "https://me:secret@example.com/v1",
    "https://example.com/v1?key=secret",
    "file:///etc/passwd",
    "ftp://example.com",
    "gopher://127.0.0.1",
    "javascript:alert(1)",
    "http://example.com/v1",
]
FORBIDDEN_CALLS = ("eval", "exec", "compile", "__import__")
FORBIDDEN_MODULES = ("pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle")
SECRET = re.compile(
    rb"sk-(?:or-v1-|ant-|proj-)?[A-Za-z0-9]{32,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY"
)


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_in_a_filter_finds_nothing_and_breaks_nothing(mill: Mill, text: str) -> None:
    """Whatever is searched for is searched for as text."""
    run = mill.run(mill.job(per_combo=1)).id
    for chosen in (DraftFilter(text=text), DraftFilter(topic=text), DraftFilter(kind=text), DraftFilter(review=text)):
        assert mill.store.drafts.count(chosen) == len(mill.store.drafts.page(chosen))
    assert mill.store.drafts.count(DraftFilter(topic=text)) == 0
    assert mill.store.runs.totals(run).drafted == 2


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_https_is_refused_before_a_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    """Private hosts, other schemes and secrets in an address: exit code 2, base_url is named, no secret shown."""
    line = ["run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus", "--base-url", address]
    with pytest.raises(SystemExit) as left:
        main([*line, "--database", str(tmp_path / "draftmill.db")])
    said = capsys.readouterr().err
    assert (left.value.code, "base_url" in said, "secret" in said) == (2, True, False), said


def test_the_dashboard_ships_with_its_doors_shut() -> None:
    """Loopback only, hosts named (DNS rebinding), no traceback in the browser, no statistics."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
    assert set(config["server"]["allowedHosts"]) == {"localhost", "127.0.0.1"}
    assert config["client"]["showErrorDetails"] == "none"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"].get("enableXsrfProtection", True) is True
    assert {"--server.address=127.0.0.1", "--client.showErrorDetails=none"} <= set(safe_options("127.0.0.1", []))


def test_no_code_runs_text() -> None:
    """Nothing in engine and dashboard evaluates text or unpickles bytes."""
    for file in [*ROOT.glob("engine/**/*.py"), *ROOT.glob("dashboard/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in FORBIDDEN_CALLS, f"{file}:{node.lineno}"
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & set(FORBIDDEN_MODULES), f"{file}:{node.lineno}"


def test_no_secret_is_in_git() -> None:
    """No tracked file holds anything that looks like a real key."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("not a git working tree")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert files
    assert [str(file) for file in files if file.is_file() and SECRET.search(file.read_bytes())] == []


OURS = ("draftmill.db", "draftmill-unsaved-")


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "..\\..\\x", "a\x00b"])
def test_a_model_named_like_a_path_is_a_name(mill: Mill, name: str) -> None:
    """A model's name is sent and shown as text; no file is looked for under it."""
    try:
        row = mill.run(mill.job(model=name))
    except SpecError as refused:
        assert refused.field == "model"
        return
    assert (row.state, row.totals.calls <= 2, row.totals.open) == ("paused", True, DRAFTS)
    assert sorted(file.name for file in mill.home.iterdir() if not file.name.startswith(OURS)) == []
