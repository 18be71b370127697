"""Questions of a reading in other forms than the schema's: they are read the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.kinds.check import check_item
from engine.spec import RunSpec
from tests.unit.test_kinds_open import Item, renamed, without

TEXT = (
    "My aunt has a small shop near the river. Every morning she opens the door at eight and puts fresh bread in the "
    "window. Last week a boy came in with a wet dog. He wanted to buy a cake, but he had no money with him. My aunt "
    "gave him the cake and asked for his name. The next day his mother came to the shop and paid. She also brought a "
    "bag of apples from her garden. Now the boy and his dog visit the shop every Friday."
)


ASKED = (
    ("detail", "When does the shop open?", ["at seven", "at eight", "at nine", "at ten"], 1),
    ("detail", "What did the mother bring?", ["apples", "bread", "flowers", "milk"], 0),
    (
        "inference",
        "Why did the aunt ask for a name?",
        ["for the police", "for a letter", "to sell a dog", "to be paid"],
        3,
    ),
)


def reading(change: Callable[[Item], Item] = lambda question: question) -> tuple[Item | None, set[str]]:
    questions = [
        change({"id": number, "type": sort, "question": asked, "options": options, "answer": options[right],
                "explanation": "文章说了这件事。"})
        for number, (sort, asked, options, right) in enumerate(ASKED, 1)
    ]  # fmt: skip
    found = check_item(
        {"title": "The Shop", "text": TEXT, "questions": questions}, RunSpec("reading", "en", (2,), ("x",)), 2
    )
    return found.content, {flag.code for flag in found.flags}


def letter(question: Item) -> str:
    return "ABCD"[question["options"].index(question["answer"])]


def lettered(question: Item) -> list[str]:
    return [f"{one}. {text}" for one, text in zip("ABCD", question["options"], strict=True)]


OTHER_FORMS: dict[str, Callable[[Item], Item]] = {
    "a letter": lambda one: {**one, "answer": letter(one)},
    "a small letter with a sign": lambda one: {**one, "answer": f"{letter(one).lower()})"},
    "letter and text": lambda one: {**one, "answer": f"{letter(one)}) {one['answer']}"},
    "options by letter": lambda one: {
        **one,
        "options": dict(zip("ABCD", one["options"], strict=True)),
        "answer": letter(one),
    },
    "options with letters": lambda one: {**one, "options": lettered(one)},
    "both with letters": lambda one: {**one, "options": lettered(one), "answer": f"{letter(one)}. {one['answer']}"},
    "options as a text": lambda one: {**one, "options": "\n".join(lettered(one)), "answer": letter(one)},
    "another case": lambda one: {**one, "answer": f"{one['answer'].title()}."},
    "other names": lambda one: renamed(renamed(one, "options", "choices"), "answer", "correct_answer"),
    "no numbers": lambda one: without(one, "id"),
    "Q1": lambda one: {**one, "id": f"Q{one['id']}"},
}


@pytest.mark.parametrize("change", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_the_key_of_a_question_is_known_in_another_form(change: Callable[[Item], Item]) -> None:
    """A letter, a letter with its text, and another case name the option; the stored answer is its text."""
    assert reading(change) == reading() and reading()[1] == set()


@pytest.mark.parametrize("answer", ["E", "A) at nine", "2", ""])
def test_a_key_that_names_no_option_is_refused(answer: str) -> None:
    """A letter without an option, or with the text of another one, is no key."""
    assert reading(lambda one: {**one, "answer": answer})[0] is None


def test_a_label_in_other_words_is_read() -> None:
    """The label "Main Idea" is main_idea; an unknown type is kept and flagged."""
    assert reading(lambda one: {**one, "type": "Main Idea" if one["id"] == 1 else one["type"]})[1] == set()
    assert "assumed" in reading(lambda one: {**one, "type": "comprehension"})[1]
