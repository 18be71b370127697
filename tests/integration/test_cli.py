"""The command line as a person or a script meets it: a real process, its exit code, its last line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import Store
from engine.cli import main
from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from tests.databases import new_file
from tests.integration.conftest import QUICK
from tests.waiting import PATIENCE_S, until

KEYS = {
    "run", "state", "reason", "planned", "drafted", "failed", "calls", "http_429", "wall_s", "items_per_s",
    "limit_items_per_s", "tokens_in", "tokens_out", "cost_usd", "cost_is_estimate", "in_doubt",
}  # fmt: skip
DRAFT_KEYS = {"slot", "topic", "level", "copy", "state", "source", "content", "flags"}
CANARY = "sk-canary-91c0ffee"


class Cli:
    """`draftmill` in a temporary data folder, on the practice provider."""

    def __init__(self, home: Path, base_url: str) -> None:
        self.home = home
        self.base_url = base_url
        self.environment = {**os.environ, "DRAFTMILL_HOME": str(home), "OPENROUTER_API_KEY": CANARY}

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.line(*words), env=self.environment, capture_output=True, text=True, timeout=PATIENCE_S
        )

    def line(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "engine.cli", *words]

    def start(self, *words: str) -> subprocess.Popen[str]:
        return self.start_as(*self.line(*words, "--base-url", self.base_url, "--json"))

    def start_as(self, *line: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            line,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A job in the background ignores Ctrl-C, and so would its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *words: str, preset: str = "combined") -> subprocess.CompletedProcess[str]:
        cells = ("--kind", "cloze", "--lang", "en", "--levels", "3,4", "--topic", "Campus", "--topic", "Daily life")
        return self("run", *cells, "--preset", preset, "--base-url", self.base_url, "--json", *words)


@pytest.fixture
def cli(tmp_path: Path, practice: PracticeProcess) -> Cli:
    practice.configure(PracticeSettings(**QUICK))
    return Cli(tmp_path, practice.base_url)


def last_line(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_a_recipe_repeats_a_run(cli: Cli, tmp_path: Path) -> None:
    """What `recipe` prints makes the same run again; an option replaces its value."""
    assert cli.run("--per-combo", "1").returncode == 0
    printed = cli("recipe", "1")
    file = tmp_path / "weekly.toml"
    file.write_text(printed.stdout, encoding="utf-8")
    done = cli("run", "--recipe", str(file), "--levels", "3", "--no-reuse", "--json")
    assert (done.returncode, last_line(done)["drafted"]) == (0, 2)
    again = cli("recipe", "2").stdout
    assert "levels = [3]\n" in again and "no_reuse = true\n" in again
    assert again.partition("[options]")[2] == printed.stdout.partition("[options]")[2]
    refused = cli("run", "--recipe", str(tmp_path / "gone.toml"))
    assert refused.returncode == 2 and "give a readable file" in refused.stderr


def test_a_run_ends_with_its_figures(cli: Cli) -> None:
    """40 drafts in 14 calls, exit code 0, and the promised keys on the last line."""
    done = cli.run("--per-combo", "10")
    figures = last_line(done)
    assert (done.returncode, figures["state"], figures["drafted"], figures["calls"]) == (0, "done", 40, 14)
    assert set(figures) >= KEYS
    assert figures["items_per_s"] > 0


def test_status_runs_and_drafts_tell_the_same(cli: Cli) -> None:
    """status repeats the figures, runs lists the newest first, drafts prints one JSON line each."""
    first, second = last_line(cli.run()), last_line(cli.run("--no-reuse"))
    assert last_line(cli("status", str(second["run"]), "--json")) == second
    assert [row["run"] for row in json.loads(cli("runs", "--json").stdout)] == [second["run"], first["run"]]
    drafts = [json.loads(line) for line in cli("drafts", str(second["run"]), "--json").stdout.splitlines()]
    assert len(drafts) == 4
    assert all(set(draft) == DRAFT_KEYS for draft in drafts)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--levels", "7"), "levels"),
        (("--levels", "x"), "levels"),
        (("--batch-size", "11"), "batch_size"),
        (("--concurrency", "0"), "concurrency"),
        (("--throttle-ms", "2001"), "throttle_ms"),
        (("--topic", "campus"), "topics"),
        (("--topic", " "), "topic"),
        (("--topics-file", "nowhere.txt"), "topics-file"),
        (("--preset", "fast"), "preset"),
        (("--provider", "nobody"), "provider"),
        (("--base-url", "http://example.com/v1"), "base_url"),
        (("--base-url", "file:///etc/passwd"), "base_url"),
        (("--rpm", "-1"), "rpm"),
        (("--deadline-s", "0"), "deadline_s"),
        (("--option", "genre=news"), "genre"),
        (("--temperature", "9"), "temperature"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], field: str
) -> None:
    """Bad input names its field on one line, exits 2 and makes no run."""
    good = ["run", "--kind", "cloze", "--lang", "en", "--levels", "3", "--topic", "Campus", "--topic", "Travel"]
    database = new_file(tmp_path / "draftmill.db")
    with pytest.raises(SystemExit) as left:
        main([*good, *words, "--database", str(database)])
    assert left.value.code == 2
    assert field in capsys.readouterr().err
    with Store.open(database) as store:
        assert store.runs.count() == 0


def test_the_log_holds_neither_key_nor_prompt(cli: Cli, tmp_path: Path) -> None:
    """--log-file says what was done, and nothing of what was asked or answered."""
    done = cli.run("--topic", "Zeppelins", "--log-file", str(tmp_path / "log.txt"))
    text = (tmp_path / "log.txt").read_text()
    assert done.returncode == 0 and "engine.generate" in text
    assert not any(word in text for word in (CANARY, "Zeppelins", "passage", "items"))


def test_no_topics_is_bad_input(cli: Cli) -> None:
    """Without a topic the message says to write one."""
    done = cli("run", "--kind", "cloze", "--lang", "en", "--levels", "1", "--json")
    assert (done.returncode, "topic" in done.stderr) == (2, True)


def test_an_incomplete_run_exits_three(cli: Cli, practice: PracticeProcess) -> None:
    """A run that gave slots up exits 3 and names the cells."""
    practice.configure(PracticeSettings(**QUICK, faults={"blank": 1.0}))
    done = cli.run("--retries", "0")
    assert (done.returncode, last_line(done)["state"]) == (3, "incomplete")
    assert "Campus L3" in last_line(done)["reason"]


def test_a_stopped_run_exits_four(cli: Cli) -> None:
    """A closed port pauses the run with a reason within `concurrency` calls, exit code 4."""
    done = cli.run("--base-url", "http://127.0.0.1:9/v1")
    figures = last_line(done)
    assert (done.returncode, figures["state"], figures["calls"] <= 4) == (4, "paused", True)
    assert figures["reason"]
    assert "Traceback" not in done.stderr


def test_the_key_is_nowhere(cli: Cli, tmp_path: Path) -> None:
    """A key that was sent is in no file, and in nothing that was printed."""
    done = cli.run("--provider", "openrouter", "--model", "practice-fast")
    assert done.returncode == 0
    shown = done.stdout + done.stderr + cli("runs").stdout + cli("status", "1").stdout
    assert CANARY not in shown
    assert all(CANARY.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.slow
def test_ctrl_c_pauses_and_resume_ends(cli: Cli, practice: PracticeProcess) -> None:
    """One Ctrl-C keeps what is in flight and pauses; `resume` asks for the rest and is done."""
    practice.configure(PracticeSettings(base_ms=1500, item_ms=0))
    words = ("run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus", "--per-combo", "12")
    with cli.start(*words, "--concurrency", "2", "--batch-size", "2") as child:
        wait_for_calls(cli.home, 2)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=PATIENCE_S)
    paused = json.loads(out.splitlines()[-1])
    assert (child.returncode, paused["state"]) == (4, "paused")
    assert paused["in_doubt"] == 0
    done = cli("resume", "1", "--json")
    assert (done.returncode, last_line(done)["drafted"], last_line(done)["calls"]) == (0, 12, 6)


def wait_for_calls(home: Path, calls: int, runs: int = 1) -> None:
    """Until the newest of so many runs has made so many calls."""
    until((home / "draftmill.db").exists)
    with Store.open(home / "draftmill.db") as store:
        until(lambda: store.runs.count() >= runs and store.runs.page(1)[0].totals.calls >= calls)


def test_a_run_is_cancelled_from_another_process(cli: Cli, practice: PracticeProcess) -> None:
    """`draftmill cancel` stops a run that another process works on; exit code 4 there."""
    practice.configure(PracticeSettings(base_ms=2000, item_ms=0))  # it must not end before the command is there
    words = ("run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus", "--per-combo", "40")
    with cli.start(*words, "--concurrency", "1", "--batch-size", "1") as child:
        wait_for_calls(cli.home, 1)
        assert cli("cancel", "1").returncode == 0
        out, _ = child.communicate(timeout=PATIENCE_S)
    assert (child.returncode, json.loads(out.splitlines()[-1])["state"]) == (4, "cancelled")


def test_an_unknown_run_is_bad_input(cli: Cli) -> None:
    """A run that is not there exits 2 and says how to list them."""
    done = cli("status", "99")
    assert (done.returncode, "draftmill runs" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_run_at_its_budget_is_resumed_with_more(cli: Cli) -> None:
    """Exit code 4 at the budget, whatever the concurrency; with more money the same run ends done."""
    paused = cli.run("--per-combo", "40", "--budget-usd", "0.01", "--concurrency", "8", "--batch-size", "1")
    at = last_line(paused)
    assert (paused.returncode, at["state"], at["reason"].partition(":")[0]) == (4, "paused", "budget")
    assert at["cost_usd"] <= 0.01 and at["price_known"]
    refused = cli("resume", str(at["run"]), "--budget-usd", "0.001")
    assert refused.returncode == 2 and "is spent already" in refused.stderr
    done = cli("resume", str(at["run"]), "--budget-usd", "2", "--json")
    assert (done.returncode, last_line(done)["state"], last_line(done)["drafted"]) == (0, "done", 160)
    assert last_line(done)["cost_usd"] <= 2
