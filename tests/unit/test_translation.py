"""
The translation of a draft by line or sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.judge.answers import read_scores
from engine.kinds import build_prompt, check_item, estimate, fingerprint, kind_of, search_text
from engine.kinds.blocks import Listed
from engine.kinds.prompts import plain_options
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.spec import RunSpec, options_class
from engine.store import Subject
from engine.work import Packet, Slot, plan
from tests.matrix import matrix
from tests.unit.test_kinds_kit import level_of, sample, spec_for

KINDS = ("cloze", "shadowing", "reading")
SCRIPT = "sh-en-01"


def spec_of(kind: str, lang: Any, tag: str | None, level: int = 2) -> RunSpec:
    """A run translated into a language."""
    return RunSpec(kind, lang, (level,), ("Campus",), options=options_class(kind)(translate_to=tag))  # type: ignore[call-arg]


def script(translation: Any, tag: str | None = "en") -> Any:
    """A sample script with a translation, checked."""
    asked = spec_for(SCRIPT)
    spec = replace(asked, options=replace(asked.options, translate_to=tag))  # type: ignore[call-arg]
    item = sample(SCRIPT) if translation is None else {**sample(SCRIPT), "translation": translation}
    return check_item(item, spec, level_of(SCRIPT))


def lines() -> list[str]:
    """A good translation of the sample, in English."""
    return [f"This is what is said in line {n} of it." for n, _ in enumerate(sample(SCRIPT)["lines"], 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_without_a_translation_is_asked_for_as_before(kind: str) -> None:
    """Neither prompt, schema nor fingerprint says anything of it."""
    spec = spec_of(kind, "en", None)
    prompt = build_prompt(spec, Packet(0, tuple(plan(spec))))
    assert "ranslat" not in prompt.system + prompt.user + str(prompt.schema)
    assert "translate_to" not in plain_options(spec.options, "en")


@pytest.mark.parametrize("kind", KINDS)
def test_a_translation_is_asked_for_in_the_same_call(kind: str) -> None:
    """Rule, schema, tokens and fingerprint have it."""
    plain, spec = spec_of(kind, "ja", None), spec_of(kind, "ja", "pt-BR")
    prompt = build_prompt(spec, Packet(0, tuple(plan(spec))))
    assert prompt.schema is not None and "Brazilian Portuguese" in prompt.system
    assert "translation" in prompt.schema["properties"]["items"]["items"]["required"]
    assert estimate(spec).item_out > 1.15 * estimate(plain).item_out
    slot = Slot(0, "Campus", 2, 0)
    assert fingerprint(spec, slot, "m") != fingerprint(plain, slot, "m")


@pytest.mark.parametrize(("kind", "tag", "lang"), matrix(KINDS, ["en", "ja", "zh", "de"], ["en", "ja", "zh"]))
def test_the_practice_provider_translates(kind: str, tag: str, lang: str) -> None:
    """By a rule that anybody sees; the drafts have no flag for it."""
    spec = spec_of(kind, lang, tag)
    slots = build_prompt(spec, Packet(0, tuple(plan(spec))))
    assert slots.max_tokens > 0
    item = write(kind, lang, plain_options(spec.options, lang), Ask("a", "Campus", 2), 3)
    checked = check_item(item, spec, 2)
    assert checked.content is not None and checked.content["translation"]
    assert not {flag.code for flag in checked.flags} & {"translation_missing", "translation_language"}


def test_a_translation_is_read_in_any_form() -> None:
    """As a list of texts or of objects, as one text, under another name, or in the lines themselves."""
    good = lines()
    rows = [{**row, "translation": text} for row, text in zip(sample(SCRIPT)["lines"], good, strict=True)]
    for more in (
        {"translation": [{"text": text} for text in good]},
        {"translation": "\n".join(good)},
        {"translations": good},
        {"lines": rows},
    ):
        spec = replace(spec_for(SCRIPT), options=options_class("shadowing")(translate_to="en"))  # type: ignore[call-arg]
        checked = check_item({**sample(SCRIPT), **more}, spec, level_of(SCRIPT))
        assert checked.content is not None and checked.content["translation"] == good, more


@pytest.mark.parametrize("given", [None, [], 7, {}, [""] * 3, ["Only one."], [[1]], ["x"] * 900])
def test_a_missing_translation_never_refuses_a_draft(given: Any) -> None:
    """The draft is kept and flagged."""
    checked = script(given)
    assert checked.content is not None and "translation_missing" in {flag.code for flag in checked.flags}


def test_a_translation_in_another_language_is_flagged_where_that_can_be_checked() -> None:
    """Chinese where English was asked for; nothing tells German from anything else."""
    chinese = ["这是这一行的译文，写得很清楚。" for _ in lines()]
    codes = [{flag.code for flag in script(chinese, tag).flags} for tag in ("en", "zh", "de")]
    assert ["translation_language" in one for one in codes] == [True, False, False]
    assert not any("translation_missing" in one for one in codes)


def test_a_translation_that_nobody_asked_for_is_left_out() -> None:
    """What is stored then is what was stored before."""
    assert script(lines(), None).content == script(None, None).content


@pytest.mark.parametrize("kind", KINDS)
def test_a_translation_is_shown_apart_from_the_exercise(kind: str) -> None:
    """Folded on the card, in the key of a worksheet, on the back of the notes; never on a front or in the search."""
    spec = spec_of(kind, "en", "de")
    item = write(kind, "en", plain_options(spec.options, "en"), Ask("a", "Campus", 2), 3)
    content = check_item(item, spec, 2).content
    assert content is not None
    shown, found = kind_of(kind), Listed("translation", tuple(content["translation"]), note=True, folded=True)
    sheet, notes = shown.sheet(content), shown.notes(content)
    assert found in shown.card(content, False) and found in sheet.key and found not in sheet.exercise
    assert all(found in note.back and found not in note.front for note in notes)
    assert "[de]" not in search_text(content)


def test_a_repair_of_a_second_model_keeps_the_translation() -> None:
    """It is not shown to it, so that its repair has none."""
    spec = replace(spec_for(SCRIPT), options=options_class("shadowing")(translate_to="en"))  # type: ignore[call-arg]
    content = script(lines()).content
    repaired = {**sample(SCRIPT), "title": "Another title"}
    answer = {"id": "s1", "s": [4, 4, 4, 4, 4], "v": "fix", "reasons": ["title"], "repair": repaired}
    about = Subject(1, "Campus", level_of(SCRIPT), content)
    read: Any = read_scores(spec, about, Slot(0, "Campus", 2, 0), answer)
    assert read.content["repair"]["translation"] == lines()
