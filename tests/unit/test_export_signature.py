"""Who wrote, checked and approved a draft, on cards and worksheets; the worksheet as a Word document."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from engine import export
from engine.export.signature import Signature, signed
from engine.store import DraftFilter, DraftRow, OpinionRow, ReviewRow, Store
from engine.work import revision
from tests.unit.test_export_kit import ALL, filled, put

ROW = DraftRow.model_construct(id=1, model="m-fast", content={"title": "a"}, review="approved")


def opinion(judged: str) -> OpinionRow:
    return OpinionRow.model_construct(model="m-strong", judged=judged, solved=5, blanks=5)


def decision(verdict: str, who: str = "Ana", at: float = 1_795_000_000.0) -> ReviewRow:
    return ReviewRow.model_construct(verdict=verdict, who=who, at=at)


def test_a_signature_names_writer_checker_and_approver() -> None:
    """The line is computed from the draft, the newest opinion about this text, and the last decision."""
    made = signed(ROW, opinion(revision(ROW.content)), [decision("rejected", "Bo"), decision("approved")])
    line = made.text("en")
    assert line.startswith("Written by m-fast, checked by m-strong (solved 5 of 5), approved by Ana on 20")
    assert "m-strong 校验（5 题答对 5 题）" in made.text("zh") and "承認：Ana" in made.text("ja")


def test_an_opinion_about_another_text_checked_nothing() -> None:
    """A draft that was edited after its review says so, and names no second model."""
    made = signed(ROW, opinion("0" * 16), [decision("edited", "Bo")])
    assert made.text("en") == "Written by m-fast, edited by Bo"


@pytest.mark.parametrize(("history", "approved"), [([], ""), ([decision("approved"), decision("rejected")], "")])
def test_what_is_not_approved_is_not_said_to_be(history: list[Any], approved: str) -> None:
    """Only a draft whose last decision is an approval is approved by somebody."""
    assert signed(ROW, None, history).approved_by == approved


@pytest.mark.parametrize("fmt", ["html", "markdown", "docx", "anki-text"])
def test_the_line_is_an_option_of_an_export(tmp_path: Path, fmt: str) -> None:
    """Cards and worksheets hold the line where it was asked for, and only there."""
    with Store.open(tmp_path / "export.db") as store:
        store.reviews.decide([put(store, "cl-en-01")], "approved", "Ana").result()
        plain, asked = (_text(store, fmt, export.ExportOptions(checked_by=on)) for on in (False, True))
    assert "Approved by Ana on 20" in asked.replace("\\", "") and "Approved by Ana" not in plain


def test_a_word_document_has_its_key_behind_the_exercises(tmp_path: Path) -> None:
    """All kinds are written; the key is after all exercises, and no exercise shows an answer."""
    with Store.open(tmp_path / "export.db") as store:
        filled(store, ALL)
        text = _text(store, "docx", export.ExportOptions())
    exercises, _, key = text.partition("Answer key")
    assert "brush" in key and "{{1}}" not in text and "(1)" in exercises


def test_a_signature_without_facts_is_empty() -> None:
    """A draft of which nothing is known has no line."""
    assert Signature("").text("en") == ""


def _text(store: Store, fmt: str, options: export.ExportOptions) -> str:
    out = io.BytesIO()
    export.write_to(store, DraftFilter(), fmt, out, options=options)
    if fmt != "docx":
        return out.getvalue().decode("utf-8")
    from docx import Document

    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(out.getvalue())).paragraphs)
