"""auto against the best of the four presets, in eight situations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from benchmarks.kit import Claim, measure
from engine.profiles import Limits, PracticeSettings
from engine.reports import PRESETS, tuning_for

SCALE = 10.0
DRAFTS = 120
NOISE = 0.97  # two equal runs differ by this much


@dataclass(frozen=True, slots=True)
class Situation:
    """The provider's limits, and those the client is configured with."""

    name: str
    settings: PracticeSettings
    configured: Limits = field(default_factory=Limits)
    scale: float = SCALE


def situations() -> Iterator[Situation]:
    """No limit, rates configured, undeclared and in headers, a cap in flight, short replies, random refusals."""
    yield Situation("no limit", _practice())
    yield Situation("60 a minute", _practice(rpm=60), Limits(rpm=60))
    yield Situation("30 a minute", _practice(rpm=30), Limits(rpm=30))
    yield Situation("3 in flight", _practice(max_in_flight=3), Limits(max_in_flight=3))
    yield Situation("replies short as the batch grows", _practice(crowded=0.3))
    yield Situation("60 a minute, in headers alone", replace(_practice(rpm=60), rate_headers=True))
    # Unscaled: our own milliseconds, which are scaled too, would be delays that no limit of a second forgives.
    quick = PracticeSettings(base_ms=400)
    yield Situation("10 per second, undeclared", replace(quick, rpm=10, window_s=1.0), scale=1.0)
    yield Situation("5 % refused at random", replace(quick, faults={"429": 0.05}), scale=1.0)


def claims() -> Iterator[Claim]:
    """auto is at least as fast as the best preset, everywhere."""
    for situation in situations():
        speeds = {name: _speed(situation, name) for name in PRESETS}
        auto = speeds.pop("auto")
        best = max(speeds, key=lambda name: speeds[name])
        measured = f"{auto:.2f}/s against {speeds[best]:.2f}/s ({best})"
        yield Claim(f"auto, {situation.name}", ">= best preset", measured, auto >= NOISE * speeds[best])


def _speed(situation: Situation, preset: str) -> float:
    took = measure(situation.settings, situation.configured, tuning_for(preset, DRAFTS), DRAFTS, situation.scale)
    return took.drafted / took.wall_s if took.state == "done" else 0.0


def _practice(rpm: int = 0, max_in_flight: int = 0, crowded: float = 0.0) -> PracticeSettings:
    faults = {"crowded": crowded} if crowded else {}
    return PracticeSettings(
        rpm=rpm, max_in_flight=max_in_flight, time_scale=SCALE, retry_after_in="scaled", faults=faults
    )
