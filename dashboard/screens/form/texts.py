"""
Own texts in place of topics: paste or upload one, take a stored one or a run's approved drafts, and choose passages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import forms, shared
from dashboard.charts import plain
from dashboard.screens.form.passages import of_run, of_text
from dashboard.screens.form.state import KEEP, Form
from dashboard.text import _, error_text, message_text, plural
from engine import DraftmillError, SpecError
from engine.kinds import Candidate, read_own_text
from engine.reports import RunFilter
from engine.review import TextRow, approved_sources

PROBLEM, NOTES = "texts_problem", "texts_notes"
MOST_RUNS = 200
OPENING = 90
TYPES = ("txt", "md", "markdown", "srt", "docx")


def own_texts(form: Form) -> None:
    """Where the texts come from, and the table of their passages."""
    with st.container(key=form.key("texts_area")):
        paste, upload, stored, drafts = st.tabs([_("Paste"), _("Upload"), _("Stored texts"), _("Approved drafts")])
        with paste:
            _paste(form)
        with upload:
            _upload(form)
        with stored:
            _stored(form)
        with drafts:
            _drafts(form)
        if problem := form.left(PROBLEM):
            st.error(plain(problem), icon=":material/error:")
        for note in form.left(NOTES) or ():
            st.caption(plain(note))
        _table(form)


def _paste(form: Form) -> None:
    st.text_area(
        _("Your text"),
        key=form.key("text_pasted"),
        height=140,
        placeholder=_("At least 80 words, or 80 characters of Japanese or Chinese."),
        **KEEP,
    )
    name, button = st.columns([2, 1], vertical_alignment="bottom")
    with name:
        st.text_input(_("Name of the text"), key=form.key("text_name"), placeholder=_("its first words"), **KEEP)
    with button:
        args = (form, len(form.values()["passages"]))
        st.button(_("Add the text"), icon=":material/add:", on_click=_add_pasted, args=args, width="stretch")


def _upload(form: Form) -> None:
    st.file_uploader(
        _("TXT, MD, SRT or DOCX, at most 1 MB"),
        type=list(TYPES),
        max_upload_size=1,
        key=form.key("text_file"),
        on_change=_add_uploaded,
        args=(form,),
    )


def _stored(form: Form) -> None:
    rows = {row.id: row for row in shared.store().texts.all(form.values()["lang"])}
    if not rows:
        st.caption(_("No text of this language is stored yet. Paste or upload one."))
        return
    st.selectbox(
        _("Stored texts"),
        list(rows),
        index=None,
        format_func=lambda number: _stored_name(rows[number]) if number in rows else str(number),
        placeholder=_("Choose a text to add"),
        key=form.key("text_stored"),
        on_change=_add_stored,
        args=(form,),
        label_visibility="collapsed",
    )


def _stored_name(row: TextRow) -> str:
    version = _("version {n}", n=row.version)
    return f"{row.name} · {version} · " + plural("{n} passage", "{n} passages", len(row.passages))


def _drafts(form: Form) -> None:
    lang = form.values()["lang"]
    rows = shared.store().run_list.page(RunFilter(), MOST_RUNS)
    runs = {row.id: row.totals.approved for row in rows if row.lang == lang and row.totals.approved}
    if not runs:
        st.caption(_("No run of this language has approved drafts yet."))
        return
    st.selectbox(
        _("Approved drafts"),
        list(runs),
        index=None,
        format_func=lambda run: _("Run {run}: {n} approved", run=run, n=runs.get(run, 0)),
        placeholder=_("Choose a run"),
        key=form.key("text_run"),
        on_change=_add_drafts,
        args=(form,),
        label_visibility="collapsed",
    )


def _add_pasted(form: Form, before: int) -> None:
    """Add what was pasted to so many passages; the second click of two finds it added."""
    state = st.session_state
    pasted, name = str(state.get(form.key("text_pasted")) or ""), str(state.get(form.key("text_name")) or "")
    if len(form.values()["passages"]) > before or _add(form, pasted.encode("utf-8", "replace"), "", name.strip()):
        form.put({"text_pasted": "", "text_name": ""})


def _add_uploaded(form: Form) -> None:
    file = st.session_state.get(form.key("text_file"))
    if file is not None:
        _add(form, file.getvalue(), file.name, "")


def _add(form: Form, body: bytes, file: str, name: str) -> bool:
    """Read, store and show a text; one that is refused changes nothing and says why."""
    lang = form.values()["lang"]

    def made() -> tuple[list[Candidate], list[str]]:
        text = read_own_text(body, file, lang, name)
        store = shared.store()
        row = store.texts.find(text)
        notes = [message_text(note) for note in text.notes]
        if row is None:
            row = store.texts.get(store.texts.add(text).result())
        else:
            notes.append(_("Stored already as {name}, version {n}: that one is used.", name=row.name, n=row.version))
        return of_text(row), notes

    return _take(form, made)


def _add_stored(form: Form) -> None:
    number = st.session_state.get(form.key("text_stored"))
    if number is not None:
        _take(form, lambda: (of_text(shared.store().texts.get(number)), []))
        form.put({"text_stored": None})


def _add_drafts(form: Form) -> None:
    run, lang = st.session_state.get(form.key("text_run")), form.values()["lang"]
    if run is None:
        return

    def made() -> tuple[list[Candidate], list[str]]:
        sources, left_out = approved_sources(shared.store(), run, lang)
        notes = [f"{title}: {message_text(problem)}" for title, problem in left_out]
        return of_run(sources, lang), notes

    _take(form, made)
    form.put({"text_run": None})


def _take(form: Form, make: Any) -> bool:
    form.leave(PROBLEM, None)
    form.leave(NOTES, None)
    try:
        found, notes = make()
        before = form.values()["passages"]
        if found and found[0].source.topic in {one.source.topic for one in before}:
            raise SpecError("text", found[0].source.name, "text_given_twice", first=found[0].source.name)
    except DraftmillError as error:
        form.leave(PROBLEM, error_text(error))
        return False
    form.put({"passages": (*before, *found)})
    if not before and form.values()["per_combo"] == forms.DEFAULTS["per_combo"]:
        form.put({"per_combo": 1})  # ten drafts of a topic differ, ten of one passage hardly do
    form.leave(NOTES, notes)
    return True


def _table(form: Form) -> None:
    passages: Sequence[Candidate] = form.values()["passages"]
    if not passages:
        st.info(_("Add a text: its passages are listed here before anything is sent."), icon=":material/article:")
        return
    st.markdown(_summary(passages))
    st.data_editor(
        [_row(one) for one in passages],
        key=form.key(f"passages_{_mark(passages)}"),
        column_config={
            "use": st.column_config.CheckboxColumn(_("Use"), width=64),
            "passage": st.column_config.TextColumn(_("Passage"), disabled=True, width="small"),
            "units": st.column_config.NumberColumn(_("Length"), disabled=True, width=70),
            "text": st.column_config.TextColumn(_("Beginning"), disabled=True, width="large"),
        },
        hide_index=True,
        on_change=_ticked,
        args=(form, form.key(f"passages_{_mark(passages)}")),
    )
    for one in passages:
        if one.problem is not None:
            st.caption(f":material/block: {plain(f'{one.source.topic}: {message_text(one.problem)}')}")
    st.button(_("Remove all texts"), icon=":material/delete:", on_click=_clear, args=(form,), type="tertiary")


def _summary(passages: Sequence[Candidate]) -> str:
    used = [one for one in passages if one.usable]
    units = f"{sum(one.units for one in used):,}"
    length = _("{n} words", n=units) if passages[0].lang == "en" else _("{n} characters", n=units)
    return plural("**{n} passage is used**", "**{n} passages are used**", len(used)) + f" · {length}"


def _row(one: Candidate) -> dict[str, Any]:
    opening = " ".join(one.source.body[: OPENING * 2].split())
    return {
        "use": one.usable,
        "passage": one.source.topic,
        "units": one.units,
        "text": opening if len(opening) <= OPENING else opening[:OPENING] + "…",
    }


def _mark(passages: Iterable[Candidate]) -> int:
    """Another key for other rows: the editor keeps what was ticked by the number of a row."""
    return hash(tuple((one.source.topic, one.used) for one in passages)) & 0xFFFFFFFF


def _ticked(form: Form, key: str) -> None:
    edited = st.session_state[key]["edited_rows"]
    form.put({"passages": ticked(form.values()["passages"], edited)})


def ticked(passages: Sequence[Candidate], edited: Mapping[int, Mapping[str, Any]]) -> tuple[Candidate, ...]:
    """The passages after some rows of their table were ticked: row number to `{"use": ...}`."""
    rows = {int(row): bool(cells["use"]) for row, cells in edited.items() if "use" in cells}
    return tuple(replace(one, used=rows.get(row, one.used)) for row, one in enumerate(passages))


def _clear(form: Form) -> None:
    form.put({"passages": ()})
    form.leave(PROBLEM, None)
    form.leave(NOTES, None)
