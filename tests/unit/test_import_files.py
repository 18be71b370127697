"""Files that are no export, or a dangerous one: they are refused with a sentence that says why."""

from __future__ import annotations

import io
from copy import copy
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from engine.errors import ExportError
from engine.export.reading import MOST_BYTES
from engine.store import Store
from tests.unit.test_export_kit import brought_back, filled, written


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("a.pdf", b"x", "neither .csv nor .xlsx"),
        ("a.csv", b"one,two\r\n1,2\r\n", "no columns 'draft' and 'revision'"),
        ("a.csv", "draft,revision\r\n1,日本".encode("gbk"), "CSV UTF-8"),
        ("a.csv", b'draft,revision\r\n1,"x', "no whole CSV"),
        ("a.csv", b"", "no columns"),
        ("a.xlsx", b"PK\x03\x04 broken", "no workbook"),
        ("a.xlsx", b"draft,revision", "no workbook"),
    ],
)
def test_a_file_that_is_no_export_says_so(store: Store, name: str, body: bytes, told: str) -> None:
    """A file of something else is refused with advice."""
    with pytest.raises(ExportError, match=told):
        brought_back(store, body, name)


def test_a_file_out_of_bounds_is_refused(store: Store) -> None:
    """A file over the cap is not read, and a workbook that would unpack past it is not opened."""
    with pytest.raises(ExportError, match="the most is 64 MB"):
        brought_back(store, b"x" * (MOST_BYTES + 1), "a.csv")
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("0.xml", b" " * 100 * 2**20)
        for number in range(1, 11):  # more entries of the directory for the same bytes
            packed.filelist.append(copy(packed.filelist[0]))
            packed.filelist[-1].filename = f"{number}.xml"
    with pytest.raises(ExportError, match="unpacks to"):
        brought_back(store, out.getvalue(), "a.xlsx")


def test_entities_in_a_workbook_are_not_expanded(store: Store) -> None:
    """A workbook whose XML defines entities is refused."""
    filled(store, ("cl-en-01",))
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    out = io.BytesIO()
    with ZipFile(io.BytesIO(written(store, "xlsx"))) as good, ZipFile(out, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, bomb if name.endswith("sheet1.xml") else good.read(name))
    with pytest.raises(ExportError, match="no workbook"):
        brought_back(store, out.getvalue(), "a.xlsx")
