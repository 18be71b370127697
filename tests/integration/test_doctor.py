"""The doctor over real HTTP: its findings, its exit codes, and no key in any of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import Store
from engine.doctor import examine, worst
from engine.errors import BadAnswer
from engine.job import Overrides
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings, refresh_prices

CANARY = "sk-canary-2718281828"
FOUND = {"key", "quota", "network", "model", "database", "machine"}


@pytest.fixture
def locked() -> PracticeProcess:
    """A practice provider that asks for a key."""
    with PracticeProcess(PracticeSettings(base_ms=1, item_ms=1), key=CANARY) as process:
        yield process


def catalog(tmp_path: Path, base_url: str, **fields: str) -> Catalog:
    lines = [f'base_url = "{base_url}"', 'key_env = "MINE_API_KEY"', 'default_model = "practice-fast"']
    lines += [f"{name} = {value}" for name, value in fields.items()]
    (tmp_path / "providers.toml").write_text("[mine]\n" + "\n".join(lines))
    return Catalog.load(tmp_path / "providers.toml")


def codes(store: Store, known: Catalog) -> dict[str, str]:
    report = examine(store, known, ["mine"])
    assert CANARY not in json.dumps([[str(one.message), *map(str, one.figures.values())] for one in report.findings])
    return {finding.code: finding.state for finding in report.findings if finding.provider}


def test_a_sound_provider_answers_every_question(
    store: Store, tmp_path: Path, locked: PracticeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key accepted, quota reported, five calls timed, model served."""
    monkeypatch.setenv("MINE_API_KEY", CANARY)
    known = catalog(tmp_path, locked.base_url, account_path='"/key"', **{"prices.practice-fast.input_usd": "1"})
    found = codes(store, known)
    assert set(found) == {"key_valid", "quota_unlimited", "network_steady", "model_listed"}
    assert set(found.values()) == {"good"}


@pytest.mark.parametrize(
    ("key", "code"),
    [("sk-canary-wrong", "key_refused"), ("", "key_missing"), ("two words", "key_malformed")],
)
def test_a_key_that_does_not_open_is_wrong(
    store: Store, tmp_path: Path, locked: PracticeProcess, monkeypatch: pytest.MonkeyPatch, key: str, code: str
) -> None:
    """Refused, missing and malformed keys are distinguished."""
    monkeypatch.setenv("MINE_API_KEY", key)
    assert codes(store, catalog(tmp_path, locked.base_url, account_path='"/key"'))[code] == "bad"


def test_a_provider_that_is_away_is_told_within_the_deadline(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens: the network is wrong, the key unproven, the database checked all the same."""
    monkeypatch.setenv("MINE_API_KEY", CANARY)
    report = examine(store, catalog(tmp_path, "http://127.0.0.1:9/v1"), ["mine"])
    found = {finding.code: finding.state for finding in report.findings}
    assert (found["network_down"], found["key_unproven"]) == ("bad", "warn")
    assert found.keys() & {"database_sound", "database_slow"}  # slow where others use the disk
    assert not report.ok


def test_prices_come_from_the_models_list(
    store: Store, tmp_path: Path, locked: PracticeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the list tells is kept in the profile and in force at once; DeepSeek's tells none, and that is said."""
    monkeypatch.setenv("MINE_API_KEY", CANARY)
    known = catalog(tmp_path, locked.base_url)
    assert not known.profile("mine").knows_price("practice-fast")
    found = refresh_prices(store, known, "mine")
    assert (found.listed, set(found.changed)) == (3, {"practice-fast"})
    kept = known.edited(store.profiles.all()).profile("mine")
    assert (kept.prices["practice-fast"].input_usd, kept.knows_price("practice-fast")) == (0.15, True)
    with pytest.raises(BadAnswer, match="no prices"):
        refresh_prices(store, catalog(tmp_path, locked.base_url + "/none"), "mine")


def test_another_address_is_examined_and_keeps_no_prices(
    store: Store, tmp_path: Path, practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--base-url` examines that server with its own key or none; its prices are shown and not saved."""
    monkeypatch.setenv("MINE_API_KEY", CANARY)
    known, there = catalog(tmp_path, "http://127.0.0.1:9/v1"), Overrides(practice.base_url, key_env="")
    found = {one.code for one in examine(store, known, ["mine"], there).findings if one.provider}
    assert found >= {"key_not_needed", "network_steady", "model_listed"}
    assert not refresh_prices(store, known, "mine", **there.given()).saved and store.profiles.all() == {}


def draftmill(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    environment = {**kept, "DRAFTMILL_HOME": str(home), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *words], env=environment, capture_output=True, text=True, timeout=90
    )


def test_a_fresh_install_is_well(tmp_path: Path) -> None:
    """Without any key: exit code 0, every question answered by the practice provider and this machine."""
    done = draftmill(tmp_path, "doctor", "--json")
    report = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, report["ok"]) == (0, True)
    assert {finding["question"] for finding in report["findings"]} == FOUND
    assert worst([]) == "good"


def test_something_wrong_is_exit_code_four(tmp_path: Path) -> None:
    """A provider that was named and has no key is wrong, and what to do is printed."""
    done = draftmill(tmp_path, "doctor", "--provider", "deepseek")
    assert done.returncode == 4
    assert "export DEEPSEEK_API_KEY=" in done.stdout and "WRONG" in done.stdout
