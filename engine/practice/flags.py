"""
The practice provider's flags on a command line; what they mean is checked by settings.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import SpecError
from engine.practice.faults import Fault
from engine.practice.settings import PracticeSettings, changed, parse_fault


@dataclass(frozen=True, slots=True)
class Flags:
    """What a command line asks for."""

    settings: PracticeSettings
    port: int
    until_eof: bool


def read_flags(arguments: Sequence[str]) -> Flags:
    """
    Read a command line.

    Raises:
        SpecError: a value is out of bounds.
        SystemExit: a flag is unknown or no number, or help was asked for; argparse has said so.
    """
    given = vars(_parser().parse_args(arguments))
    port, until_eof = given.pop("port"), given.pop("until_eof")
    if not 0 <= port <= 65_535:
        raise SpecError("port", port, "port_range")
    shares = [parse_fault(text) for text in given.pop("fault")]
    whole = _settings(given.pop("settings"))
    named: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if shares:
        named["faults"] = {**whole.faults, **dict(shares)}
    return Flags(changed(whole, named), port, until_eof)


def _settings(text: str) -> PracticeSettings:
    try:
        raw = json.loads(text)
        if not isinstance(raw, dict):
            raise ValueError
    except ValueError as exc:
        raise SpecError("settings", text, "give_json_object") from exc
    return PracticeSettings.from_json(raw)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine.practice",
        description="A chat completions server on 127.0.0.1 that writes practice drafts.",
        epilog="Faults: " + "; ".join(f"{fault.value}: {fault.about}" for fault in Fault) + ".",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 takes a free one")
    add("--seed", type=int, help="chooses sentences, jitter and faults")
    add("--base-ms", type=float, help="latency of a call without its items")
    add("--item-ms", type=float, help="latency an item adds")
    add("--jitter", type=float, help="share the latency varies by")
    add("--rpm", type=int, help="calls accepted in a window; 0: no limit")
    add("--window-s", type=float, help="seconds of the window, default: 60")
    add("--shape", choices=("window", "even"), help="any rpm starts in a window, or evenly spaced")
    add("--max-in-flight", type=int, help="calls answered at one time; 0: no limit")
    add("--retry-after", action=argparse.BooleanOptionalAction, default=None, help="a 429 says when to come back")
    add("--retry-after-in", choices=("real", "scaled"), help="whose seconds Retry-After counts under a time scale")
    add("--rate-headers", action=argparse.BooleanOptionalAction, default=None, help="send x-ratelimit-*")
    add("--count-rejected", action=argparse.BooleanOptionalAction, default=None, help="refused calls count too")
    add("--fault", action="append", default=[], metavar="NAME=SHARE", help="share of calls a fault strikes; repeatable")
    add("--hold-s", type=float, help="how long the fault timeout holds an answer")
    add("--keepalive-s", type=float, help="how long the fault keepalive sends blank lines")
    add("--time-scale", type=float, help="all waits and windows run this much faster")
    add("--key-env", help="environment variable with the key every call must carry")
    add("--settings", default="{}", metavar="JSON", help="all of these as one JSON object; flags go before it")
    add("--until-eof", action="store_true", help="end when stdin ends")
    return parser
