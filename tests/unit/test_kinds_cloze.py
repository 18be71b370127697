"""What refuses a cloze passage and what only flags it."""

from __future__ import annotations

import pytest

from engine.kinds import Checked, body_text, check_item, count_units
from tests.unit.test_kinds_kit import codes, level_of, sample, spec_for

EN = "cl-en-04"


def check(item: dict, name: str = EN) -> Checked:
    return check_item(item, spec_for(name), level_of(name))


def changed(name: str = EN, blank: int = 0, **values: object) -> dict:
    item = sample(name)
    item["blanks"][blank].update(values)
    return item


def passage(old: str, new: str, name: str = EN) -> dict:
    item = sample(name)
    assert old in item["passage"]
    item["passage"] = item["passage"].replace(old, new, 1)
    return item


@pytest.mark.parametrize(
    "item",
    [
        passage("{{2}}", "____"),
        passage("{{2}}", "{2}"),
        passage("{{2}}", "{{9}}"),
        passage("{{2}}", "{{1}}"),
        passage("{{2}}", "{{2:control}}"),
        passage("sleep better", "sleep {{2}} better"),
        passage("sleep better", "sleep ___ better"),
        changed(blank=1, id=1),
        changed(answer=""),
        changed(answer=" \u200b "),
        changed(answer="However {{2}}"),
        changed(acceptable=["____"]),
        {**sample(EN), "blanks": []},
    ],
)
def test_blanks_that_do_not_match_are_refused(item: dict) -> None:
    """Placeholders and blanks that differ, doubled ids, empty answers and placeholders in answers are refused."""
    assert check(item).code == "blanks"


@pytest.mark.parametrize("wide", ["｛｛2｝｝", "{{ 2 }}", "{{２}}", "{{02}}"])
def test_full_width_braces_are_normalised(wide: str) -> None:
    """Placeholders typed in full width are stored as {{2}}."""
    assert check(passage("{{2}}", wide)).content == sample(EN)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("cl-zh-04", "很多人以为", "很多人以為這個時間"),
        ("cl-zh-04", "很多人以为", "很多の人以为"),
        ("cl-ja-04", "専門家は", "专家们说"),
        (
            "cl-en-04",
            "Many office workers",
            "Многие офисные работники убеждены, что физические упражнения полезны для здоровья",
        ),
    ],
)
def test_another_script_is_refused(name: str, old: str, new: str) -> None:
    """Several traditional characters or kana in zh, simplified ones in ja and foreign letters in en are refused."""
    assert check(passage(old, new, name), name).code == "wrong_script"


@pytest.mark.parametrize(("asked", "written"), [("cl-zh-04", "cl-en-04"), ("cl-ja-04", "cl-zh-04"), (EN, "cl-ja-04")])
def test_another_language_is_refused(asked: str, written: str) -> None:
    """A good draft in the wrong language is no draft."""
    assert check(sample(written), asked).code == "wrong_script"


@pytest.mark.parametrize(
    "words",
    [
        "As an AI language model, I like it.",
        "Here is the passage you asked for.",
        "[Insert text]",
        "Lorem ipsum dolor.",
    ],
)
def test_text_about_the_task_is_refused(words: str) -> None:
    """A model that speaks about itself or its task has not written the passage."""
    assert check(passage("Many office", f"{words} Many office")).code == "meta"


@pytest.mark.parametrize(
    ("words", "code", "flagged"),
    [(120, "", False), (198, "", False), (199, "", True), (261, "", True), (262, "length", False)],
)
def test_length_is_flagged_from_10_and_refused_from_45_percent(words: int, code: str, flagged: bool) -> None:
    """120 to 180 words were asked: 198 are 10 % over and fit, 261 are 45 % over, one more is refused."""
    item = sample(EN)
    spare = words - count_units(body_text(item), "en")
    item["passage"] += " very" * spare
    checked = check(item)
    assert (checked.code, "length" in codes(checked.flags)) == (code, flagged)


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (passage("If you {{4}}", "If you control it and {{4}}"), "answer_visible"),
        (changed(blank=1, hint="control 控制"), "hint_leak"),
        (changed(distractors=["However", "Moreover", "Otherwise"]), "distractor"),
        (changed(distractors=["Moreover", "moreover", "Otherwise"]), "distractor"),
        (changed(distractors=["Moreover", "Otherwise"]), "distractor_count"),
        (changed(distractors=["Moreover", "", "Otherwise"]), "distractor_count"),
        ({**sample(EN), "blanks": sample(EN)["blanks"][::-1]}, "blank_order"),
    ],
)
def test_what_a_reviewer_should_look_at_is_flagged(item: dict, code: str) -> None:
    """Flagged items are kept, with the reason beside them."""
    checked = check(item)
    assert checked.content and codes(checked.flags) == {code}


def test_blanks_are_stored_in_reading_order() -> None:
    """A list in another order is flagged and stored as the passage reads."""
    item = {**sample(EN), "blanks": sample(EN)["blanks"][::-1]}
    assert check(item).content == sample(EN)


def test_a_visible_connector_is_only_a_note() -> None:
    """Paired connectors and particles repeat by nature."""
    checked = check(passage("The trick is", "However, the trick is"))
    assert codes(checked.flags) == set() and codes(checked.flags, "note") == {"answer_visible"}


def test_an_answer_inside_another_word_is_not_visible() -> None:
    """English answers are looked for as whole words."""
    assert not check(passage("The trick is", "The controlled trick is")).flags


def test_too_few_blanks_are_flagged() -> None:
    """The number of blanks is a wish, not a condition."""
    item = passage("{{4}}", "are used to")
    item["passage"] = item["passage"].replace("{{5}}", "tired")
    item["blanks"] = item["blanks"][:3]
    assert codes(check(item).flags) == {"blank_count"}


@pytest.mark.parametrize(
    "item",
    [
        {k: v for k, v in sample(EN).items() if k != "blanks"},
        {**sample(EN), "title": ""},
        {**sample(EN), "title": "x" * 10_000},
        changed(id=True),
        changed(id="first"),
        {},
    ],
)
def test_another_shape_is_refused(item: dict) -> None:
    """A missing field, a wrong type or an unknown word refuses the item."""
    assert check(item).code == "schema"


def test_an_answer_that_is_null_is_refused() -> None:
    """A blank without its answer cannot be used."""
    assert check(changed(answer=None)).code == "blanks"


def test_harmless_spellings_of_a_shape_are_read() -> None:
    """Numbers as text and capitals in a fixed word are not worth another call."""
    assert check(changed(id="1", type=" Connector ")).content == sample(EN)


def test_the_number_of_a_choice_is_no_answer() -> None:
    """An answer 0 beside choices in words names a place in a list that is not there; among numbers it is a number."""
    item = sample("cl-en-03")
    item["blanks"][0]["answer"] = "0"
    spec = spec_for("cl-en-03")
    assert check_item(item, spec, 3).code == "blanks"
    item["blanks"][0]["distractors"] = ["1", "2", "3"]
    assert check_item(item, spec, 3).content


def test_a_passage_without_gaps_is_told_apart_from_other_gaps() -> None:
    """What is missing is named: the placeholders, or the list of blanks."""
    item, spec = sample("cl-en-03"), spec_for("cl-en-03")
    assert "no placeholders" in check_item({**item, "passage": "No gap is here."}, spec, 3).detail
    assert "there are no blanks" in check_item({**item, "blanks": []}, spec, 3).detail
