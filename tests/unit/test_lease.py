"""Whose a run is: what a process signs with, when it has provably gone, and what status a run then has."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from engine.errors import SpecError
from engine.process import LEASE_S, is_gone, lease_s, owner_name, sign
from engine.runners.run_status import run_status

OURS = sign()


@dataclass
class Row:
    """What a run's row says of who works on it; heard of at 100."""

    state: str = "running"
    owner: str | None = OURS
    heartbeat_at: float | None = 100.0
    command: str | None = None
    reason: str = ""


def test_this_process_is_not_gone() -> None:
    """A process finds itself alive, and two of its runners sign differently."""
    assert not is_gone(OURS)
    assert sign() != OURS
    assert str(os.getpid()) in str(owner_name(OURS))


def test_a_process_that_ended_is_gone() -> None:
    """A process that ended is gone, also while its parent has not asked how."""
    code = "from engine.process import sign; print(sign(), flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert child.stdout is not None
    owner = child.stdout.readline().strip()
    assert not is_gone(owner)
    child.kill()
    while not is_gone(owner):  # it is over in a moment, and nobody has asked how it ended
        assert child.returncode is None
    child.communicate()
    assert is_gone(owner)


def test_another_process_of_the_same_number_is_another() -> None:
    """A number that was given again does not bring its process back."""
    host, pid, started, word = OURS.split(":")
    assert is_gone(f"{host}:{pid}:{float(started) - 500:.2f}:{word}")


@pytest.mark.parametrize("owner", [None, "", "gone", "desk-12-abcdef", "other/7:1:2.00:aa"])
def test_of_what_cannot_be_proved_nothing_is_said(owner: str | None) -> None:
    """Another machine's process, or a name of an older release, is not gone: its lease must end."""
    assert not is_gone(owner)


@pytest.mark.parametrize(
    ("row", "now", "told", "expected"),
    [
        (Row(), 120.0, {}, "running"),
        (Row(), 131.0, {}, "interrupted"),
        (Row(), 71.0, {}, "running"),
        (Row(), 69.0, {}, "interrupted"),
        (Row(heartbeat_at=1e12), 120.0, {}, "interrupted"),
        (Row(), 131.0, {"ours": True}, "running"),
        (Row(), 101.0, {"gone": True}, "interrupted"),
        (Row("queued"), 120.0, {}, "queued"),
        (Row("queued"), 131.0, {}, "interrupted"),
        (Row("queued", owner=None, heartbeat_at=None), 1.0, {}, "interrupted"),
        (Row(command="pause"), 120.0, {}, "pausing"),
        (Row(command="cancel"), 120.0, {}, "cancelling"),
        (Row(command="cancel"), 131.0, {}, "interrupted"),
        (Row("paused", owner=None), 999.0, {}, "paused"),
        (Row("done", owner=None), 999.0, {"gone": True}, "done"),
    ],
)
def test_how_a_run_stands(row: Row, now: float, told: dict[str, bool], expected: str) -> None:
    """A run is interrupted when it should be worked on and nobody is left to do it; nothing of that is stored."""
    assert run_status(row, now, 30.0, **told) == expected


def test_the_lease_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable sets the lease; nonsense is refused with advice."""
    monkeypatch.delenv("DRAFTMILL_LEASE_S", raising=False)
    assert lease_s() == LEASE_S
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "2.5")
    assert lease_s() == 2.5
    for nonsense in ("soon", "0", "1e9", "nan"):
        monkeypatch.setenv("DRAFTMILL_LEASE_S", nonsense)
        with pytest.raises(SpecError, match="choose 1 to 3600"):
            lease_s()
