"""
Arms: the settings that are compared, from presets or from a grid, checked before any call. Pure.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.errors import SpecError
from engine.job import Job, SecondModel
from engine.messages import Message
from engine.spec import PRESETS, Tuning, number, tuning_for, whole
from engine.spec.material import StyleNote, style_from_json

MOST_RUNS = 200
MOST_ROWS = 2 * MOST_RUNS
"""Runs of a comparison with the reviews of a second model."""
TRIALS = range(1, 21)
NAME_LENGTH = 120  # the short names of two models, a style note and a preset


@dataclass(frozen=True, slots=True)
class Arm:
    """Settings of a comparison under a name of their own; what is left empty is as in the comparison's job."""

    name: str
    tuning: Tuning
    provider: str = ""
    model: str = ""
    temperature: float | None = None
    judge: SecondModel | None = None
    """The second model that judges the drafts of this arm."""
    style: StyleNote | None = None
    """The version of a style note."""

    @property
    def preset(self) -> str:
        """The name of the preset whose settings this arm has, else empty."""
        return next((name for name, tuning in PRESETS.items() if _alike(tuning, self.tuning)), "")

    def job_for(self, job: Job) -> Job:
        """
        The job of this arm's runs: without the cache, whose drafts would be measured as speed.

        Changes of the profile (address, key, limits) belong to the job's own provider and are not taken to another.
        """
        spec = replace(job.spec, reuse=False)
        overrides = job.overrides
        if self.provider and self.provider != spec.provider:
            spec, overrides = replace(spec, provider=self.provider, model=""), replace(overrides, **_OWN)
        if self.model:
            spec = replace(spec, model=self.model)
        if self.style is not None:
            spec = replace(spec, style=self.style)
        if self.temperature is not None:
            spec = replace(spec, temperature=self.temperature)
        return replace(
            job, spec=spec, tuning=self.tuning, preset=self.preset, overrides=overrides, judge=self.judge or job.judge
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the same Arm back. What is empty is left out."""
        optional = {
            "provider": self.provider or None,
            "model": self.model or None,
            "temperature": self.temperature,
            "judge": self.judge.to_json() if self.judge else None,
            "style": asdict(self.style) if self.style else None,
        }
        given = {name: value for name, value in optional.items() if value is not None}
        return {"name": self.name, "tuning": asdict(self.tuning), **given}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Arm:
        """Read what `to_json` wrote; other keys are ignored."""
        judge = raw.get("judge")
        return cls(
            raw["name"],
            Tuning(**raw["tuning"]),
            raw.get("provider", ""),
            raw.get("model", ""),
            raw.get("temperature"),
            SecondModel.from_json(judge) if judge else None,
            style_from_json(raw.get("style")),
        )


def _alike(preset: Tuning, tuning: Tuning) -> bool:
    return preset == tuning or (preset.auto and tuning.auto)


_OWN = dict.fromkeys(
    ("base_url", "key_env", "rpm", "tpm", "max_in_flight", "window_s", "shape", "private_network", "budget_day_usd")
)
"""Overrides that belong to one provider."""


def preset_arms(names: Sequence[str], n: int) -> tuple[Arm, ...]:
    """
    An arm for each preset, in the given order, with its settings for `n` drafts.

    Raises:
        SpecError: there is no such preset.
    """
    return tuple(Arm(name, tuning_for(name, n)) for name in names)


def grid_arms(
    *,
    concurrency: Sequence[int],
    batch_size: Sequence[int],
    throttle_ms: Sequence[int] = (0,),
    retries: Sequence[int] = (2,),
) -> tuple[Arm, ...]:
    """
    An arm for every combination, named "4 x 3"; throttle and retries are named only where the grid varies them.

    Raises:
        SpecError: a side of the grid is empty, a value is out of range, or there are more than 200 combinations.
    """
    sides = {"concurrency": concurrency, "batch_size": batch_size, "throttle_ms": throttle_ms, "retries": retries}
    for name, side in sides.items():
        if not side:
            raise SpecError(name, (), "grid_empty")
    _check_runs(math.prod(len(side) for side in sides.values()))
    return tuple(
        Arm(_grid_name(tuning, throttled=len(throttle_ms) > 1, retried=len(retries) > 1), tuning)
        for tuning in (
            Tuning(c, b, r, t) for c, b, t, r in itertools.product(concurrency, batch_size, throttle_ms, retries)
        )
    )


def check(arms: Sequence[Arm], trials: int) -> None:
    """
    Check that the arms can be compared.

    Raises:
        SpecError: no arm, a name or the same settings given twice, a name that is blank, too long or unprintable, a
            temperature outside 0..2, trials outside 1..20, or more than 200 runs.
    """
    if not arms:
        raise SpecError("arms", (), "arms_none")
    whole("trials", trials, TRIALS)
    _check_runs(len(arms) * trials)
    names: set[str] = set()
    settings: dict[Arm, str] = {}
    for arm in arms:
        _check_name(arm.name)
        if arm.temperature is not None:
            number("temperature", arm.temperature, 0.0, 2.0)
        if arm.name in names:
            raise SpecError("arms", arm.name, "arm_twice")
        names.add(arm.name)
        twin = settings.setdefault(replace(arm, name=""), arm.name)
        if twin != arm.name:
            raise SpecError("arms", arm.name, "arm_same", name=twin)


def _check_runs(runs: int) -> None:
    if runs > MOST_RUNS:
        raise SpecError("arms", Message("runs_counted", {"n": runs}), "runs_many", most=MOST_RUNS)


def _check_name(name: str) -> None:
    if not name.strip() or not name.isprintable() or len(name) > NAME_LENGTH:
        raise SpecError("arms", name, "arm_name", most=NAME_LENGTH)


def _grid_name(tuning: Tuning, *, throttled: bool, retried: bool) -> str:
    name = f"{tuning.concurrency} x {tuning.batch_size}"
    if throttled:
        name += f", {tuning.throttle_ms} ms"
    if retried:
        name += f", {tuning.retries} " + ("retry" if tuning.retries == 1 else "retries")
    return name
