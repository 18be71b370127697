"""
A job: a RunSpec with a Tuning, and what the user changed of the provider's profile for this launch.

A job survives in its run's row, so that any process can pick the run up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.errors import SpecError
from engine.judge.opinion import NO_THRESHOLDS, Thresholds
from engine.limiter.limits import Shape
from engine.practice import PracticeSettings
from engine.providers import Catalog, Profile, adjusted
from engine.spec import RunSpec, Tuning
from engine.store.views import RunRow

PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What is changed of the profile for one launch; None leaves the profile's value."""

    base_url: str | None = None
    key_env: str | None = None
    rpm: int | None = None
    tpm: int | None = None
    max_in_flight: int | None = None
    window_s: float | None = None
    shape: Shape | None = None
    deadline_s: float | None = None
    budget_day_usd: float | None = None
    private_network: bool | None = None
    max_tokens: int | None = None

    def given(self) -> dict[str, Any]:
        """The values that are not None."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class ComparisonPlace:
    """A run's place in a comparison; the runs of one comparison work one after the other."""

    comparison: int
    arm: str
    trial: int


@dataclass(frozen=True, slots=True)
class SecondModel:
    """The model that judges the drafts of a run when it has ended, and when its opinion decides by itself."""

    provider: str
    model: str = ""
    """Empty: the provider's default."""
    thresholds: Thresholds = NO_THRESHOLDS

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the same back."""
        return {"provider": self.provider, "model": self.model, "thresholds": asdict(self.thresholds)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> SecondModel:
        """Read what `to_json` wrote."""
        return cls(raw["provider"], raw["model"], Thresholds(**raw["thresholds"]))


@dataclass(frozen=True, slots=True)
class Job:
    """What `submit` takes."""

    spec: RunSpec
    tuning: Tuning
    preset: str = ""
    overrides: Overrides = Overrides()
    practice: PracticeSettings | None = None
    """How the practice provider behaves; None: its defaults. Only for provider `practice` without a base_url."""
    thresholds: Thresholds = NO_THRESHOLDS
    """Of a review: when an opinion decides by itself."""
    judge: SecondModel | None = None
    """Of a run of a comparison: the second model that judges its drafts."""

    def profile(self, catalog: Catalog) -> Profile:
        """
        The profile in force: the catalog's, with this job's changes.

        Raises:
            SpecError: the provider is unknown, a change is out of bounds, the concurrency is above the profile's
                ceiling, or no model is named.
        """
        profile = adjusted(catalog.profile(self.spec.provider), **self.overrides.given())
        self.tuning.check_ceiling(profile.max_concurrency)
        if not self.model(profile):
            raise SpecError("model", self.spec.model, "name_a_model", provider=profile.name)
        return profile

    def model(self, profile: Profile) -> str:
        """The model asked for: the spec's, or the profile's default."""
        return self.spec.model or profile.default_model

    @property
    def own_practice(self) -> bool:
        """Whether Draftmill starts the practice provider for this job."""
        return self.is_own_practice(self.spec.provider, self.overrides.base_url)

    @staticmethod
    def is_own_practice(provider: str, base_url: str | None) -> bool:
        """The rule: the practice provider is Draftmill's own process unless an address is given."""
        return provider == PRACTICE and not base_url

    def settings(self) -> dict[str, Any]:
        """Plain JSON of everything beside spec and tuning, for the run's row."""
        practice = self.practice.to_json() if self.practice else None
        thresholds = {"thresholds": asdict(self.thresholds)} if self.thresholds else {}
        judge = {"judge": self.judge.to_json()} if self.judge else {}
        return {"overrides": self.overrides.given(), "practice": practice, **thresholds, **judge}

    def funded(self, spent_usd: float, budget_usd: float | None, budget_day_usd: float | None) -> Job:
        """
        The same job with another budget to go on with; None leaves one as it is.

        Raises:
            SpecError: a budget is out of bounds, or spent already.
        """
        spec, overrides = self.spec, self.overrides
        if budget_usd is not None:
            spec = replace(spec, budget_usd=budget_usd)
            if budget_usd <= spent_usd:
                raise SpecError("budget_usd", budget_usd, "budget_spent", spent_usd=spent_usd)
        if budget_day_usd is not None:
            overrides = replace(overrides, budget_day_usd=budget_day_usd)
        return replace(self, spec=spec, overrides=overrides)

    @classmethod
    def from_row(cls, spec: Mapping[str, Any], tuning: Mapping[str, Any], preset: str, raw: Mapping[str, Any]) -> Job:
        """Read a job back from its run's row."""
        practice, judge = raw.get("practice"), raw.get("judge")
        return cls(
            RunSpec.from_json(spec),
            Tuning(**tuning),
            preset,
            Overrides(**raw.get("overrides", {})),
            PracticeSettings.from_json(practice) if practice else None,
            Thresholds(**raw.get("thresholds", {})),
            SecondModel.from_json(judge) if judge else None,
        )


def job_of(row: RunRow) -> Job:
    """The job a run was submitted as."""
    return Job.from_row(row.spec, row.tuning, row.preset, row.limits)
