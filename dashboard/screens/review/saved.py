"""
Saved filters: a person names what the page shows, and shows it again later, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.screens import person
from dashboard.screens.review.address import SAVED, Wanted
from dashboard.screens.review.state import page_state
from dashboard.text import _, error_text
from engine import DraftmillError
from engine.review import LONGEST_FILTER_NAME, SavedFilter

_NAME = "review_filter_name"


def saved_menu(wanted: Wanted) -> None:
    """A button that opens the person's saved filters, and a field to save the filters that are on."""
    panel = st.popover(_("Saved filters"), icon=":material/bookmark:", key="review_saved", on_change="rerun")
    if panel.open:
        with panel, shared.telling():
            _list(shared.store().saved_filters.all(person.me()))
            _form(wanted.query)


def _list(found: list[SavedFilter]) -> None:
    if not found:
        st.caption(_("Set filters, a tab and an order, then save them here under a name."))
    for at, one in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(plain(one.name), on_click=_apply, args=(one.query,), key=f"review_filter_{at}", width="stretch")
            st.button(
                _("Delete"),
                help=plain(_("Delete the saved filter {name}", name=one.name)),
                type="tertiary",
                on_click=_try,
                args=(lambda name=one.name: shared.store().saved_filters.delete(person.me(), name),),
                key=f"review_filter_delete_{at}",
            )


def _form(query: Mapping[str, str]) -> None:
    with st.form("review_filter_form", border=False, clear_on_submit=True):
        st.text_input(_("Name"), key=_NAME, max_chars=LONGEST_FILTER_NAME)
        st.form_submit_button(
            _("Save these filters"),
            icon=":material/bookmark_add:",
            disabled=not query,
            help=None if query else _("No filter is set."),
            on_click=_save,
            args=(query,),
        )


def _apply(query: Mapping[str, str]) -> None:
    for name in SAVED:
        if name in st.query_params:
            del st.query_params[name]
    for name, value in query.items():
        if name in SAVED:
            st.query_params[name] = value


def _save(query: Mapping[str, str]) -> None:
    _try(lambda: shared.store().saved_filters.save(person.me(), st.session_state[_NAME], query))


def _try(change: Callable[[], Future[None]]) -> None:
    try:
        change().result()
    except DraftmillError as error:
        page_state().tell(problem=error_text(error))
