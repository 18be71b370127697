"""A style note in a run: it is in every system message, and its version is part of what a draft is found by."""

from __future__ import annotations

import json

import pytest

from engine.kinds import build_prompt, fingerprint
from engine.kinds.copied import is_copied
from engine.kinds.rules import EXAMPLE_ID
from engine.practice.style import read_style
from engine.spec import RunSpec, StyleExample, StyleNote
from engine.work import pack, plan
from tests.unit.test_kinds_kit import level_of, sample, spec_for
from tests.unit.test_library import NOTE, SAMPLE


def example(name: str) -> StyleExample:
    options = json.dumps(spec_for(name).to_json()["options"])
    return StyleExample(1, "Library", level_of(name), json.dumps(sample(name)), options)


@pytest.mark.parametrize("name", [SAMPLE, "sh-ja-01", "al-zh-01"])
def test_a_style_note_is_in_every_system_message(name: str) -> None:
    """The note and the approved example are in it, without our own fields; its bytes are the same for all packets."""
    made = spec_for(name, copies=7)
    style = StyleNote("house", 2, NOTE, (example(name),))
    spec = RunSpec(made.kind, made.lang, made.levels, made.topics, 7, options=made.options, style=style)
    systems = {build_prompt(spec, packet).system for packet in pack(plan(spec), 2)}
    assert len(systems) == 1
    system = systems.pop()
    assert NOTE in system and f'"id":"{EXAMPLE_ID}"' in system and sample(name)["title"] in system
    assert '"rubric"' not in system


def test_the_version_of_a_note_is_part_of_the_fingerprint() -> None:
    """An edited note makes other drafts; so does the same text as another version."""
    specs = [
        RunSpec("cloze", "en", (1,), ("a",), style=style)
        for style in (
            None,
            StyleNote("house", 1, "Short."),
            StyleNote("house", 2, "Long."),
            StyleNote("house", 2, "Short."),
        )
    ]
    assert len({fingerprint(spec, plan(spec)[0], "m") for spec in specs}) == 4
    assert all(RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec for spec in specs)


def test_a_copy_of_an_approved_example_is_refused() -> None:
    """A model that hands an example back has written nothing."""
    style = StyleNote("house", 1, "", (example(SAMPLE),))
    assert is_copied(sample(SAMPLE), "cloze", "en", style) and not is_copied(sample(SAMPLE), "cloze", "en")


@pytest.mark.parametrize(
    ("note", "title"),
    [
        ('Begin every title with "Unit 5: ".', "Unit 5: Bus"),
        ("每个标题以“第五课：”开头。", "第五课：Bus"),
        ("題名は「第5課：」で始めること。", "第5課：Bus"),
        ('End each title with " (A2)"', "Bus (A2)"),
        ("Be kind.", "Bus"),
    ],
)
def test_the_practice_provider_obeys_a_rule_about_titles(note: str, title: str) -> None:
    """Anybody can see in the drafts whether the note was sent."""
    assert read_style(f"# Style of this team\n{note}").title("Bus") == title
