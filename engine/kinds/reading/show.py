"""
A reading as its reader gets it: on the card, on a worksheet, as Anki notes and as quiz questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kinds.blocks import Block, Item, Items, Note, Prose, QuizQuestion, Sheet, texts, translation
from engine.work import Content


def card(content: Content, answers: bool) -> list[Block]:
    """The text and its questions with lettered options."""
    return [
        Prose((str(content.get("text", "")),), place="text"),
        Items(_items(content), answers),
        *translation(content),
    ]


def sheet(content: Content) -> Sheet:
    """The text and its questions; the key has the answers with their explanations."""
    items = _items(content)
    return Sheet([Prose((content["text"],)), Items(items)], [Items(items, solved=True), *translation(content)])


def notes(content: Content) -> list[Note]:
    """A note a question, with the text on the back."""
    text = Prose((content["text"],))
    behind = [text, *translation(content)]
    return [
        Note([Items((item,))], [Items((item,), solved=True), *behind], part=str(item.number))
        for item in _items(content)
    ]


def quiz(content: Content) -> list[QuizQuestion]:
    """A multiple-choice question each, after the text."""
    return [QuizQuestion(Prose((content["text"],)), item) for item in _items(content)]


def _items(content: Content) -> tuple[Item, ...]:
    return tuple(_item(number, question) for number, question in enumerate(content.get("questions", ()), 1))


def _item(number: int, question: Mapping[str, Any]) -> Item:
    answer = str(question.get("answer", ""))
    return Item(
        id=question.get("id", number),
        number=number,
        answer=answer,
        wrong=tuple(text for text in texts(question.get("options")) if text != answer),
        why=str(question.get("explanation", "")),
        text=str(question.get("question", "")),
        type=str(question.get("type", "")),
    )
