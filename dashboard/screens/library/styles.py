"""
Style notes: a text and up to three approved drafts as examples, for one kind and language.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.form.state import KEEP
from dashboard.screens.library.shelves import archived, choose, lang_name, save_entry, show_result, versions
from dashboard.screens.once import once
from dashboard.text import _, explain
from engine import DraftFilter, SpecError
from engine.kinds import kind_names, text_tokens
from engine.reports import LANGS, QualityFilter, acceptance_by
from engine.review import MOST_EXAMPLES, MOST_NOTE, MaterialRow, Shelf, check_note, save_style

PROBLEM = "library_style_problem"
OFFERED = 200
"""Approved drafts, the newest, that are offered as examples."""


def styles_view() -> None:
    """Choose a style note or begin one, change it, save a version."""
    show_result(PROBLEM)
    form, panel = st.columns([5, 3], gap="large")
    with form:
        row = choose("style", _("Style note"), _("New style note"), _name)
        _editor(row)
    with panel:
        _about()
        if row is not None:
            versions(row, _acceptance(row))
        archived("style", _name)


def _name(row: MaterialRow) -> str:
    return f"{row.name} · {label(labels.KIND, row.kind)} · {lang_name(row.lang)}"


def _about() -> None:
    with st.container(border=True):
        st.markdown(f"**{_('What a style note does')}**")
        st.markdown(_("It is part of the request of every draft of a run, word for word, with its examples."))
        st.markdown(_("Write rules a stranger could follow: spelling, tone, names, what to avoid."))
        st.caption(_("Choose it on the Launch page; “What is sent” shows the whole request."))


def _editor(row: MaterialRow | None) -> None:
    key = f"library_style_{row.id if row else 'new'}"
    with st.container(border=True):
        kind, lang = _identity(row, key)
        st.session_state.setdefault(f"{key}_note", row.body["note"] if row else "")
        note = st.text_area(
            _("Style note"),
            height=220,
            key=f"{key}_note",
            placeholder=_("British spelling. Short sentences. …"),
            **KEEP,
        )
        problem = _note_problem(note)
        st.caption(
            _(
                "{n} of {most} characters, about {tokens} tokens",
                n=f"{len(note):,}",
                most=f"{MOST_NOTE:,}",
                tokens=f"{text_tokens(note):,}",
            )
        )
        if problem:
            st.markdown(f":red[:material/error: {plain(explain(problem))}]")
        chosen = _examples(row, key, kind, lang)
        st.button(
            _("Save as version {n}", n=row.version + 1) if row else _("Save"),
            type="primary",
            icon=":material/save:",
            disabled=problem is not None or not (note.strip() or chosen),
            on_click=_save,
            args=(key, row, kind, lang, once(f"{key}_save").ticket),
            key=f"{key}_save",
        )


def _note_problem(note: str) -> SpecError | None:
    try:
        check_note(note)
    except SpecError as error:
        return error
    return None


def _identity(row: MaterialRow | None, key: str) -> tuple[str, str]:
    """The name, kind and language of a new note; those of another one never change."""
    if row is not None:
        st.markdown(f"**{plain(row.name)}** · {label(labels.KIND, row.kind)} · {lang_name(row.lang)}")
        return row.kind, row.lang
    st.text_input(_("Name"), key=f"{key}_name", placeholder=_("such as house"), **KEEP)
    kind = st.segmented_control(
        _("Kind"),
        kind_names(),
        format_func=lambda one: label(labels.KIND, one),
        default=kind_names()[0],
        required=True,
        key=f"{key}_kind",
    )
    lang = st.segmented_control(
        _("Language"), LANGS, format_func=lambda one: label(labels.LANG, one), default="en", required=True,
        key=f"{key}_lang",
    )  # fmt: skip
    return str(kind), str(lang)


def _examples(row: MaterialRow | None, key: str, kind: str, lang: str) -> list[int]:
    """Up to three approved drafts; those of the version before stay offered."""
    kept = [one["draft"] for one in row.body["examples"]] if row else []
    chosen = DraftFilter(kind=kind, lang=lang, review="approved")
    found = {
        one.id: f"#{one.id} {one.title} (L{one.level})" for one in shared.store().drafts.page(chosen, limit=OFFERED)
    }
    if not found and not kept:
        st.caption(
            _(
                "Approve some {kind} drafts in {language} to use them as examples.",
                kind=label(labels.KIND, kind),
                language=lang_name(lang),
            )
        )
        return []
    field = f"{key}_examples_{kind}_{lang}"
    st.session_state.setdefault(field, kept)
    return st.multiselect(
        _("Approved drafts as examples"),
        [*dict.fromkeys([*kept, *found])],
        format_func=lambda one: found.get(one, f"#{one}"),
        max_selections=MOST_EXAMPLES,
        placeholder=_("none"),
        key=field,
    )


def _save(key: str, row: MaterialRow | None, kind: str, lang: str, ticket: str) -> None:
    state, store, author = st.session_state, shared.store(), person.me().name
    if f"{key}_note" not in state:
        return  # the first click of two has saved it
    name = row.name if row else str(state.get(f"{key}_name") or "").strip()
    note, examples = state[f"{key}_note"], state.get(f"{key}_examples_{kind}_{lang}") or []
    problem = save_entry(
        key,
        ticket,
        Shelf("style", name, lang, kind),
        row,
        lambda: save_style(store, name, kind, lang, note, examples, author).version,
        ("note", "name", f"examples_{kind}_{lang}"),
    )
    if problem:
        state[PROBLEM] = problem


def _acceptance(row: MaterialRow) -> dict[str, str]:
    """How many of the drafts made with each version were approved, by its reference."""
    groups = acceptance_by(shared.store(), QualityFilter(kind=row.kind, lang=row.lang), ("style",))
    words = {}
    for one in groups:
        if one.names[0] and one.decided:
            said = _("{n} of {all} approved", n=f"{one.approved:,}", all=f"{one.decided:,}")
            if one.share is not None:
                said = _("{text} ({detail})", text=said, detail=charts.percent(one.share))
            words[one.names[0]] = said
    return words
