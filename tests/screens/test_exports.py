"""The panels of exports and of housekeeping, over the real engine."""

from __future__ import annotations

import csv
import io

from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.screens.exports import FORMAT, made
from dashboard.screens.imports import DID, refused_table
from engine import DraftFilter, RunRow, export
from tests.screens.conftest import Make, Page
from tests.waiting import PATIENCE_S


def opened(page: Page, row: RunRow) -> AppTest:
    """The run's page with its export panel open."""
    test = page("runs", run=str(row.id))
    test.session_state["run_export"] = test.session_state["run_import"] = True
    test.run()
    assert not test.exception
    return test


def captions(test: AppTest) -> str:
    return "\n".join(caption.value for caption in test.caption)


def test_nothing_is_counted_until_it_is_opened(page: Page, make: Make) -> None:
    """The panel asks the store only when it is open."""
    row = make(topics=("Closed",), per_combo=1)
    assert not page("runs", run=str(row.id)).download_button
    assert opened(page, row).download_button


def test_approved_drafts_come_first(page: Page, make: Make) -> None:
    """Only approved drafts are exported unless all are asked for; the button says how many."""
    row = make(topics=("Export",), per_combo=3)
    test = opened(page, row)
    assert test.download_button[0].disabled
    assert "3 drafts are not approved yet" in captions(test)
    test.toggle(key="run_export_approved").set_value(False).run()
    assert (test.download_button[0].label, test.download_button[0].disabled) == ("Download 3 drafts", False)
    ids = [draft.id for draft in shared.store().drafts.page(DraftFilter(run=row.id))]
    shared.store().reviews.decide(ids[:1], "approved").result()
    test.toggle(key="run_export_approved").set_value(True).run()
    assert test.download_button[0].label == "Download 1 draft"


def test_only_formats_that_fit_are_offered(page: Page, make: Make) -> None:
    """A run of cloze drafts offers Moodle and no voice script."""
    row = make(topics=("Formats",), per_combo=1)
    test = opened(page, row)
    test.toggle(key="run_export_approved").set_value(False).run()
    offered = test.selectbox(key="run_export_format_cloze").options
    assert ("Moodle questions (XML)" in offered, "Voice script (CSV)" in offered) == (True, False)
    assert offered[0] == "Anki package"


def test_the_file_is_the_one_of_the_command_line(make: Make) -> None:
    """What the button hands over is what `draftmill export` writes."""
    row = make(topics=("File",), per_combo=2)
    chosen, out = DraftFilter(run=row.id), io.BytesIO()
    export.write_to(shared.store(), chosen, "csv", out)
    with made(shared.store(), chosen, "csv") as file:
        assert file.read() == out.getvalue()


def reviewed(row: RunRow, *verdicts: str) -> bytes:
    """The run's table with these verdicts."""
    out = io.BytesIO()
    export.write_to(shared.store(), DraftFilter(run=row.id), "csv", out)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    for line, verdict in zip(rows[1:], verdicts, strict=True):
        line[1] = verdict
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_a_table_comes_back(page: Page, make: Make) -> None:
    """A table is looked at first, row by row; its button applies what fits."""
    row = make(topics=("Back",), per_combo=3)
    test = opened(page, row)
    test.file_uploader(key="run_import_file").upload("table.csv", reviewed(row, "approved", "wrong", "rejected")).run()
    assert not test.exception
    states = [draft.review for draft in shared.store().drafts.page(DraftFilter(run=row.id))]
    assert states == ["pending"] * 3
    assert [warning.value for warning in test.warning] == ["1 row was not accepted"]
    test.button(key="run_import_apply").click().run()
    states = [draft.review for draft in shared.store().drafts.page(DraftFilter(run=row.id))]
    assert states == ["approved", "pending", "rejected"]
    assert "2 rows applied" in test.success[0].value


def test_refused_rows_are_a_table() -> None:
    """What was refused can be taken away: the row, its draft and the reason."""
    lines = [("drafts", 3, 7, [], "no, not this"), ("drafts", 9, None, [], "unknown")]
    rows = list(csv.reader(io.StringIO(refused_table(lines).decode("utf-8-sig"))))
    assert rows[1:] == [["Drafts", "3", "7", "no, not this"], ["Drafts", "9", "", "unknown"]]


def test_an_import_is_in_the_reviewers_name(page: Page, make: Make) -> None:
    """The decisions of a table are those of the person who applies it, and can be undone by that person."""
    row = make(topics=("Whose",), per_combo=1)
    test = page("runs", run=str(row.id), reviewer=f"{'d' * 32}.Dan")
    test.session_state["run_import"] = True
    test.run()
    test.file_uploader(key="run_import_file").upload("table.csv", reviewed(row, "approved")).run()
    test.button(key="run_import_apply").click().run()
    assert not test.exception
    assert shared.store().reviews.history(limit=1)[0].who == "Dan"


def test_a_table_of_something_else_says_so(page: Page, make: Make) -> None:
    """A file that is no export is an error with advice, not a broken page."""
    row = make(topics=("Odd",), per_combo=1)
    test = opened(page, row)
    test.file_uploader(key="run_import_file").upload("table.csv", b"a,b\r\n1,2\r\n").run()
    assert not test.exception
    assert "no columns 'draft' and 'revision'" in test.error[0].value.replace("\\", "")
    assert test.button(key="run_import_apply").disabled


def test_every_format_and_result_has_a_name() -> None:
    """The screen names each format of the engine, and each thing that a row can do."""
    assert list(FORMAT) == list(export.FORMATS)
    assert {one.title for one in export.FORMATS.values()} == set(FORMAT.values())
    assert {"pending", "approved", "rejected", "edited", "noted"} == set(DID)


def panel() -> None:
    """The housekeeping panel alone: the Health page is around it."""
    from dashboard.screens.health.clean import clean_panel

    clean_panel()


def test_room_is_made_when_it_is_confirmed(make: Make) -> None:
    """What would be freed is shown first; the button frees it, and the drafts stay."""
    row = make(topics=("Room",), per_combo=2)
    test = AppTest.from_function(panel, default_timeout=PATIENCE_S).run()
    assert "Nothing that old to clean." in captions(test)
    test.number_input(key="clean_days").set_value(0).run()
    assert int(test.metric[0].value) >= row.totals.calls
    test.button(key="clean_now").click().run()
    assert not test.exception
    assert "items deleted" in test.success[0].value
    assert shared.store().runs.totals(row.id) == row.totals
    assert "Nothing that old to clean." in captions(test)


def test_anki_cards_are_previewed(page: Page, make: Make) -> None:
    """Both sides of each card of the first draft are shown before the package is made; other formats have no cards."""
    row = make(topics=("Cards",), per_combo=1)
    test = opened(page, row)
    test.toggle(key="run_export_approved").set_value(False).run()
    test.toggle(key="run_export_preview").set_value(True).run()
    sides = [html.proto.body for html in test.html if "dm-anki" in html.proto.body]
    assert ["Front" in sides[0], "Back" in sides[1], len(sides)] == [True, True, 2]
    assert "[" in sides[0].split('class="cloze"')[1]
