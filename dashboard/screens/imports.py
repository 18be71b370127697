"""
Imports a reviewed table: shows its changes first, row by row; a second button applies them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens import person
from dashboard.text import N_, _, error_text, message_text, plural
from engine import DraftmillError, export

DID: labels.Table = {
    **labels.REVIEW,
    "edited": N_("Edited"),
    "noted": N_("Note"),
}
TABLE: labels.Table = {"drafts": N_("Drafts"), **{table: table.capitalize() for table in export.ROW_TABLES}}
SHOWN = 200
"""Lines of a report that are shown; the rest is counted."""

Line = tuple[str, int, int | None, list[str], str]
"""Table, row, draft, what is done, and why nothing is."""


def import_panel(key: str) -> None:
    """
    Draw a button that takes a reviewed table back.

    Args:
        key: Of the widgets; another one for each panel of a page.
    """
    panel = st.popover(_("Import"), icon=":material/upload:", key=f"{key}_import", on_change="rerun")
    if panel.open:
        with panel:
            st.fragment(_panel)(key)


def _panel(key: str) -> None:
    with shared.telling():
        _import(key)


def _import(key: str) -> None:
    file = st.file_uploader(
        _("Import reviewed file"),
        type=["csv", "xlsx"],
        max_upload_size=export.MOST_BYTES // 2**20,
        help=_("A CSV or Excel file exported here. Its verdicts, notes and edits are applied."),
        key=f"{key}_import_file",
    )
    if file is None:
        st.session_state.pop(f"{key}_import_report", None)
        return
    report = st.session_state.get(f"{key}_import_report")
    if report is None or report["file"] != file.file_id:
        report = _read(key, dry_run=True)
    _report(report, key)
    if report["done"]:
        return
    st.button(
        plural("Apply {n} row", "Apply {n} rows", report["fit"]),
        on_click=_apply,
        args=(key,),
        disabled=not report["fit"],
        icon=":material/done_all:",
        type="primary",
        width="stretch",
        key=f"{key}_import_apply",
    )


def _apply(key: str) -> None:
    """Apply the table; the second click of two finds it applied."""
    report = st.session_state.get(f"{key}_import_report")
    if report and not report["done"]:
        _read(key, dry_run=False)


def _read(key: str, *, dry_run: bool) -> Mapping[str, Any]:
    file = st.session_state[f"{key}_import_file"]
    report: dict[str, Any] = {
        "file": file.file_id,
        "done": not dry_run,
        "rows": 0,
        "fit": 0,
        "lines": [],
        "problem": "",
    }
    try:
        file.seek(0)
        back = export.import_reviews(shared.store(), file, file.name, dry_run=dry_run, who=person.me())
    except DraftmillError as error:
        report["problem"] = error_text(error)
    else:
        report["rows"], report["fit"] = back.rows, len(back.lines) - back.refused
        report["lines"] = [(one.table, one.line, one.draft, list(one.did), message_text(one.why)) for one in back.lines]
    st.session_state[f"{key}_import_report"] = report
    return report


def _report(report: Mapping[str, Any], key: str) -> None:
    """The changes of a table, planned or done; the refused rows are listed separately."""
    if report["problem"]:
        st.error(plain(report["problem"]), icon=":material/error:")
        return
    refused = [line for line in report["lines"] if line[4]]
    taken = [line for line in report["lines"] if not line[4]]
    words = _("{n} rows read", n=f"{report['rows']:,}")
    if report["done"]:
        st.success(f"{words} · {plural('{n} row applied', '{n} rows applied', len(taken))}", icon=":material/check:")
    elif not report["lines"]:
        st.info(words + " · " + _("the file has no changes"), icon=":material/info:")
    else:
        st.caption(words)
    _listed(taken)
    if refused:
        _refused(refused, key)


def _refused(lines: Sequence[Line], key: str) -> None:
    problem = plural("{n} row was not accepted", "{n} rows were not accepted", len(lines))
    st.warning(problem, icon=":material/rule:")
    _listed(lines)
    st.download_button(
        _("Download refused rows"),
        refused_table(lines),
        file_name="refused.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}_import_refused",
    )


def refused_table(lines: Sequence[Line]) -> bytes:
    """The refused rows as CSV: where each is in the file, its draft, and why it was refused."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([_("Table"), _("Row"), _("Draft"), _("Reason")])
    rows.writerows([label(TABLE, table), number, draft or "", why] for table, number, draft, _did, why in lines)
    return text.getvalue().encode("utf-8-sig", "replace")


def _listed(lines: Sequence[Line]) -> None:
    """As text: a reason is a sentence, and a cell of a narrow table would cut it."""
    if not lines:
        return
    shown = "\n".join(_line(*line) for line in lines[:SHOWN])
    st.code(shown, language=None, wrap_lines=True, height=240 if len(lines) > 6 else "content")
    if len(lines) > SHOWN:
        st.caption(_("The first {n} are shown.", n=SHOWN))


def _line(table: str, number: int, draft: int | None, did: list[str], refused: str) -> str:
    what = refused or ", ".join(label(DID, word) for word in did)
    return _("{table}, row {n}", table=label(TABLE, table), n=number) + (f" · #{draft}: " if draft else ": ") + what
