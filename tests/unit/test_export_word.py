"""The Word worksheet: its page, its key, the language of its characters and their readings."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from engine import export
from engine.store import DraftFilter, Store
from tests.unit.test_export_kit import put, written
from tests.unit.test_kinds_kit import sample


def test_a_word_worksheet_says_how_far_a_draft_is_above_its_level(store: Store) -> None:
    """The line under the title of a draft has its topic, its level and the share of its words above the level."""
    from docx import Document

    draft = store.drafts.get(put(store, "cl-ja-01"))
    assert draft.above_share is not None
    lines = [paragraph.text for paragraph in Document(io.BytesIO(written(store, "docx"))).paragraphs]
    assert any(line.endswith(f"レベル外の語 {100 * draft.above_share:.0f}%") for line in lines)


def test_a_word_worksheet_keeps_an_exercise_on_one_page(store: Store) -> None:
    """Only the last paragraph of an exercise, or of a part of it, may be followed by another page; the page is A4."""
    from docx import Document
    from docx.shared import Mm

    put(store, "cl-en-01")
    put(store, "cl-en-02")
    document = Document(io.BytesIO(written(store, "docx")))
    exercises = [paragraph for paragraph in document.paragraphs[2:] if paragraph.text]
    exercises = exercises[: [one.text for one in exercises].index("Answer key")]
    free = [place for place, one in enumerate(exercises) if not one.paragraph_format.keep_with_next]
    begins = [place for place, one in enumerate(exercises) if one.style.name == "Heading 1"]
    assert [place + 1 for place in free] == [*begins[1:], len(exercises)]
    assert abs(document.sections[0].page_width - Mm(210)) < Mm(1)


@pytest.mark.parametrize(
    ("name", "font", "tag"), [("cl-ja-01", "Yu Gothic", "ja-JP"), ("cl-zh-01", "Microsoft YaHei", "zh-CN")]
)
def test_a_word_worksheet_names_the_language_of_its_characters(store: Store, name: str, font: str, tag: str) -> None:
    """Word chooses the form of a character by the font and the language of its run."""
    put(store, name)
    document = _document(store, export.ExportOptions())
    assert f'w:eastAsia="{font}"' in document and f'w:lang w:eastAsia="{tag}"' in document


def test_a_word_worksheet_has_readings_where_they_are_asked_for(store: Store) -> None:
    """A reading is a phonetic guide over its characters, computed at the export; signs of XML stay text."""
    put(store, "cl-zh-01", {**sample("cl-zh-01"), "title": "重要的<b>&"})
    plain, read = (_document(store, export.ExportOptions(readings=on)) for on in (False, True))
    assert "<w:ruby>" not in plain and "zhòng" in read and "&lt;b&gt;&amp;" in read


def _document(store: Store, options: export.ExportOptions) -> str:
    out = io.BytesIO()
    export.write_to(store, DraftFilter(), "docx", out, options=options)
    with ZipFile(out) as book:
        return book.read("word/document.xml").decode("utf-8")
