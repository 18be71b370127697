"""
What a person keeps about a run: tags and a note; the archive; deleting its drafts, with what goes.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.text import _, error_text, plural, sentences
from engine import DraftmillError, RunRow
from engine.reports import Deletion

ENDED = ("done", "incomplete", "cancelled")


def more_menu(row: RunRow) -> None:
    """A button that opens the panel; what it has to say about the last press is shown on the page."""
    with st.popover(_("More"), icon=":material/more_horiz:", key="run_more"):
        _describe(row)
        words, icon = (_("Take out of the archive"), "unarchive") if row.archived else (_("Archive"), "archive")
        st.button(words, icon=f":material/{icon}:", on_click=_archive, args=(row,), key="run_archive")
        if row.state in ENDED:
            _delete(row, shared.store().run_list.deletion(row.id))


def _describe(row: RunRow) -> None:
    tags, words = row.tags or [], _("Add a tag")
    st.multiselect(_("Tags"), tags, default=tags, accept_new_options=True, key="run_tags", placeholder=words)
    st.text_area(_("Note"), row.remark, key="run_remark", height=80)
    st.button(_("Save"), icon=":material/save:", on_click=_save, args=(row.id,), key="run_describe")


def _delete(row: RunRow, found: Deletion) -> None:
    st.divider()
    st.markdown(f"**{_('Delete the drafts')}**")
    st.markdown(plain(deletion_words(found)))
    sure = found.approved == 0 or st.checkbox(
        plural("Also delete {n} approved draft", "Also delete {n} approved drafts", found.approved),
        key="run_delete_sure",
    )
    st.button(
        _("Delete for good"),
        icon=":material/delete_forever:",
        on_click=_remove,
        args=(row.id, found.approved > 0),
        disabled=not sure,
        key="run_delete",
    )


def deletion_words(found: Deletion) -> str:
    """What deleting takes away and what stays, in words."""
    counted = [
        plural("{n} draft", "{n} drafts", found.drafts),
        _("{n} of them pending", n=f"{found.pending:,}"),
        _("{n} approved", n=f"{found.approved:,}"),
    ]
    if found.reviews:
        counted.append(plural("{n} review by a second model", "{n} reviews by a second model", found.reviews))
    gone = _("This deletes {what}, with raw replies and decisions.", what=_(", ").join(counted))
    return sentences(gone, _("The calls and their cost stay in the accounts. It cannot be undone."))


def _save(run: int) -> None:
    """The fields as they are now: one may have changed with the same press."""
    tags, remark = st.session_state["run_tags"], st.session_state["run_remark"]
    _try(lambda: shared.store().run_list.describe(run, tags, remark or "").result(), _("Saved."))


def _archive(row: RunRow) -> None:
    back, away = _("Taken out of the archive."), _("Archived. Switch on Archived above the runs to see it.")
    words = back if row.archived else away
    _try(lambda: shared.store().run_list.archive(row.id, not row.archived).result(), words)


def _remove(run: int, approved: bool) -> None:
    _try(lambda: shared.store().run_list.delete(run, approved=approved).result())


def _try(change: Callable[[], None], done: str = "") -> None:
    try:
        change()
    except DraftmillError as error:
        st.session_state["runs_problem"] = error_text(error)
        return
    if done:
        st.toast(done, icon=":material/check:")
