"""The practice provider's settings and flags: what is taken, and what is refused with advice."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from engine.errors import SpecError
from engine.practice import Fault, PracticeSettings
from engine.practice.flags import read_flags
from engine.practice.server import _bind, read_key
from engine.practice.settings import changed, parse_fault


def test_settings_travel_as_json() -> None:
    """from_json gives back what to_json wrote."""
    settings = PracticeSettings(seed=7, rpm=30, shape="even", faults={"503": 0.1, "slow": 0.2}, time_scale=4)
    assert PracticeSettings.from_json(settings.to_json()) == settings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", -1),
        ("base_ms", float("nan")),
        ("item_ms", -1),
        ("jitter", 1.1),
        ("rpm", 2.5),
        ("rpm", True),
        ("window_s", 0),
        ("shape", "round"),
        ("max_in_flight", -1),
        ("retry_after", 1),
        ("retry_after_in", "minutes"),
        ("hold_s", -1),
        ("time_scale", 0),
        ("key_env", None),
        ("faults", [0.1]),
    ],
)
def test_a_value_out_of_bounds_is_named(field: str, value: Any) -> None:
    """A SpecError names the field."""
    with pytest.raises(SpecError) as caught:
        PracticeSettings.from_json({field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("faults", [{"503": 1.1}, {"503": -0.1}, {"503": 0.6, "429": 0.6}, {"fire": 0.1}, {"503": "1"}])
def test_shares_of_faults_are_shares(faults: dict[str, Any]) -> None:
    """A share outside 0 to 1, shares above 1 together and unknown names are refused."""
    with pytest.raises(SpecError):
        PracticeSettings(faults=faults)


def test_an_unknown_setting_is_refused() -> None:
    """A misspelt name is no silent default."""
    with pytest.raises(SpecError, match="rmp"):
        changed(PracticeSettings(), {"rmp": 30})


def test_every_fault_says_what_it_does() -> None:
    """The Launch page lists the faults with a line for each."""
    assert all(fault.about and "\n" not in fault.about for fault in Fault)
    assert len({fault.value for fault in Fault}) == len(Fault) == 29


def test_flags_make_settings() -> None:
    """Flags go before the JSON of --settings; faults add up."""
    line = "--port 0 --rpm 30 --shape even --no-retry-after --fault 503=0.1 --fault reset=0.05 --settings"
    flags = read_flags([*line.split(), '{"rpm": 10, "seed": 3, "faults": {"slow": 0.2}}'])
    faults = {"503": 0.1, "reset": 0.05, "slow": 0.2}
    assert flags.settings == PracticeSettings(seed=3, rpm=30, shape="even", retry_after=False, faults=faults)


@pytest.mark.parametrize("text", ["503", "503=", "503=lots", "=0.1", "fire=0.1", "503=2"])
def test_a_bad_fault_flag_is_told(text: str) -> None:
    """--fault takes NAME=SHARE of a known fault."""
    with pytest.raises(SpecError):
        parse_fault(text)


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--settings", "[]"], ["--jitter", "3"]])
def test_bad_flags_are_spec_errors(arguments: list[str]) -> None:
    """What argparse lets through is still checked."""
    with pytest.raises(SpecError):
        read_flags(arguments)


def test_a_key_is_named_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings hold the name of a variable; one that is not set is reported by its name."""
    monkeypatch.delenv("SOME_KEY", raising=False)
    with pytest.raises(SpecError, match="SOME_KEY"):
        read_key(PracticeSettings(key_env="SOME_KEY"))
    assert read_key(PracticeSettings()) == ""


def test_small_answers_are_not_held_back() -> None:
    """asyncio sets TCP_NODELAY only on a socket whose protocol is named; without it each answer waits 40 ms."""
    with _bind(0) as sock:
        assert sock.proto == socket.IPPROTO_TCP
