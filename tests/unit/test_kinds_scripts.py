"""What refuses a shadowing script or an alignment pack, and what only flags it."""

from __future__ import annotations

import pytest

from engine.kinds import Checked, check_item
from engine.kinds.alignment.checks import RUBRICS
from engine.kinds.alignment.fields import STEPS
from tests.unit.test_kinds_kit import SAMPLES, codes, level_of, sample, spec_for

TALK, ALONE, PACK = "sh-en-04", "sh-en-05", "al-en-03"


def check(item: dict, name: str) -> Checked:
    return check_item(item, spec_for(name), level_of(name))


def line(number: int, name: str = TALK, **values: str) -> dict:
    item = sample(name)
    item["lines"][number].update(values)
    return item


def step(which: str, **values: object) -> dict:
    item = sample(PACK)
    item[which].update(values)
    return item


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_passes(name: str) -> None:
    """No sample is refused; flagged are only key phrases that were reworded, and two for their level (test_levels)."""
    checked = check({**sample(name), "id": name}, name)
    assert checked.content == sample(name) and codes(checked.flags) <= {"key_phrases", "above_level"}


@pytest.mark.parametrize(
    "item",
    [
        {**sample(TALK), "roles": []},
        line(0, speaker="C"),
        line(0, speaker=""),
        {**sample(TALK), "lines": [{**one, "speaker": "A"} for one in sample(TALK)["lines"]]},
        {**sample(TALK), "roles": sample(TALK)["roles"][:1] * 2},
    ],
)
def test_a_dialogue_needs_its_speakers(item: dict) -> None:
    """No roles, an unknown speaker, a doubled label or one speaker only: refused."""
    assert check(item, TALK).code == "roles"


def test_a_name_is_read_as_its_label() -> None:
    """A line spoken by "Kate" is spoken by her label."""
    assert check(line(0, speaker="Kate"), TALK).content == sample(TALK)


def test_a_narrator_is_no_role() -> None:
    """One voice alone has no roles and no speakers."""
    item = {**sample(ALONE), "roles": [{"label": "N", "name": "Narrator", "gender": "female"}]}
    item["lines"] = [{**one, "speaker": "N"} for one in item["lines"]]
    assert check(item, ALONE).content == sample(ALONE)


def test_a_dialogue_is_no_news() -> None:
    """Two speakers where one was asked for are refused."""
    assert check(sample(TALK), ALONE).code == "roles"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (line(0, text="A: Hi Daniel, do you have a minute?"), "speaker_label"),
        (line(0, text="Kate: Hi Daniel, do you have a minute?"), "speaker_label"),
        (line(0, text="(smiling) Hi Daniel, do you have a minute?"), "stage_direction"),
        (line(0, text="Hi Daniel, do you [door opens] have a minute?"), "stage_direction"),
        (line(0, text="Hi **Daniel**, do you have a minute?"), "markup"),
        (line(0, text="Hi Daniel,\n2. do you have a minute?"), "markup"),
        (line(0, text="Hi <b>Daniel</b>, do you have a minute?"), "markup"),
        (line(0, text=r"Hi Daniel, do you have \frac{1}{2} minute? do you have a minute"), "markup"),
        ({**sample(TALK), "key_phrases": ["by all means", "not at all", "works for me"]}, "key_phrases"),
        (line(0, text="Hi Daniel, do you have a minute? " + "Well, " * 35), "length"),
    ],
)
def test_what_a_reviewer_should_hear_is_flagged(item: dict, code: str) -> None:
    """Labels, markup, strange key phrases and length are flagged, the script is kept."""
    checked = check(item, TALK)
    assert checked.content and codes(checked.flags) == {code}


def test_the_number_of_lines_is_a_note() -> None:
    """A lecture in twelve lines where six to ten were asked is a chip, no flag."""
    checked = check(sample("sh-en-06"), "sh-en-06")
    assert not codes(checked.flags) and codes(checked.flags, "note") == {"line_count"}


@pytest.mark.parametrize(
    "item", [line(0, text=""), {**sample(TALK), "pacing": [{"a": 1}]}, {**sample(TALK), "lines": []}]
)
def test_a_script_of_another_shape_is_refused(item: dict) -> None:
    """An empty line, a pace that is no word or no line at all is refused."""
    assert check(item, TALK).code == "schema"


def test_a_script_far_off_its_length_is_refused() -> None:
    """Three lines where fifty words were asked are no script."""
    assert check({**sample(TALK), "lines": sample(TALK)["lines"][:2]}, TALK).code == "length"


@pytest.mark.parametrize("which", STEPS)
def test_a_pack_without_a_step_a_prompt_or_an_exemplar_is_refused(which: str) -> None:
    """Six steps, each with prompt and exemplar, or no pack."""
    gone = {name: value for name, value in sample(PACK).items() if name != which}
    blank = step(which, exemplar=" ")
    mute = step(which, prompt="")
    assert {check(item, PACK).code for item in (gone, blank, mute)} == {"steps"}


@pytest.mark.parametrize("exemplar", ["Just one voice speaks here.", "A: Hello there.\nA: And again."])
def test_d1_and_d2_are_dialogues(exemplar: str) -> None:
    """One voice is no dialogue."""
    assert check(step("D1", exemplar=exemplar), PACK).code == "dialogue"


def test_a_dialogue_on_one_line_is_a_dialogue() -> None:
    """Some models write the turns without line breaks."""
    talk = sample(PACK)["D1"]["exemplar"].replace("\n", " ")
    assert check(step("D1", exemplar=talk), PACK).content


def test_an_exemplar_that_repeats_its_prompt_is_refused() -> None:
    """A prompt is no model answer."""
    prompt = sample(PACK)["W4"]["prompt"]
    assert check(step("W4", exemplar=f"  {prompt.upper()} "), PACK).code == "copied"


def test_a_pack_in_another_script_is_refused() -> None:
    """The exemplars are what the script is judged by."""
    item = sample("al-zh-03")
    item["W6"]["exemplar"] = item["W6"]["exemplar"].replace("医", "醫").replace("我", "私たち")
    assert check(item, "al-zh-03").code == "wrong_script"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (step("D2", exemplar="A: Hi.\nB: Hi.\nA: Bye.\nB: Bye.", key_phrases=[]), "step_length"),
        (step("W6", exemplar="It was short, and nobody liked it at all."), "step_length"),
        (step("T3", key_phrases=["by no means"]), "key_phrases"),
        (step("D2", exemplar=sample(PACK)["D2"]["exemplar"] + "\nA: Fine.\nB: Fine." * 5), "turns"),
    ],
)
def test_what_a_reviewer_should_read_is_flagged(item: dict, code: str) -> None:
    """Steps out of proportion, foreign key phrases and too many turns are flagged."""
    assert codes(check(item, PACK).flags) == {code}


def test_rubrics_are_filled_in() -> None:
    """They are not asked for: every pack gets its language's own; an editor's stay."""
    item = sample("al-ja-03")
    own = {"fluency": "a", "relevance": "b", "style": "c", "length": "d"}
    del item["W4"]["rubric"]
    item["T5"]["rubric"], item["W6"]["rubric"] = {"fluency": 3}, own
    content = check(item, "al-ja-03").content
    assert content and [content[name]["rubric"] for name in ("W4", "T5", "W6")] == [RUBRICS["ja"]] * 2 + [own]


def test_the_given_item_is_not_changed() -> None:
    """A check reads; what it stores is its own."""
    item = {**sample("cl-en-04"), "blanks": sample("cl-en-04")["blanks"][::-1]}
    before = repr(item)
    check(item, "cl-en-04")
    assert repr(item) == before


def test_hard_words_are_a_note() -> None:
    """A text above its level is kept with a chip."""
    checked = check_item(sample("sh-zh-02"), spec_for("sh-zh-02"), 2)
    assert "above_level" in codes(checked.flags, "note")
