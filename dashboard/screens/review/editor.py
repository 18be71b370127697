"""
A draft's fields as a form, filled in with what it says; what is stored passes the checks of its kind.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.review import actions
from dashboard.screens.review.fields import Field, Path, fields_of, rebuilt
from dashboard.screens.review.state import page_state
from dashboard.text import _, error_text, message_text
from engine import DraftmillError, DraftRow, SpecError, edit_draft
from engine.kinds import words

LINE = 60
"""Characters a field of one line may hold before it becomes one of several."""


def editor(row: DraftRow) -> None:
    """Draw the form, and store what it holds."""
    with st.form(f"review_form_{row.id}", border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(_("Edit #{draft}", draft=row.id), width="stretch")
            st.form_submit_button(_("Cancel"), on_click=actions.edit, args=(None,), key=f"review_cancel_{row.id}")
            stored = st.form_submit_button(
                _("Save"), type="primary", icon=":material/save:", key=f"review_store_{row.id}"
            )
        st.caption(_("The original is kept. Press U to undo the edit."))
        problem = st.empty()
        values = _groups(row)
    if row.revision != page_state().opened:
        problem.error(_("This draft was changed after you opened the form. Cancel and open it again."))
    elif stored:
        told = _refused(row, rebuilt(row.content, values))
        if not told:
            actions.edit(None)
            page_state().said = _("#{draft} edited", draft=row.id)
            st.rerun()
        problem.error(plain(told), icon=":material/error:")


def _refused(row: DraftRow, content: dict[str, Any]) -> str:
    """Why an edit cannot be stored; empty when it has been."""
    try:
        edit_draft(shared.store(), row, content, page_state().who)
    except SpecError as error:
        return _("Not saved: {why}", why=message_text(error.fix))
    except DraftmillError as error:
        return error_text(error)
    return ""


def _groups(row: DraftRow) -> dict[Path, str]:
    """Each group of fields in two columns under its heading; long texts take both."""
    values: dict[Path, str] = {}
    grid = st.grid(2, min_column_width=240)
    for field in fields_of(row.content):
        if field.heading:
            group, own = field.heading
            st.markdown(f"**{label(words(), group)} {plain(own)}**")
            grid = st.grid(2, min_column_width=240)
        long = len(field.value) > LINE and not field.listed
        with grid.cell(column_span="all" if long else 1):
            values[field.path] = _widget(row.id, field)
    return values


def _widget(draft: int, field: Field) -> str:
    key, name = f"review_field_{draft}_{'_'.join(map(str, field.path))}", _name(field)
    if field.choices:
        return str(
            st.selectbox(
                name,
                field.choices,
                index=field.choices.index(field.value),
                format_func=lambda one: label(words(), one),
                key=key,
            )
        )
    if field.listed or len(field.value) > LINE or "\n" in field.value:
        lines = sum(1 + len(line) // 90 for line in field.value.split("\n"))
        return st.text_area(name, field.value, height=min(400, 60 + 26 * lines), key=key)
    return st.text_input(name, field.value, key=key)


def _name(field: Field) -> str:
    name = label(words(), field.name)
    return name + " · " + _("one per line") if field.listed else name
