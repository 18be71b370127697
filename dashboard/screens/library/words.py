"""
Word lists: typed, pasted or read from a file; checked line by line before a version is saved.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.form.state import KEEP
from dashboard.screens.library.shelves import archived, choose, lang_name, save_entry, show_result, versions
from dashboard.screens.once import once
from dashboard.text import _, error_text, explain, plural
from engine import DraftmillError, export
from engine.reports import LANGS
from engine.review import MaterialRow, Shelf, WordsRead, check_words, save_words, split_words

PROBLEM = "library_words_problem"
SHOWN = 20
"""Lines that are named; the rest is counted."""


def words_view() -> None:
    """Choose a list or begin one, change it, save a version."""
    show_result(PROBLEM)
    form, panel = st.columns([5, 3], gap="large")
    with form:
        row = choose("words", _("Word list"), _("New word list"), _name)
        _editor(row)
    with panel:
        _about()
        if row is not None:
            versions(row)
        archived("words", _name)


def _name(row: MaterialRow) -> str:
    return f"{row.name} · {lang_name(row.lang)} · {plural('{n} word', '{n} words', row.size)}"


def _about() -> None:
    with st.container(border=True):
        st.markdown(f"**{_('Two roles')}**")
        st.markdown(
            _("**Target words**: each draft uses some of them, and the words are spread over the drafts of a run.")
        )
        st.markdown(_("**Known words**: they count as within the level."))
        st.caption(_("Choose the lists and their roles on the Launch page."))


def _editor(row: MaterialRow | None) -> None:
    key = f"library_words_{row.id if row else 'new'}"
    with st.container(border=True):
        lang = _identity(row, key)
        st.session_state.setdefault(f"{key}_text", row.body["text"] if row else "")
        st.file_uploader(
            _("From a file (CSV, Excel or text)"),
            type=["csv", "tsv", "xlsx", "txt"],
            max_upload_size=export.MOST_WORD_BYTES // 2**20,
            help=_("The column headed “word”, or else the first one. The words are added below."),
            on_change=_load,
            args=(key,),
            key=f"{key}_file",
        )
        text = st.text_area(_("Words (one per line)"), height=300, key=f"{key}_text", **KEEP)
        read = check_words(split_words(text), lang)
        _report(read)
        skip = bool(read.refused) and st.checkbox(_("Leave these lines out"), key=f"{key}_skip")
        st.button(
            _("Save as version {n}", n=row.version + 1) if row else _("Save"),
            type="primary",
            icon=":material/save:",
            disabled=not read.words or (bool(read.refused) and not skip),
            on_click=_save,
            args=(key, row, lang, once(f"{key}_save").ticket),
            key=f"{key}_save",
        )


def _identity(row: MaterialRow | None, key: str) -> str:
    """The name and language of a new list; those of another one never change."""
    if row is not None:
        st.markdown(f"**{plain(row.name)}** · {lang_name(row.lang)}")
        return row.lang
    name, lang = st.columns([2, 2])
    with name:
        st.text_input(_("Name"), key=f"{key}_name", placeholder=_("such as unit5"), **KEEP)
    with lang:
        chosen = st.segmented_control(
            _("Language"), LANGS, format_func=lambda one: label(labels.LANG, one), default="en", required=True,
            key=f"{key}_lang",
        )  # fmt: skip
    return str(chosen)


def _report(read: WordsRead) -> None:
    """How many words there are, which lines were merged and which cannot be used."""
    parts = [plural("{n} word", "{n} words", len(read.words))]
    if read.merged:
        parts.append(plural("{n} duplicate merged", "{n} duplicates merged", len(read.merged)))
    st.caption(" · ".join(parts))
    if read.merged:
        shown = [_("line {line}: {word} (as line {first})", line=a, word=b, first=c) for a, b, c in read.merged[:SHOWN]]
        st.caption(plain("  ".join(shown)))
    if read.refused:
        words = plural("{n} line cannot be used", "{n} lines cannot be used", len(read.refused))
        lines = "\n".join(
            _("{name}: {value}", name=error.value, value=explain(error)) for error in read.refused[:SHOWN]
        )
        st.warning(words, icon=":material/rule:")
        st.code(lines, language=None, wrap_lines=True)


def _load(key: str) -> None:
    """Add the words of the file to those that are there; a file that cannot be read changes nothing."""
    file = st.session_state.get(f"{key}_file")
    if file is None:
        return
    try:
        entries = export.read_word_file(BytesIO(file.getvalue()), file.name)
    except DraftmillError as error:
        st.session_state[PROBLEM] = error_text(error)
        return
    before = str(st.session_state.get(f"{key}_text") or "").rstrip("\n")
    lines = [*([before] if before else []), *(word.replace("\n", " ") for _line, word in entries)]
    st.session_state[f"{key}_text"] = "\n".join(lines)


def _save(key: str, row: MaterialRow | None, lang: str, ticket: str) -> None:
    state, store, author = st.session_state, shared.store(), person.me().name
    if f"{key}_text" not in state:
        return  # the first click of two has saved it
    name = row.name if row else str(state.get(f"{key}_name") or "").strip()
    read = check_words(split_words(state[f"{key}_text"]), lang)
    if state.get(f"{key}_skip"):
        read = replace(read, refused=())
    problem = save_entry(
        key,
        ticket,
        Shelf("words", name, lang),
        row,
        lambda: save_words(store, name, lang, read, author).version,
        ("text", "name", "skip", "file"),
    )
    if problem:
        state[PROBLEM] = problem
