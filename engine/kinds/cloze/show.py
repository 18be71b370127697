"""
A cloze as its reader gets it: on the card, on a worksheet, as an Anki note and as a quiz question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.kinds.blocks import Block, Item, Items, Note, Piece, Prose, QuizQuestion, Sheet, texts, translation
from engine.kinds.text import PLACEHOLDER
from engine.work import Content


def card(content: Content, answers: bool) -> list[Block]:
    """The passage, its gaps filled or empty, and the blanks under it."""
    passage = _passage(content)
    return [
        Prose(passage, place="passage", filled=answers),
        Items(_items(passage, content), answers),
        *translation(content),
    ]


def sheet(content: Content) -> Sheet:
    """The passage with gaps and its choices; the key has the answers with their explanations."""
    passage = _passage(content)
    items = _gaps(passage)
    return Sheet([Prose(passage), Items(items)], [Items(items, solved=True), *translation(content)])


def notes(content: Content) -> list[Note]:
    """One cloze note."""
    passage = _passage(content)
    items = sorted(_items(passage, content), key=lambda item: item.number)
    return [Note([Prose(passage)], [Items(tuple(items), solved=True), *translation(content)])]


def quiz(content: Content) -> list[QuizQuestion]:
    """One question with a menu in each gap."""
    return [QuizQuestion(Prose(_passage(content)))]


def edited(content: Content) -> Content:
    """After an edit: a gap that was taken out of the passage goes with its answer."""
    passage = content["passage"]
    kept = [
        one for one in content["blanks"] if f"{{{{{one.get('id')}}}}}" in passage or str(one.get("answer", "")).strip()
    ]
    return {**content, "blanks": kept}


def _passage(content: Content) -> tuple[Piece, ...]:
    """The passage in reading order; a placeholder without a blank is text."""
    return tuple(_pieces(str(content.get("passage", "")), {one.get("id"): one for one in content.get("blanks", ())}))


def _pieces(passage: str, blanks: Mapping[object, Mapping[str, object]]) -> Iterator[Piece]:
    end = number = 0
    for found in PLACEHOLDER.finditer(passage):
        blank = blanks.get(int(found[1]))
        if blank is None:
            continue
        number += 1
        yield passage[end : found.start()]
        yield _item(number, blank)
        end = found.end()
    yield passage[end:]


def _item(number: int, blank: Mapping[str, object]) -> Item:
    identity = blank.get("id", number)
    return Item(
        id=identity if isinstance(identity, int) else str(identity),
        number=number,
        answer=str(blank.get("answer", "")),
        wrong=texts(blank.get("distractors")),
        acceptable=texts(blank.get("acceptable")),
        hint=str(blank.get("hint", "")),
        why=str(blank.get("explanation", "")),
        type=str(blank.get("type", "")),
    )


def _gaps(passage: tuple[Piece, ...]) -> tuple[Item, ...]:
    return tuple(piece for piece in passage if isinstance(piece, Item))


def _items(passage: tuple[Piece, ...], content: Content) -> tuple[Item, ...]:
    """All blanks, also those without a gap in the passage."""
    placed = {item.id: item for item in _gaps(passage)}
    blanks = enumerate(content.get("blanks", ()), 1)
    return tuple(placed.get(blank.get("id")) or _item(number, blank) for number, blank in blanks)
