"""Read models: the columns of their table, frozen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.store import Store
from engine.store.fields import ReadModel
from engine.store.tables import metadata
from engine.store.views import CallRow, ComparisonRow, DraftRow, RunRow
from tests.unit.test_store_kit import planned


@pytest.mark.parametrize(
    ("model", "table", "computed"),
    [
        (RunRow, "run", {"totals", "clock_ahead_s"}),
        (CallRow, "call", set()),
        (ComparisonRow, "comparison", set()),
        (DraftRow, "draft", {"copy_number"}),
    ],
)
def test_a_read_model_has_the_columns_of_its_table(model: type[ReadModel], table: str, computed: set[str]) -> None:
    """A read model has every column of its table (drafts: all but the text searched), and what is computed."""
    columns = {column.name for column in metadata.tables[table].columns} - {"search", "copy"}
    assert set(model.model_fields) == columns | computed


def test_a_row_cannot_be_changed(tmp_path: Path) -> None:
    """A row that was read is frozen, and equal to the same row read again."""
    with Store.open(tmp_path / "a.db") as store:
        row = store.runs.get(planned(store))
        assert row == store.runs.get(row.id)
        with pytest.raises(ValidationError):
            row.state = "done"
