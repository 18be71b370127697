"""Anki itself opens the package: notes, cards, fields, and a second import that changes instead of doubling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportCsvRequest
from hypothesis import HealthCheck, given, settings

from engine import SpecError, export
from engine.errors import ExportError
from engine.export.cards import cards, tags
from engine.store import DraftFilter, Edit, Store
from tests.unit.test_export_kit import CLOZE, TEXT, WORDS, filled, nasty_cloze, put, row_of, written

if TYPE_CHECKING:  # they import each other: anki.collection comes first
    from anki.cards import Card as AnkiCard
    from anki.notes import Note


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Collection]:
    """An empty collection of a learner."""
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def take(learner: Collection, store: Store, folder: Path, at: float = 1_700_000_000.0) -> None:
    path = folder / f"{at:.0f}.apkg"
    export.write(store, DraftFilter(), "anki", path, at=at)
    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions(merge_notetypes=True))
    learner.import_anki_package(request)


def test_a_package_opens_in_anki(store: Store, learner: Collection, tmp_path: Path) -> None:
    """A note a cloze with a card a blank, a note a script, a note a step; a deck for each language, kind and level."""
    rows = filled(store)
    take(learner, store, tmp_path)
    blanks = sum(len(row.content["blanks"]) for row in rows if row.kind == "cloze")
    assert (learner.note_count(), learner.card_count()) == (3 + 3 + 18, blanks + 3 + 18)
    names = {deck.name for deck in learner.decks.all_names_and_ids()}
    assert {"Draftmill::English::Cloze::L1 A1", "Draftmill::日本語::Alignment::L1 N5"} <= names
    assert learner.find_notes("tag:topic::Daily_life tag:lang::zh")


def test_a_cloze_note_asks_one_gap_a_card(store: Store, learner: Collection, tmp_path: Path) -> None:
    """A card hides its own answer behind its hint; behind it is the explanation."""
    filled(store, ("cl-en-01",))
    take(learner, store, tmp_path)
    note = learner.get_note(learner.find_notes("")[0])
    assert note.keys() == ["Title", "Text", "Back Extra"]
    assert "{{c1::with::和……一起}}" in note["Text"]
    card = sorted(note.cards(), key=lambda card: card.ord)[0]
    assert "[和……一起]" in card.question() and "brush" in card.question()
    assert "live with + 人" in card.answer()


def test_the_preview_reads_as_anki_does(store: Store, learner: Collection, tmp_path: Path) -> None:
    """Every card of every kind is in the preview, in order, and both of its sides say what Anki's say."""
    rows = filled(store)
    take(learner, store, tmp_path)
    for row in rows:
        guids = {card.guid for card in cards(row)}
        notes = [note for note in map(learner.get_note, learner.find_notes("")) if note.guid in guids]
        order = [card.guid for card in cards(row)]
        made = [card for note in sorted(notes, key=lambda one: order.index(one.guid)) for card in _by_ord(note)]
        shown = export.anki_preview(row)
        assert [_text(card.question()) for card in made] == [_text(one.title + one.front) for one in shown]
        assert all(_text(card.answer()).endswith(_text(one.back)) for one, card in zip(shown, made, strict=True))


def _by_ord(note: Note) -> list[AnkiCard]:
    return sorted(note.cards(), key=lambda card: card.ord)


def _text(page: str) -> str:
    """What is read of a page: no style, no markup, no spaces."""
    plain = re.sub(r"<style.*?</style>|<[^>]*>", "", page, flags=re.DOTALL)
    return "".join(unescape(plain).split())


def test_a_second_import_changes_what_changed(store: Store, learner: Collection, tmp_path: Path) -> None:
    """An edited draft changes its note, a new one adds one, and what a learner has learned stays."""
    row = filled(store, ("cl-en-01",))[0]
    take(learner, store, tmp_path)
    (note,) = learner.find_notes("")
    edit = {**row.content, "title": "A Calm Morning"}
    store.reviews.edit(Edit(row.id, edit, "A Calm Morning", "")).result()
    filled(store, ("cl-en-02",))
    take(learner, store, tmp_path, at=1_700_000_100.0)
    assert learner.note_count() == 2
    assert learner.get_note(note)["Title"] == "A Calm Morning"
    take(learner, store, tmp_path, at=1_700_000_200.0)
    assert learner.note_count() == 2
    assert len([model for model in learner.models.all_names() if "Draftmill" in model]) == 1


def test_two_stores_do_not_overwrite_each_other(store: Store, learner: Collection, tmp_path: Path) -> None:
    """Draft 1 of another database is another note."""
    filled(store, ("cl-en-01",))
    take(learner, store, tmp_path)
    with Store.open(tmp_path / "b.db") as other:
        filled(other, ("cl-en-02",))
        take(learner, other, tmp_path, at=1_700_000_100.0)
    assert learner.note_count() == 2


def test_signs_in_an_answer_break_nothing(store: Store, learner: Collection, tmp_path: Path) -> None:
    """Braces, colons, sounds and formulas in a draft are letters on the card, and the gap still is one."""
    evil = "}}::{{c9::x}} [sound:x.mp3] [latex]x[/latex] \\(x\\) <img src=x>"
    words = dict.fromkeys(("title", "before", "after", "answer", "hint", "explanation"), evil)
    put(store, "cl-en-01", nasty_cloze({**words, "texts": [evil]}))
    take(learner, store, tmp_path)
    (card,) = learner.get_note(learner.find_notes("")[0]).cards()
    shown = card.question() + card.answer()
    assert "<img" not in shown.replace("&lt;img", "") and "[anki:play" not in shown
    assert "tex2jax_ignore" in card.question()
    assert learner.media.check().missing == []


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(WORDS, TEXT, TEXT)
def test_a_cloze_holds_its_answer_whatever_it_is(answer: str, hint: str, around: str) -> None:
    """One cloze an answer: its end is the end of the answer, and nothing around it is one."""
    words = {
        "title": "t",
        "before": around,
        "after": around,
        "answer": answer,
        "hint": hint,
        "explanation": "",
        "texts": [],
    }
    text = next(cards(row_of(nasty_cloze(words)).draft)).front
    assert re.findall(r"\{\{|\}\}", text) == ["{{", "}}"]
    inside = text[text.index("{{") + 2 : text.index("}}")]
    assert inside.count("::") == (2 if hint else 1)


def test_a_cloze_without_a_gap_is_refused(store: Store) -> None:
    """A note that Anki would make no card of is refused by its draft."""
    words = {"title": "t", "before": "x", "after": "", "answer": "x", "hint": "", "explanation": "", "texts": []}
    content = nasty_cloze(words)
    put(store, "cl-en-01", {**content, "passage": "no gap"})
    with pytest.raises(ExportError, match="draft 1 has 1 blanks"):
        written(store, "anki")


def test_tags_hold_no_space(store: Store) -> None:
    """A topic becomes one tag, whatever is in it."""
    row = filled(store, ("cl-en-01",))[0]
    for topic in ("Daily  life", "日常　生活", 'a "b": c::d', "x\ty"):
        found = tags(row.model_copy(update={"topic": topic}))
        assert not any(re.search(r"[\s\"　]", tag) for tag in found)
        assert found[-1].count("::") == 1


def test_the_text_file_is_taken_by_anki(store: Store, learner: Collection, tmp_path: Path) -> None:
    """Anki's importer reads the directives: kind of note, deck, tags; a second import changes the notes."""
    rows = filled(store, CLOZE)
    path = tmp_path / "a.txt"
    for _ in range(2):
        export.write(store, DraftFilter(), "anki-text", path, force=True)
        import_text(learner, path)
    blanks = sum(len(row.content["blanks"]) for row in rows)
    assert (learner.note_count(), learner.card_count()) == (3, blanks)
    note = learner.get_note(learner.find_notes("tag:lang::en")[0])
    assert "{{c1::with::" in note["Text"] and "live with" in note["Back Extra"]
    assert note.cards()[0].current_deck_id() == learner.decks.id_for_name("Draftmill::English::Cloze::L1 A1")


def import_text(learner: Collection, path: Path) -> None:
    metadata = learner.get_csv_metadata(path=str(path), delimiter=None)
    learner.import_csv(ImportCsvRequest(path=str(path), metadata=metadata))


def test_a_text_file_holds_one_kind_of_note(store: Store) -> None:
    """Cloze and basic notes do not go into one text file."""
    filled(store)
    with pytest.raises(SpecError, match="one kind at a time"):
        written(store, "anki-text")


def test_a_script_and_a_pack_ask_and_answer(store: Store) -> None:
    """The front of a script gives its phrases and the back its lines; a step's front asks and its back is the model."""
    script, pack = filled(store, ("sh-zh-01", "al-zh-01"))
    (one,) = cards(script)
    assert "别着急" in one.front and "七点半了" not in one.front and "<b>妈妈</b>" in one.back
    steps = list(cards(pack))
    assert len({step.guid for step in steps}) == 6
    assert all(pack.content[name]["prompt"][:9] in step.front for name, step in zip(("D1", "D2"), steps, strict=False))
