"""
A recipe loaded into the Launch form: a TOML file that says what to make and how fast.
"""

from __future__ import annotations

import streamlit as st

from dashboard import forms, labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.launch.kept import touched
from dashboard.screens.launch.state import FORM, REUSE_CHOSEN
from dashboard.text import _, error_text
from engine import DraftmillError, Job, export

_FILE = "recipe_file"
_LOADED = "recipe_loaded"
_PROBLEM = "recipe_problem"
_LEFT_OUT = "recipe_left_out"


def recipe_popover() -> None:
    """A button that takes a recipe; the result of the last one stays below it."""
    with st.popover(_("Load a recipe"), icon=":material/menu_book:", key=FORM.key("recipe")):
        st.file_uploader(
            _("Recipe (TOML)"),
            type=["toml"],
            max_upload_size=export.MOST_RECIPE_BYTES // 2**20,
            help=_("Saved under “Copy as CLI command”, here or on the page of a run."),
            on_change=_load,
            key=FORM.key(_FILE),
        )
    if problem := FORM.left(_PROBLEM):
        st.error(plain(problem), icon=":material/error:")
    if loaded := FORM.take(_LOADED):
        st.toast(_("The form is filled in from {file}.", file=plain(loaded)), icon=":material/menu_book:")
    if left_out := FORM.left(_LEFT_OUT):
        words = _(", ").join(label(labels.FIELD, name) for name in left_out)
        st.warning(_("Not in this form, and left out: {names}.", names=plain(words)), icon=":material/rule:")


def _load() -> None:
    """Fill the form in from the file; a file that is no recipe changes nothing."""
    for name in (_PROBLEM, _LEFT_OUT):
        FORM.leave(name, None)
    file = st.session_state.get(FORM.key(_FILE))
    if file is None:
        return
    try:
        job = export.read_recipe_bytes(file.getvalue(), file.name).job(shared.store())
        job.profile(shared.catalog())
    except DraftmillError as error:
        FORM.leave(_PROBLEM, error_text(error))
        return
    FORM.put(forms.values_of(job))
    FORM.leave(REUSE_CHOSEN, True)
    FORM.leave(_LOADED, file.name)
    FORM.leave(_LEFT_OUT, left_out(job))
    touched()


def left_out(job: Job) -> list[str]:
    """What a job changes of its provider's profile and the form has no field for."""
    return [name for name in job.overrides.given() if name not in forms.OVERRIDES]
