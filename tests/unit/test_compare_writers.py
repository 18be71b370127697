"""Arms that differ in who writes: models, temperatures and second models."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.compare import Arm, Writer, check, crossed, judged, preset_arms, read_writer, tiering, with_provider
from engine.errors import SpecError
from engine.job import Job, Overrides, SecondModel
from engine.judge.opinion import Thresholds
from engine.spec import PRESETS, RunSpec, Tuning
from engine.spec.material import StyleNote

KNOWN = ("practice", "openrouter")
COMBINED = preset_arms(("combined",), 24)
JOB = Job(RunSpec("cloze", "en", (2,), ("Campus",)), Tuning(), overrides=Overrides(rpm=30, deadline_s=90))


@pytest.mark.parametrize(
    ("text", "writer"),
    [
        ("practice-small", Writer("", "practice-small")),
        (" openrouter: deepseek/v4:free ", Writer("openrouter", "deepseek/v4:free")),
        ("deepseek/v4:free", Writer("", "deepseek/v4:free")),
        ("a + openrouter:b", Writer("", "a", SecondModel("openrouter", "b"))),
    ],
)
def test_a_model_is_read(text: str, writer: Writer) -> None:
    """Only a known name before a colon is a provider; what follows a plus is the second model."""
    assert read_writer(text, KNOWN) == writer


@pytest.mark.parametrize("text", ["", " ", "a +", "+ b", "openrouter:"])
def test_a_blank_model_is_refused(text: str) -> None:
    """Each side of a plus, and what follows a provider, names a model."""
    with pytest.raises(SpecError, match="MODEL"):
        read_writer(text, KNOWN)


def test_names_hold_what_differs() -> None:
    """One preset and one temperature are in no name; two of them are in every name."""
    models = [Writer("", "practice-small"), Writer("openrouter", "x/strong")]
    assert [arm.name for arm in crossed(COMBINED, models, [0.2])] == ["practice-small", "strong"]
    several = crossed(preset_arms(("serial", "combined"), 24), models[:1], [0.2, 0.9])
    assert [arm.name for arm in several] == [
        "practice-small · T 0.2 · serial", "practice-small · T 0.2 · combined",
        "practice-small · T 0.9 · serial", "practice-small · T 0.9 · combined",
    ]  # fmt: skip
    assert crossed(COMBINED) == COMBINED
    check(several, 3)


def test_one_model_at_two_providers_is_told_apart() -> None:
    """The provider is in the name where the model alone does not tell."""
    arms = crossed(COMBINED, [Writer("practice", "m"), Writer("openrouter", "m")])
    assert [arm.name for arm in arms] == ["practice: m", "openrouter: m"]


def test_an_arm_survives_its_row() -> None:
    """An arm is read back whole; a row from before models were compared is an arm too."""
    judge = SecondModel("openrouter", "b", Thresholds(4, 3))
    arm = crossed(COMBINED, [Writer("practice", "a", judge)], [0.3])[0]
    assert Arm.from_json(arm.to_json()) == arm
    assert COMBINED[0].to_json() == {"name": "combined", "tuning": {**COMBINED[0].to_json()["tuning"]}}
    assert Arm.from_json({"name": "old", "tuning": {"concurrency": 2}, "places": [1]}) == Arm("old", Tuning(2))


def test_an_arm_changes_its_part_of_the_job_only() -> None:
    """Kind, topics and count are the job's: N is equal. Another provider has none of the first one's limits."""
    arm = Arm("x", PRESETS["combined"], "openrouter", "m", 0.1, SecondModel("practice"))
    own = arm.job_for(JOB)
    assert own.spec == replace(JOB.spec, provider="openrouter", model="m", temperature=0.1, reuse=False)
    assert (own.overrides, own.judge) == (Overrides(deadline_s=90), SecondModel("practice"))
    assert COMBINED[0].job_for(JOB).overrides == JOB.overrides


def test_the_same_settings_twice_are_refused() -> None:
    """A second name does not make another arm; another temperature does."""
    check((Arm("a", Tuning(), temperature=0.1), Arm("b", Tuning(), temperature=0.2)), 1)
    with pytest.raises(SpecError, match="same settings"):
        check((Arm("a", Tuning(), model="m"), Arm("b", Tuning(), model="m")), 1)


def test_tiering_leaves_the_strong_model_alone() -> None:
    """Every model is judged, except the one that judges."""
    judge = SecondModel("practice", "strong")
    arms = crossed(COMBINED, tiering([Writer("", "fast"), Writer("", "strong")], judge))
    assert [(arm.name, arm.judge) for arm in arms] == [("fast + strong", judge), ("strong", None)]


def test_a_second_model_of_its_own_is_kept() -> None:
    """The second model of all arms judges those that name none."""
    judge, own = SecondModel("practice", "c"), SecondModel("practice", "d")
    some = [Writer("", "a"), Writer("", "b", own)]
    assert [writer.judge for writer in judged(some, judge)] == [writer.judge for writer in tiering(some, judge)]
    assert [writer.judge for writer in judged(some, judge)] == [judge, own]


def test_a_second_model_without_a_provider_has_the_writers() -> None:
    """Else the comparison's own."""
    asked = read_writer("a + b", KNOWN)
    assert with_provider(asked, "practice").judge == SecondModel("practice", "b")
    assert with_provider(replace(asked, provider="openrouter"), "practice").judge == SecondModel("openrouter", "b")


def test_versions_of_a_style_note_are_arms() -> None:
    """Each version is an arm of its name, is in the job's spec, and is read back from its row."""
    one, two = StyleNote("house", 1, "Short sentences."), StyleNote("house", 2, "Shorter sentences.")
    arms = crossed(COMBINED, styles=[one, two])
    assert [arm.name for arm in arms] == ["house@1", "house@2"]
    assert arms[1].job_for(JOB).spec.style == two and arms[1].job_for(JOB).spec.slots == JOB.spec.slots
    assert [Arm.from_json(arm.to_json()) for arm in arms] == list(arms)
