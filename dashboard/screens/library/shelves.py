"""
What both views of the library share: the choice of an entry, its versions with their differences, the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import streamlit as st

from dashboard import labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.once import once
from dashboard.text import _, error_text, plural
from engine import DraftmillError, SpecError
from engine.review import MaterialRow, Shelf, difference

NEW = ""
"""The choice of an entry that is not there yet."""
MOST_LINES = 60
"""Lines of a difference that are shown."""


def choose(what: str, title: str, new: str, name: Callable[[MaterialRow], str]) -> MaterialRow | None:
    """
    The entry that is chosen, its newest version; None: a new one.

    Args:
        what: `words` or `style`.
        title: Of the field.
        new: What a new one is called.
        name: Of an entry.
    """
    rows = {str(row.id): row for row in shared.store().library.newest(what)}  # type: ignore[arg-type]  # one of the two
    key = f"library_{what}"
    if wanted := st.session_state.pop(f"{key}_saved", None):
        st.session_state[key] = next((found for found, row in rows.items() if row.shelf == wanted), NEW)
    if st.session_state.get(key) not in rows:
        st.session_state[key] = NEW
    chosen = st.selectbox(
        title,
        [NEW, *rows],
        format_func=lambda one: name(rows[one]) if one in rows else f"＋ {new}",
        key=key,
        persist_state="session",
    )
    return rows.get(str(chosen))


def save_entry(
    key: str, ticket: str, shelf: Shelf, row: MaterialRow | None, make: Callable[[], int], fields: Sequence[str]
) -> str:
    """
    Save an entry, once for two clicks, choose it, say what was done and empty its fields.

    Args:
        key: What the session keys of its fields begin with.
        ticket: Of the drawing that was clicked; see `once`.
        shelf: Of the entry.
        row: The version before; None: the entry is new, and its name must be free.
        make: Saves it and returns its version, without a look into the session.
        fields: The names of its fields.

    Returns:
        Why it was not saved; empty: it was.
    """
    store = shared.store()

    def act() -> list[int]:
        if row is None and store.library.find(shelf):
            raise SpecError(shelf.what, shelf.name, "material_taken")
        return [make()]

    done = once(f"{key}_save").start(ticket, act)
    if done.error:
        return done.problem
    _saved(shelf, done.started[0], row)
    for field in fields:
        st.session_state.pop(f"{key}_{field}", None)
    return ""


def _saved(shelf: Shelf, version: int, before: MaterialRow | None) -> None:
    """Choose the entry of a version that was just saved, and say what was done."""
    st.session_state[f"library_{shelf.what}_saved"] = shelf
    same = before is not None and before.version == version
    words = _("Nothing was changed: version {n} is the same.") if same else _("Saved as version {n}.")
    st.session_state["library_done"] = words.format(n=version)


def show_result(problem_key: str) -> None:
    """Show what the last press did, or why it did not."""
    if done := st.session_state.pop("library_done", ""):
        st.success(plain(done), icon=":material/check:")
    if problem := st.session_state.pop(problem_key, ""):
        st.error(plain(problem), icon=":material/error:")


def versions(row: MaterialRow, notes: Mapping[str, str] | None = None) -> None:
    """
    The versions of an entry, the newest first, each with what it changed.

    Args:
        row: Any of them.
        notes: A word on a version, by its reference.
    """
    rows = shared.store().library.versions(row.shelf)
    st.subheader(plural("{n} version", "{n} versions", len(rows)))
    for one, before in zip(rows, [*rows[1:], None], strict=True):
        head = " · ".join(
            filter(
                None,
                (
                    one.author,
                    datetime.fromtimestamp(one.created_at).strftime("%Y-%m-%d %H:%M"),
                    (notes or {}).get(one.ref, ""),
                ),
            )
        )
        title = _("Version {n}", n=one.version)
        with st.expander(f"**{title}** · {plain(head)}", key=f"library_version_{one.id}"):
            lines = difference(before, one)
            st.code("\n".join(lines[:MOST_LINES]), language="diff", wrap_lines=True)
            if len(lines) > MOST_LINES:
                st.caption(_("The first {n} are shown.", n=MOST_LINES))
    st.button(
        _("Archive"),
        icon=":material/archive:",
        help=_("It is not offered for new runs any more. Runs that used it keep it."),
        on_click=_archive,
        args=(row.shelf,),
        key=f"library_archive_{row.what}",
    )


def archived(what: str, name: Callable[[MaterialRow], str]) -> None:
    """Entries that are not offered any more, each with a button that brings it back."""
    rows = shared.store().library.newest(what, archived=True)  # type: ignore[arg-type]  # one of the two
    if not rows:
        return
    with st.expander(_("Archived ({n})", n=len(rows)), icon=":material/archive:"):
        for row in rows:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(name(row)))
                st.button(_("Restore"), on_click=_archive, args=(row.shelf, False), key=f"library_restore_{row.id}")


def lang_name(lang: str) -> str:
    """A language in the reader's."""
    return label(labels.LANG, lang)


def _archive(shelf: Shelf, is_archived: bool = True) -> None:
    try:
        shared.store().library.archive(shelf, is_archived).result()
    except DraftmillError as error:
        st.session_state[f"library_{shelf.what}_problem"] = error_text(error)
