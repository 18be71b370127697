"""
An Anki package (.apkg): notes go into its SQLite file one by one, so that any number of them needs little memory.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

import genanki

from engine.errors import ExportError
from engine.export.cards import Card, cards
from engine.export.selection import Selection

# Anki knows a kind of note by its number; a new one would double every note at the next import.
_CLOZE_ID, _BASIC_ID = 1_607_392_311, 1_607_392_312
_CSS = """
.card { font: 20px/1.7 "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  max-width: 40em; margin: 0 auto; text-align: left; color: #1b1f24; background: #fff; }
.nightMode.card { color: #e6e9ec; background: #22262b; }
.title { font-weight: 600; font-size: 1.1em; margin-bottom: .6em; }
.cloze { font-weight: 600; color: #147a66; } .nightMode .cloze { color: #53c9b0; }
.behind { font-size: .85em; } ul { margin: .2em 0 .8em; }
"""
# MathJax must find nothing to typeset in a draft.
_INERT = '<div class="tex2jax_ignore mathjax_ignore">{}</div>'
_TITLE = '<div class="title">{{Title}}</div>'


def write(selection: Selection, out: BinaryIO) -> None:
    """
    The whole package.

    Raises:
        ExportError: a cloze note would hold no valid cloze, or the disk is full.
    """
    with TemporaryDirectory() as folder:
        collection = Path(folder) / "collection.anki2"
        try:
            with closing(sqlite3.connect(collection)) as connection:
                connection.execute("PRAGMA journal_mode=OFF")
                connection.execute("PRAGMA synchronous=OFF")
                _fill(connection.cursor(), selection)
                connection.commit()
        except sqlite3.Error as exc:
            raise ExportError("deck_failed", folder=folder, problem=str(exc)) from exc
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=3) as package:
            package.write(collection, "collection.anki2")
            package.writestr("media", "{}")


def _fill(cursor: sqlite3.Cursor, selection: Selection) -> None:
    ids = itertools.count(int(selection.at * 1000))
    genanki.Package([]).write_to_db(cursor, selection.at, ids)
    models = (_cloze_model(), _basic_model()) if not selection.readings else _reading_models()
    decks: dict[str, Any] = {}
    for due, card in enumerate(_cards(selection)):
        deck = decks.setdefault(card.deck, genanki.Deck(_deck_id(card.deck), card.deck))
        model = models[0] if card.cloze else models[1]
        deck.add_model(model)
        fields = [card.title, card.front, card.back]
        note = genanki.Note(model, fields, guid=card.guid, tags=list(card.tags), due=due)
        note.write_to_db(cursor, selection.at, deck.deck_id, ids)
    for deck in decks.values():
        deck.write_to_db(cursor, selection.at, ids)


def _cards(selection: Selection) -> Iterator[Card]:
    return (card for marked in selection.drafts for card in cards(marked.draft, marked.line, readings=marked.readings))


def _deck_id(name: str) -> int:
    return 2**30 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % 2**30


def _cloze_model() -> Any:
    front = _TITLE + "<div>{{cloze:Text}}</div>"
    return genanki.Model(
        _CLOZE_ID,
        "Draftmill Cloze",
        fields=[{"name": "Title"}, {"name": "Text"}, {"name": "Back Extra"}],
        templates=[_template("Cloze", front, front + '<hr id=answer><div class="behind">{{Back Extra}}</div>')],
        css=_CSS,
        model_type=genanki.Model.CLOZE,
    )


def _basic_model() -> Any:
    return genanki.Model(
        _BASIC_ID,
        "Draftmill Basic",
        fields=[{"name": "Title"}, {"name": "Front"}, {"name": "Back"}],
        templates=[
            _template("Card 1", _TITLE + "<div>{{Front}}</div>", "{{FrontSide}}<hr id=answer><div>{{Back}}</div>")
        ],
        css=_CSS,
    )


def _reading_models() -> tuple[Any, Any]:
    """The same kinds of notes with readings over the characters, under numbers of their own."""
    cloze = _TITLE + "<div>{{furigana:cloze:Text}}</div>"
    behind = '<hr id=answer><div class="behind">{{furigana:Back Extra}}</div>'
    basic = _TITLE + "<div>{{furigana:Front}}</div>"
    return (
        genanki.Model(
            _CLOZE_ID + 2,
            "Draftmill Cloze with readings",
            fields=[{"name": "Title"}, {"name": "Text"}, {"name": "Back Extra"}],
            templates=[_template("Cloze", cloze, cloze + behind)],
            css=_CSS,
            model_type=genanki.Model.CLOZE,
        ),
        genanki.Model(
            _BASIC_ID + 2,
            "Draftmill Basic with readings",
            fields=[{"name": "Title"}, {"name": "Front"}, {"name": "Back"}],
            templates=[_template("Card 1", basic, "{{FrontSide}}<hr id=answer><div>{{furigana:Back}}</div>")],
            css=_CSS,
        ),
    )


def _template(name: str, front: str, back: str) -> dict[str, str]:
    return {"name": name, "qfmt": _INERT.format(front), "afmt": _INERT.format(back)}
