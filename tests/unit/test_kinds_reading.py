"""Reading: what refuses a text with questions, what only flags it, and how it is shown and exported."""

from __future__ import annotations

import copy
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.screens.card import STYLE, draft_card
from engine.export import FORMATS
from engine.export.cards import cards
from engine.export.columns import row_cells, row_tables, table_rows, with_row
from engine.export.markdown import write as write_markdown
from engine.export.moodle import write as write_moodle
from engine.export.selection import Selection
from engine.kinds import Checked, check_item, figures
from engine.kinds.examples import examples
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.spec import LANGS, LEVELS, Lang, RunSpec
from tests.matrix import matrix
from tests.unit.test_export_kit import row_of


def example() -> dict[str, Any]:
    return {name: value for name, value in copy.deepcopy(examples("reading", "en")[0].item).items() if name != "id"}


def spec(lang: Lang = "en", level: int = 2) -> RunSpec:
    return RunSpec("reading", lang, (level,), ("Weather",))


def changed(number: int, **values: object) -> dict[str, Any]:
    item = example()
    item["questions"][number].update(values)
    return item


def check(item: dict[str, Any], level: int = 2) -> Checked:
    return check_item(item, spec(level=level), level)


def flags(item: dict[str, Any], level: int = 2) -> list[str]:
    return [flag.code for flag in check(item, level).flags]


@pytest.mark.parametrize(("lang", "level"), matrix(LANGS, LEVELS))
def test_the_practice_provider_writes_readings(lang: Lang, level: int) -> None:
    """Every language and level passes the checks without a flag, with a different text each time."""
    asked = dict(figures("reading", lang, level))
    ask = Ask("s1", "Weather", level, asked["length"], None, asked)
    items = [write("reading", lang, {}, ask, index) for index in range(20)]
    checks = [check_item(item, spec(lang, level), level) for item in items]
    assert all(one.content for one in checks)
    assert not [flag for one in checks for flag in one.flags if flag.severity == "flagged"]
    assert len({item["text"] for item in items}) == 20


@pytest.mark.parametrize(
    "item",
    [
        changed(0, answer="on the roof"),
        changed(0, options=["beside the door", "under a table"]),
        changed(0, options=["beside the door", "Beside the door", "x", "y"]),
        changed(0, question=""),
        {**example(), "questions": example()["questions"][:1]},
    ],
)
def test_questions_must_have_their_answer(item: dict[str, Any]) -> None:
    """An answer that is no option, two or doubled options, no question, one question only: refused."""
    assert check(item).code == "questions"


@pytest.mark.parametrize(
    ("item", "level", "code"),
    [
        ({**example(), "questions": example()["questions"][:2]}, 2, "question_count"),
        (example(), 3, "question_types"),
        (changed(2, options=["x y", "the child at the entrance", "z", "w"]), 2, "answer_length"),
        (changed(0, question="Was it beside the door or not?"), 2, "word_match"),
        (changed(1, question="Was the umbrella beside the door?"), 2, "answer_in_question"),
    ],
)
def test_a_reviewer_is_told(item: dict[str, Any], level: int, code: str) -> None:
    """A wrong number or type of questions, an option unlike the others and an answer given away are flagged."""
    assert code in flags(item, level)


def test_the_answer_moves() -> None:
    """Answers that are always at one place are flagged."""
    item = example()
    for question in item["questions"]:
        others = [text for text in question["options"] if text != question["answer"]]
        question["options"] = [question["answer"], *others]
    assert "answer_position" in flags(item)


def test_the_card_hides_the_key() -> None:
    """Without its answers the card has lettered options and no explanation."""
    hidden = draft_card("reading", "en", example(), answers=False).replace(STYLE, "")
    assert "a) " in hidden and "dm-right" not in hidden and "雨伞" not in hidden
    assert "dm-right" in draft_card("reading", "en", example()).replace(STYLE, "")


def test_a_note_a_question() -> None:
    """Anki gets a note for each question, with the text on its back."""
    found = list(cards(row_of(example(), kind="reading").draft))
    assert len(found) == len({card.guid for card in found}) == 3
    assert all("blue umbrella" in card.back and "blue umbrella" not in card.front for card in found)


def test_files_hold_the_questions() -> None:
    """Worksheet with its key, Moodle multiple choice, a table with a row a question that comes back."""
    import io

    marked = row_of(example(), kind="reading")
    sheet, quiz = io.BytesIO(), io.BytesIO()
    write_markdown(Selection([marked], ("reading",), "T", 0.0), sheet)
    assert (
        "1. Where did the writer leave" in sheet.getvalue().decode()
        and "**beside the door**" in sheet.getvalue().decode()
    )
    table = row_tables(("reading",))[0]
    rows = list(table_rows(marked, table))
    assert [row["item"] for row in rows] == ["1", "2", "3"] and "csv-questions" in FORMATS
    assert with_row(marked.draft.content, table, 2, row_cells(table, example()["questions"][1])) == marked.draft.content
    object.__setattr__(marked.draft, "fingerprint", "f" * 32)
    write_moodle(Selection([marked], ("reading",), "T", 0.0), quiz)
    asked = [one for one in ElementTree.fromstring(quiz.getvalue()) if one.get("type") == "multichoice"]
    assert len(asked) == 3
    assert all(sorted(a.get("fraction", "") for a in one.findall("answer")) == ["0", "0", "0", "100"] for one in asked)
