"""
Exports of drafts: a panel for any page that has a choice of drafts. Beside it is the one of imports.py.

The file is made when the button is pressed, on the disk, from the rows as they are then.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import labels, shared
from dashboard.labels import label
from dashboard.screens.card_preview import ANKI, card_preview
from dashboard.screens.imports import import_panel
from dashboard.text import N_, _, plural
from engine import DraftFilter, Store, export

FORMAT: labels.Table = {
    **{name: found.title for name, found in export.FORMATS.items()},  # those of the kinds
    "anki": N_("Anki package"),
    "xlsx": N_("Excel workbook: drafts and blanks"),
    "csv": N_("CSV, one row per draft"),
    "html": N_("Printable worksheet with answer key"),
    "docx": N_("Word worksheet with answer key"),
    "markdown": N_("Markdown worksheet with answer key"),
    "voice": N_("Voice script (CSV)"),
    "moodle": N_("Moodle questions (XML)"),
    "anki-text": N_("Text file for Anki's importer"),
    "jsonl": N_("JSON lines, every field"),
}


READABLE = any(export.has_readings(lang) for lang in ("ja", "zh"))
PLAIN = export.ExportOptions()


def export_panel(chosen: DraftFilter, key: str, words: str = "") -> None:
    """
    Draw a button that opens the exports of some drafts, and one that imports a reviewed table.

    Args:
        chosen: Which drafts.
        key: Of the widgets; another one for each panel of a page.
        words: On the button, which is then the only one; empty: Export.
    """
    # Nothing is counted until it is opened: a page is drawn often, and drafts are many.
    panel = st.popover(words or _("Export"), icon=":material/download:", key=f"{key}_export", on_change="rerun")
    if panel.open:
        with panel:
            st.fragment(_panel)(chosen, key)
    if not words:
        import_panel(key)


def _panel(chosen: DraftFilter, key: str) -> None:
    with shared.telling():
        _export(chosen, key)


def _export(chosen: DraftFilter, key: str) -> None:
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
    name = _format(store.drafts.kinds(wanted), key)
    if not number:
        if approved_only and every:
            st.caption(plural("{n} draft is not approved yet.", "{n} drafts are not approved yet.", every))
        else:
            st.caption(_("No draft to export."))
    able = export.FORMATS[name]
    options = export.ExportOptions(
        checked_by=able.signed and _checked_by(key), readings=able.readings and _readings(key)
    )
    st.download_button(
        plural("Download {n} draft", "Download {n} drafts", number),
        lambda: made(store, wanted, name, options),  # in a thread that knows no session
        file_name=export.file_name(wanted, name),
        mime=export.FORMATS[name].mime,
        on_click="ignore",
        icon=":material/download:",
        type="primary",
        disabled=not number,
        width="stretch",
        key=f"{key}_export_download",
    )
    if number and name in ANKI:
        card_preview(wanted, key)


def _format(kinds: Sequence[str], key: str) -> str:
    """A format that can hold drafts of all these kinds."""
    names = [name for name, one in export.FORMATS.items() if set(kinds) <= set(one.kinds)]
    names = [name for name in names if len(kinds) < 2 or not export.FORMATS[name].one_kind]
    return st.selectbox(
        _("Format"), names, format_func=lambda one: label(FORMAT, one), key=f"{key}_export_format_{'_'.join(kinds)}"
    )


def _readings(key: str) -> bool:
    """Pinyin and furigana; without their packages the box is locked and says what to install."""
    return st.checkbox(
        _("Readings: pinyin, furigana"),
        key=f"{key}_export_readings",
        disabled=not READABLE,
        help=None if READABLE else _("Install {package} to have readings.", package="draftmill[readings]"),
        persist_state="session",
    )


def _checked_by(key: str) -> bool:
    return st.checkbox(
        _("Say who wrote, checked and approved"), key=f"{key}_export_checked_by", persist_state="session"
    )


def made(store: Store, chosen: DraftFilter, name: str, options: export.ExportOptions = PLAIN) -> io.BufferedReader:
    """An export as a file on the disk that is gone when it is closed: Streamlit reads it once, into its own memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever reads it closes it
    export.write_to(store, chosen, name, file, options=options)
    file.seek(0)
    return io.BufferedReader(file.detach())
