"""The audit finds what it is there for: a secret in a file, a vulnerability in a report."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text",
    [
        "key = 'sk-" + "or-v1-0a1b2c3d4e5f6a7b8c9d'",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "cookie_secret = '" + "0a1b2c3d4e5f6a7b8c9d0e1f'",
    ],
)
def test_a_secret_is_found_and_not_told(audit: ModuleType, text: str) -> None:
    """The line and the kind are named, the secret is not."""
    found = audit.secrets_in(f"first\n{text}\n")
    assert found and all(number == 2 and text not in kind for number, kind in found)


@pytest.mark.parametrize("text", ["sk-canary-0123456789abcdef", "OPENROUTER_API_KEY = 'sk-or-...'", "token = count"])
def test_what_is_no_secret_is_let_be(audit: ModuleType, text: str) -> None:
    """Canaries, placeholders and ordinary code."""
    assert audit.secrets_in(text) == []


def test_this_repository_holds_none(audit: ModuleType) -> None:
    """No file of ours holds a secret."""
    folders = ("engine", "dashboard", "tests", "benchmarks", "docs", ".streamlit", ".ci")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    assert audit.scan([file for file in files if file.name != "secrets.toml"]) == []


def test_a_vulnerability_is_told_with_its_way_out(audit: ModuleType) -> None:
    """What is known is a line; what the service does not know is counted, not hidden."""
    report = {
        "dependencies": [
            {"name": "a", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]},
            {"name": "b", "version": "2.0", "vulns": []},
            {"name": "c", "skip_reason": "not found"},
        ]
    }
    assert audit.judge(report) == (["a 1.0: CVE-1, mended in 1.1"], 1)
