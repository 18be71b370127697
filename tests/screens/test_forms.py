"""The Launch form read and filled in, without a screen."""

from __future__ import annotations

import pytest

from dashboard import forms
from dashboard.labels import FAULT
from engine import Job, Overrides, RunSpec, Tuning
from engine.kinds.shadowing.options import ShadowingOptions
from engine.profiles import Fault, PracticeSettings


def form(**changes: object) -> dict[str, object]:
    return {**forms.DEFAULTS, **changes}


def fields(errors: list[forms.SpecError]) -> list[str]:
    return [error.field for error in errors]


def test_defaults_are_a_whole_run() -> None:
    """A newcomer's untouched form asks the practice provider for 60 drafts."""
    spec, errors = forms.read_spec(form())
    assert errors == []
    assert spec is not None
    assert (spec.provider, spec.slots) == ("practice", 60)


def test_every_error_is_told_at_once() -> None:
    """Each field at fault has its own error, not only the first."""
    spec, errors = forms.read_spec(form(topics="a\n\nA", levels=[], per_combo=0, temperature=3.0))
    assert spec is None
    assert fields(errors) == ["topics", "levels", "per_combo", "temperature"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topics": ""}, "topics"),
        ({"topics": "Campus\ncampus"}, "topics"),
        ({"topics": "x" * 201}, "topics"),
        ({"levels": [7]}, "levels"),
        ({"per_combo": None}, "per_combo"),
        ({"budget_usd": 0.0}, "budget_usd"),
        ({"kind": "poem"}, "kind"),
        ({"kind": "shadowing", "genre": "opera"}, "genre"),
        ({"kind": "cloze", "connector": 0.0, "collocation": 0.0, "grammar": 0.0}, "connector"),
        ({"blanks_auto": False, "blanks": (6, 3)}, "blanks"),
        ({"levels": [1, 2], "per_combo": 1000, "topics": "\n".join(map(str, range(101)))}, "per_combo"),
    ],
)
def test_an_error_names_its_field(changes: dict[str, object], field: str) -> None:
    """What is out of bounds is said beside the field it was typed into."""
    spec, errors = forms.read_spec(form(**changes))
    assert spec is None
    assert fields(errors) == [field]


def test_dials_are_held_to_the_ceiling() -> None:
    """Concurrency is bounded by the provider's profile, the other settings by the guide."""
    tuning, errors = forms.read_tuning(form(preset="custom", concurrency=9, batch_size=11, retries=6), ceiling=8)
    assert tuning is None
    assert fields(errors) == ["concurrency", "batch_size", "retries"]


def test_auto_follows_the_size() -> None:
    """`auto` takes what is recommended for as many drafts, never above the ceiling."""
    tuning, errors = forms.read_tuning(form(preset="auto", concurrency=99), ceiling=4, n=500)
    assert errors == []
    assert tuning is not None
    assert (tuning.auto, tuning.concurrency, tuning.batch_size) == (True, 4, 7)


def test_empty_overrides_leave_the_profile() -> None:
    """A field left empty is not an override; 0 is one."""
    assert forms.read_overrides(form()) == Overrides()
    assert forms.read_overrides(form(provider="openrouter", rpm=0, base_url="")) == Overrides(rpm=0)


def test_a_form_can_override_what_a_command_can() -> None:
    """The longest reply and a private network have fields, too; a switch that is off overrides nothing."""
    given = Overrides(base_url="http://10.0.0.4:8000/v1", max_tokens=900, private_network=True)
    asked = form(provider="custom", base_url="http://10.0.0.4:8000/v1", max_tokens=900, private_network=True)
    assert forms.read_overrides(asked) == given
    assert forms.read_overrides({**asked, "private_network": False}).private_network is None


def test_known_practice_limits_pace_the_run() -> None:
    """The limit set for the practice provider is a known one, unless the form says otherwise."""
    assert forms.read_overrides(form(practice_rpm=60)).rpm == 60
    assert forms.read_overrides(form(practice_rpm=60, practice_known=False)).rpm is None


def test_practice_errors_land_beside_practice_fields() -> None:
    """A bad figure of the practice provider is said under its own field."""
    broken = form(practice_jitter=2.0, practice_faults=["503", "reset"], practice_fault_503=80, practice_fault_reset=30)
    settings, errors = forms.read_practice(broken)
    assert settings is None
    assert fields(errors) == ["practice_jitter", "practice_faults"]


def test_clone_gives_the_same_job() -> None:
    """A job written into the form and read again is the same job."""
    spec = RunSpec("shadowing", "ja", (1, 4), ("旅行", "$x$"), 7, options=ShadowingOptions("news", "formal", (5, 8)))
    practice = PracticeSettings(base_ms=5, rpm=9, faults={"503": 0.25})
    job = Job(spec, Tuning(3, 2, 1, 50), "", Overrides(rpm=9, window_s=30.0, max_tokens=900), practice)
    values = forms.values_of(job)
    read = Job(forms.read_spec(values)[0] or spec, forms.read_tuning(values, 8)[0] or job.tuning)
    assert (read.spec, read.tuning) == (job.spec, job.tuning)
    assert forms.read_overrides(values) == job.overrides
    assert forms.read_practice(values) == (practice, [])


def test_every_fault_has_a_name_on_the_form() -> None:
    """The form offers exactly the faults the practice provider knows."""
    assert set(FAULT) == {fault.value for fault in Fault}
