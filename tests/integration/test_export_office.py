"""LibreOffice opens the workbook and the CSV: no formula is computed, every text is the one that was exported."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from engine import DraftFilter, Store, export
from tests.databases import new_file
from tests.unit.test_export_kit import SIGNS, brought_back, nasty_cloze, put

OFFICE = next(filter(None, map(shutil.which, ("soffice", "localc", "libreoffice"))), None)
pytestmark = pytest.mark.skipif(
    OFFICE is None, reason="no LibreOffice found (Debian: apt-get install libreoffice-calc)"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with a draft for each nasty text, in every field."""
    with Store.open(new_file(tmp_path / "a.db")) as opened:
        for text in SIGNS:
            words = {
                name: text.strip() or "x" for name in ("title", "before", "after", "answer", "hint", "explanation")
            }
            put(opened, "cl-en-01", nasty_cloze({**words, "texts": [text.strip() or "x"] * 3}))
        yield opened


def converted(path: Path, suffix: str, *, source: str = "") -> Path:
    """What LibreOffice makes of a file, in a folder of its own."""
    folder = path.parent / "converted"
    line = [str(OFFICE), f"-env:UserInstallation=file://{path.parent}/profile", "--headless", *source.split()]
    line += ["--convert-to", suffix, "--outdir", str(folder), str(path)]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{suffix.partition(':')[0]}"


@pytest.mark.slow
def test_a_workbook_opens_without_a_formula(store: Store, tmp_path: Path) -> None:
    """Saved again by LibreOffice, the workbook holds the same texts and no formula, and asks for no change."""
    path = tmp_path / "drafts.xlsx"
    export.write(store, DraftFilter(), "xlsx", path)
    saved = converted(path, "xlsx")
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(saved)
    for sheet in before:
        cells = {cell.coordinate: cell for line in after[sheet.title].iter_rows() for cell in line}
        wanted = {cell.coordinate: cell.value for line in sheet.iter_rows() for cell in line if cell.value is not None}
        assert {name: cells[name].value for name in wanted if "x005F" not in wanted[name]} == {
            name: value for name, value in wanted.items() if "x005F" not in value
        }
        assert {cells[name].data_type for name in wanted} == {"s"}
    back = brought_back(store, saved.read_bytes(), "drafts.xlsx")
    assert (back.rows, back.lines) == (2 * len(SIGNS), ())


@pytest.mark.slow
def test_a_workbook_converts_to_the_same_text(store: Store, tmp_path: Path) -> None:
    """As CSV, the sheet of drafts shows "=1+1" as it is: nothing was computed."""
    path = tmp_path / "drafts.xlsx"
    export.write(store, DraftFilter(), "xlsx", path)
    text = converted(path, "csv:Text - txt - csv (StarCalc):44,34,76,1").read_text("utf-8-sig")
    titles = [line["title"] for line in csv.DictReader(io.StringIO(text, newline=""))]
    assert titles == [row.title for row in store.drafts.each()]
    assert "=1+1" in titles


def test_a_csv_opens_without_a_formula(store: Store, tmp_path: Path) -> None:
    """Opened by LibreOffice with formulas allowed, no cell of the CSV becomes one, and the guard comes back off."""
    path = tmp_path / "drafts.csv"
    export.write(store, DraftFilter(), "csv", path)
    saved = converted(path, "xlsx", source="--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true")
    cells = [cell for line in openpyxl.load_workbook(saved).active.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
