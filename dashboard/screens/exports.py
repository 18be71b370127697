"""
Drafts out and back: a panel for any page that has a choice of drafts.

The file is made when the button is pressed, on the disk, from the rows as they are then. A table that comes back is
only looked at first; what it asks for is done by a button of its own.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.text import N_, _, error_text, message_text, plural
from engine import DraftFilter, DraftmillError, Store, export

FORMAT: labels.Table = {
    **{name: found.title for name, found in export.FORMATS.items()},  # those of the kinds
    "anki": N_("Anki package"),
    "xlsx": N_("Excel workbook: drafts and blanks"),
    "csv": N_("CSV, one row per draft"),
    "html": N_("Printable worksheet with answer key"),
    "markdown": N_("Markdown worksheet with answer key"),
    "voice": N_("Voice script (CSV)"),
    "moodle": N_("Moodle questions (XML)"),
    "anki-text": N_("Text file for Anki's importer"),
    "jsonl": N_("JSON lines, every field"),
}
DID: labels.Table = {
    **labels.REVIEW,
    "edited": N_("Edited"),
    "noted": N_("Note"),
}
TABLE: labels.Table = {"drafts": N_("Drafts"), **{table: table.capitalize() for table in export.ROW_TABLES}}
SHOWN = 200
"""Lines of a report that are shown; the rest is counted."""


def export_panel(chosen: DraftFilter, key: str, words: str = "") -> None:
    """
    Draw a button that opens the exports of some drafts, and takes a reviewed table back.

    Args:
        chosen: Which drafts.
        key: Of the widgets; another one for each panel of a page.
        words: On the button; empty: Export.
    """
    # Nothing is counted until it is opened: a page is drawn often, and drafts are many.
    panel = st.popover(words or _("Export"), icon=":material/download:", key=f"{key}_export", on_change="rerun")
    if panel.open:
        with panel:
            st.fragment(_panel)(chosen, key)


def _panel(chosen: DraftFilter, key: str) -> None:
    with shared.telling():
        _out(chosen, key)
        st.divider()
        _back(key)


def _out(chosen: DraftFilter, key: str) -> None:
    store = shared.store()
    counts = store.reviews.counts(chosen)
    every = store.drafts.count(chosen)
    approved_only = st.toggle(
        _("Approved drafts only ({n})", n=f"{counts.approved:,}"),
        value=True,
        key=f"{key}_export_approved",
        persist_state="session",
    )
    wanted = replace(chosen, review="approved") if approved_only else chosen
    number = counts.approved if approved_only else every
    kinds = store.drafts.kinds(wanted)
    names = [name for name, one in export.FORMATS.items() if set(kinds) <= set(one.kinds)]
    names = [name for name in names if len(kinds) < 2 or not export.FORMATS[name].one_kind]
    name = st.selectbox(
        _("Format"), names, format_func=lambda one: label(FORMAT, one), key=f"{key}_export_format_{'_'.join(kinds)}"
    )
    if not number:
        if approved_only and every:
            st.caption(plural("{n} draft is not approved yet.", "{n} drafts are not approved yet.", every))
        else:
            st.caption(_("No draft to export."))
    st.download_button(
        plural("Download {n} draft", "Download {n} drafts", number),
        lambda: made(store, wanted, name),  # in a thread that knows no session
        file_name=export.file_name(wanted, name),
        mime=export.FORMATS[name].mime,
        on_click="ignore",
        icon=":material/download:",
        type="primary",
        disabled=not number,
        width="stretch",
        key=f"{key}_export_download",
    )


def made(store: Store, chosen: DraftFilter, name: str) -> io.BufferedReader:
    """An export as a file on the disk that is gone when it is closed: Streamlit reads it once, into its own memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever reads it closes it
    export.write_to(store, chosen, name, file)
    file.seek(0)
    return io.BufferedReader(file.detach())


def _back(key: str) -> None:
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
    _report(report)
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
        back = export.import_reviews(shared.store(), file, file.name, dry_run=dry_run)
    except DraftmillError as error:
        report["problem"] = error_text(error)
    else:
        report["rows"], report["fit"] = back.rows, len(back.lines) - back.refused
        report["lines"] = [(one.table, one.line, one.draft, list(one.did), message_text(one.why)) for one in back.lines]
    st.session_state[f"{key}_import_report"] = report
    return report


def _report(report: Mapping[str, Any]) -> None:
    """What a table asks for, or what was done, line by line; what was refused comes first."""
    if report["problem"]:
        st.error(plain(report["problem"]), icon=":material/error:")
        return
    lines = sorted(report["lines"], key=lambda line: not line[4])
    refused = len(lines) - report["fit"]
    words = _("{n} rows read", n=f"{report['rows']:,}")
    if report["done"]:
        st.success(f"{words} · {plural('{n} row applied', '{n} rows applied', report['fit'])}", icon=":material/check:")
    elif not lines:
        st.info(words + " · " + _("the file has no changes"), icon=":material/info:")
    else:
        st.caption(words)
    if refused:
        st.warning(plural("{n} row was not accepted", "{n} rows were not accepted", refused), icon=":material/rule:")
    if lines:  # as text: a reason is a sentence, and a cell of a narrow table would cut it
        shown = "\n".join(_line(*line) for line in lines[:SHOWN])
        st.code(shown, language=None, wrap_lines=True, height=240 if len(lines) > 6 else "content")
    if len(lines) > SHOWN:
        st.caption(_("The first {n} are shown.", n=SHOWN))


def _line(table: str, number: int, draft: int | None, did: list[str], refused: str) -> str:
    what = refused or ", ".join(label(DID, word) for word in did)
    return _("{table}, row {n}", table=label(TABLE, table), n=number) + (f" · #{draft}: " if draft else ": ") + what
