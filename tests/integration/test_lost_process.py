"""A process that is killed, frozen, asked to end or to pause: nothing is lost, nothing is made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import Store
from engine.cli import main
from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from engine.store import DraftFilter
from tests.integration.test_cli import Cli, wait_for_calls
from tests.waiting import PATIENCE_S, until

RUN = ("run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus")
LEASE_S = 2.0
LEASE_S_OF_ALL = 30.0


@pytest.fixture
def cli(tmp_path: Path, practice: PracticeProcess) -> Cli:
    practice.configure(PracticeSettings(base_ms=600, item_ms=0, jitter=0))
    return Cli(tmp_path, practice.base_url)


Say = Callable[..., str]


@pytest.fixture
def say(cli: Cli, capsys: pytest.CaptureFixture[str]) -> Say:
    """A command of this process, a second one beside the run's: what it prints."""

    def run(*words: str, code: int = 0) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([*words, "--database", str(cli.home / "draftmill.db")])
        said = capsys.readouterr()
        assert left.value.code == code, said.err
        return said.out + said.err

    return run


def started(cli: Cli, drafts: int = 6, calls: int = 2, concurrency: int = 2, runs: int = 1) -> subprocess.Popen[str]:
    """A run of one draft a call in a child process, the newest of `runs`, that has sent `calls` calls."""
    child = cli.start(*RUN, "--per-combo", str(drafts), "--concurrency", str(concurrency), "--batch-size", "1")
    wait_for_calls(cli.home, calls, runs)
    return child


def slow_after_a_good_answer(cli: Cli, practice: PracticeProcess) -> subprocess.Popen[str]:
    """A run with two calls in flight for a minute: the first call to a model that never answered would go alone."""
    ended(cli.start(*RUN, "--per-combo", "1"))
    practice.configure(PracticeSettings(base_ms=60_000, item_ms=0))
    child = started(cli, runs=2)
    until(lambda: practice.stats()["in_flight"] == 2)
    return child


def ended(child: subprocess.Popen[str]) -> dict[str, Any]:
    return figures(child.communicate(timeout=PATIENCE_S)[0])


def figures(said: str) -> dict[str, Any]:
    return dict(json.loads(next(line for line in reversed(said.splitlines()) if line.startswith("{"))))


def slots(cli: Cli, run: int = 1) -> list[int]:
    with Store.open(cli.home / "draftmill.db") as store:
        return [row.slot for row in store.drafts.page(DraftFilter(run=run), limit=100)]


def test_kill_9_is_seen_and_resumed_at_once(cli: Cli, say: Say, practice: PracticeProcess) -> None:
    """A killed run reads interrupted; resume does not wait for its lease, asks for what is open, tells the doubt."""
    child = slow_after_a_good_answer(cli, practice)
    child.kill()
    child.communicate()
    practice.configure(PracticeSettings(base_ms=20, item_ms=0))
    before = practice.stats()["calls"]
    assert json.loads(say("runs", "--json"))[0]["state"] == "interrupted"
    assert "draftmill resume 2" in say("status", "2")
    begun = time.monotonic()
    done = figures(say("resume", "2", "--json"))
    assert time.monotonic() - begun < LEASE_S_OF_ALL
    assert (done["state"], sorted(slots(cli, 2))) == ("done", list(range(6)))
    assert (done["in_doubt"], done["in_doubt_usd"] > 0) == (2, True)
    asked_for = 6 - done["cached"]
    assert (practice.stats()["calls"] - before, done["calls"]) == (asked_for, asked_for + 2)


@pytest.mark.slow
def test_all_that_was_interrupted_is_resumed(cli: Cli, say: Say) -> None:
    """`resume --all` takes up every interrupted run, not one that was paused by hand; without any it says so."""
    killed = started(cli, drafts=20)
    killed.kill()
    killed.communicate()
    other = cli.start(*RUN, "--per-combo", "30", "--concurrency", "1", "--batch-size", "1", "--no-reuse")
    wait_for_calls(cli.home, 1, 2)
    assert "will pause" in say("pause", "2")
    assert ended(other)["state"] == "paused"
    assert [json.loads(line)["run"] for line in say("resume", "--all", "--json").splitlines()] == [1]
    assert figures(say("status", "2", "--json"))["state"] == "paused"
    assert "no run was interrupted" in say("resume", "--all")


def test_a_run_is_paused_and_resumed_from_outside(cli: Cli, say: Say) -> None:
    """`draftmill pause` lets what is in flight drain; a second one changes nothing; resume goes on where it stopped."""
    child = started(cli, drafts=30)
    say("pause", "1")
    assert figures(say("status", "1", "--json"))["state"] in ("pausing", "paused")
    say("pause", "1")
    paused = ended(child)
    assert (child.returncode, paused["state"], paused["in_doubt"]) == (4, "paused", 0)
    assert paused["drafted"] == paused["calls"] < 30
    assert "run 1 is paused" in say("pause", "1")
    done = figures(say("resume", "1", "--json"))
    assert (done["state"], done["calls"], sorted(slots(cli))) == ("done", 30, list(range(30)))
    assert "has ended already" in say("pause", "1", code=2)


def test_a_held_run_can_be_seen_and_told_but_not_taken(cli: Cli, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one process works on a run, another sees it and is refused its resume, with who has it and advice."""
    cli.environment["DRAFTMILL_LEASE_S"] = str(LEASE_S)
    monkeypatch.setenv("DRAFTMILL_LEASE_S", str(LEASE_S))
    child = started(cli, drafts=100)
    assert figures(say("status", "1", "--json"))["state"] == "running"
    refused = say("resume", "1", code=2)
    assert (f"process {child.pid} " in refused, "pause it first" in refused) == (True, True)
    say("cancel", "1")
    assert ended(child)["state"] == "cancelled"


def test_sigterm_pauses(cli: Cli, say: Say) -> None:
    """Asked to end, a run drains what is in flight and is paused; it is offered at the next start."""
    child = started(cli)
    child.terminate()
    paused = ended(child)
    assert (child.returncode, paused["state"], paused["in_doubt"], paused["drafted"]) == (
        4,
        "paused",
        0,
        paused["calls"],
    )
    assert figures(say("resume", "--all", "--json"))["state"] == "done"


@pytest.mark.slow
def test_sigterm_does_not_wait_for_slow_calls(cli: Cli, practice: PracticeProcess) -> None:
    """What takes longer than a supervisor waits is left in doubt, at its upper bound."""
    child = slow_after_a_good_answer(cli, practice)
    child.terminate()
    begun = time.monotonic()
    paused = ended(child)
    assert time.monotonic() - begun < 30
    assert (paused["state"], paused["in_doubt"], paused["in_doubt_usd"] > 0) == ("paused", 2, True)


@pytest.mark.slow
def test_ctrl_c_twice_leaves_at_once(cli: Cli, practice: PracticeProcess) -> None:
    """The second Ctrl-C does not wait for what is in flight: it is in doubt, and the run is paused."""
    child = slow_after_a_good_answer(cli, practice)
    child.send_signal(signal.SIGINT)
    assert child.stderr is not None
    while "Ctrl-C again" not in child.stderr.readline():
        pass
    child.send_signal(signal.SIGINT)
    begun = time.monotonic()
    paused = ended(child)
    assert time.monotonic() - begun < 20
    assert (child.returncode, paused["state"], paused["in_doubt"]) == (4, "paused", 2)


@pytest.mark.slow
def test_a_frozen_owner_is_refused(
    cli: Cli, say: Say, practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is taken over when its frozen process's lease ends; that one's late answers change nothing."""
    cli.environment["DRAFTMILL_LEASE_S"] = str(LEASE_S)
    monkeypatch.setenv("DRAFTMILL_LEASE_S", str(LEASE_S))
    before = practice.stats()["calls"]
    frozen = started(cli)
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        done = figures(say("resume", "1", "--json"))
    finally:
        os.kill(frozen.pid, signal.SIGCONT)
    out, err = frozen.communicate(timeout=PATIENCE_S)
    assert (done["state"], sorted(slots(cli)), "Traceback" in err) == ("done", list(range(6)), False)
    after = json.loads(out.splitlines()[-1])
    advice: dict[str, object] = {"advice": [], "suggestions": []}
    assert {**after, **advice} == {**done, **advice}
    assert after["calls"] == practice.stats()["calls"] - before
    assert after["calls"] - after["in_doubt"] == 6
