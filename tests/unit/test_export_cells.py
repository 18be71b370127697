"""Cells: nothing in them is computed, and everything in them comes back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.export.cells import from_list, from_pairs, from_rows, to_list, to_pairs, to_rows
from engine.export.guard import guarded, unguarded
from tests.unit.test_export_kit import SIGNS, TEXT

FORMULAS = ("=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", " =1", "\n=1", "\u3000=1", "\ufeff=1")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_guarded(text: str) -> None:
    """What a spreadsheet could compute begins with an apostrophe, and comes back without it."""
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@given(st.one_of(TEXT, st.text()))
def test_a_guard_gives_back_every_text(text: str) -> None:
    """The guard takes exactly the apostrophe away that it put there."""
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip("\n\t\r \ufeff").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(st.lists(TEXT))
def test_a_list_comes_back(items: list[str]) -> None:
    """A list is a line an item, whatever an item holds."""
    assert to_list(from_list(items)) == items


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_a_script_comes_back(pairs: list[tuple[str, str]]) -> None:
    """A script is "speaker: text" a line, whatever speakers are called."""
    assert to_pairs(from_pairs(pairs)) == pairs


@given(st.lists(st.fixed_dictionaries({"label": TEXT, "name": TEXT, "gender": st.sampled_from(["male", "female"])})))
def test_roles_come_back(roles: list[dict[str, str]]) -> None:
    """Roles are "label | name | gender" a line."""
    names = ("label", "name", "gender")
    assert to_rows(from_rows(roles, names), names) == roles


def test_a_list_typed_by_hand_is_read() -> None:
    """Blank lines, a Windows line break and a full-width colon are what a person means by them."""
    assert to_list("one\r\n\r\ntwo\n") == ["one", "two"]
    assert to_pairs("A：你好\nB: ok") == [("A", "你好"), ("B", "ok")]


@pytest.mark.parametrize("text", SIGNS)
def test_a_guarded_cell_survives_csv(text: str) -> None:
    """Quotes, commas and line breaks inside a cell are the csv module's business, and it minds it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([guarded(text)])
    assert unguarded(next(csv.reader(io.StringIO(out.getvalue(), newline="")))[0]) == text
