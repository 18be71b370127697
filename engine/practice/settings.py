"""
How the practice provider behaves: latency, limits, faults, time.

Checked here, whoever gives them: flags, a form, a test.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from engine.errors import SpecError
from engine.practice.faults import BY_NAME, OF_ITEMS

Shape = Literal["window", "even"]
Unit = Literal["real", "scaled"]


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """
    Everything that can be set; times are those of an unscaled clock.

    Raises:
        SpecError: a value is out of bounds, a fault is unknown, or the shares are more than 1 together.
    """

    seed: int = 0
    """Chooses sentences, names, jitter and faults; two processes with one seed write the same drafts."""
    base_ms: float = 1200.0
    item_ms: float = 250.0
    """Latency of a call: base_ms + item_ms x items."""
    jitter: float = 0.2
    """The latency varies by up to this share, up and down."""
    rpm: int = 0
    """Calls accepted in `window_s`; 0: no limit."""
    window_s: float = 60.0
    shape: Shape = "window"
    """`window`: any `rpm` starts in `window_s`. `even`: one each window_s / rpm, a quarter of that early at most."""
    max_in_flight: int = 0
    """Calls answered at one time; 0: no limit."""
    retry_after: bool = True
    """A 429 of a limit says when a place is free."""
    retry_after_in: Unit = "real"
    """Whose seconds Retry-After counts: `real`, the machine's; `scaled`, those of a client on the same time scale."""
    rate_headers: bool = False
    """Answers carry x-ratelimit-*; OpenRouter sends none with a success."""
    count_rejected: bool = False
    """Refused calls count against `rpm` too."""
    faults: Mapping[str, float] = field(default_factory=dict)
    """
    Share of the calls each fault strikes: {"503": 0.05}.

    `crowded`, `offlevel` and `offlang` are shares of items, beside the others.
    """
    hold_s: float = 600.0
    """How long the fault `timeout` holds an answer."""
    keepalive_s: float = 5.0
    """How long the fault `keepalive` sends blank lines, one a second."""
    time_scale: float = 1.0
    """All waits and windows run this much faster than the machine's clock."""
    key_env: str = ""
    """Name of the environment variable that holds the key every call must carry; empty: no key is asked for."""

    def __post_init__(self) -> None:
        _whole("seed", self.seed, 0, 2**63)
        _number("base_ms", self.base_ms, 0, 600_000)
        _number("item_ms", self.item_ms, 0, 600_000)
        _number("jitter", self.jitter, 0, 1)
        _whole("rpm", self.rpm, 0, 1_000_000)
        _number("window_s", self.window_s, 0.01, 86_400)
        _choice("shape", self.shape, get_args(Shape))
        _whole("max_in_flight", self.max_in_flight, 0, 100_000)
        _choice("retry_after_in", self.retry_after_in, get_args(Unit))
        _number("hold_s", self.hold_s, 0, 86_400)
        _number("keepalive_s", self.keepalive_s, 0, 3_600)
        _number("time_scale", self.time_scale, 0.01, 10_000)
        for name in ("retry_after", "rate_headers", "count_rejected"):
            if not isinstance(getattr(self, name), bool):
                raise SpecError(name, getattr(self, name), "choose_bool")
        if not isinstance(self.key_env, str):
            raise SpecError("key_env", self.key_env, "variable_name")
        object.__setattr__(self, "faults", _checked_faults(self.faults))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the same settings back."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> PracticeSettings:
        """
        Read what `to_json` wrote; what is not named keeps its default.

        Raises:
            SpecError: as the constructor, and for a name that is not known.
        """
        return changed(cls(), raw)


LASTING = ("seed", "time_scale", "key_env")
"""What a running provider keeps: its counters, its clock and its key hang on them."""


def changed(settings: PracticeSettings, raw: Mapping[str, Any]) -> PracticeSettings:
    """
    The same settings with some of them new.

    Raises:
        SpecError: a name is unknown or a value out of bounds.
    """
    known = {f.name for f in fields(PracticeSettings)}
    for name in raw:
        if name not in known:
            raise SpecError(str(name), raw[name], "practice_known", known=sorted(known))
    return PracticeSettings(**{**asdict(settings), **raw})


def parse_fault(text: str) -> tuple[str, float]:
    """
    Read "NAME=SHARE", as flags give it.

    Raises:
        SpecError: it is not of that form, or the fault is unknown.
    """
    name, equals, share = text.partition("=")
    try:
        number = float(share)
    except ValueError:
        equals = ""
        number = 0.0
    if not equals:
        raise SpecError("fault", text, "fault_form")
    return next(iter(_checked_faults({name.strip(): number}).items()), (name.strip(), 0.0))


def _checked_faults(faults: Mapping[str, float]) -> dict[str, float]:
    if not isinstance(faults, Mapping):
        raise SpecError("faults", faults, "fault_shares")
    for name, share in faults.items():
        if name not in BY_NAME:
            raise SpecError("fault", name, "choose_of", names=list(BY_NAME))
        _number(f"share of fault {name}", share, 0, 1)
    total = sum(share for name, share in faults.items() if name not in OF_ITEMS)
    if total > 1 + 1e-9:
        raise SpecError("faults", round(total, 4), "shares_sum")
    return {name: float(faults[name]) for name in BY_NAME if faults.get(name)}


def _number(name: str, value: object, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SpecError(name, value, "choose_number", low=low, high=high)
    if not low <= value <= high:
        raise SpecError(name, value, "choose_number", low=low, high=high)


def _whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SpecError(name, value, "choose_whole_number", low=low, high=high)


def _choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SpecError(name, value, "choose_or", names=allowed[:-1], last=allowed[-1])
