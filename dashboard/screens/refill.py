"""
One button for what was rejected: asked for again, only those slots. For the Review page and the run page.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.text import _, error_text
from engine import DraftFilter, DraftmillError


def refill_button(chosen: DraftFilter, key: str) -> None:
    """
    Offer to ask again for the rejected drafts of a filter; draws nothing when there are none.

    Args:
        chosen: Which drafts; their own review state is left aside.
        key: Of the button, and of what is said after it.
    """
    count = sum(shared.store().drafts.refillable(chosen).values())
    if count:
        st.button(
            _("Regenerate {n} rejected", n=f"{count:,}"),
            icon=":material/autorenew:",
            help=_("Requests replacements for the rejected drafts only, in a separate run. Nothing is overwritten."),
            on_click=_refill,
            args=(chosen, key),
            key=key,
        )
    if problem := st.session_state.pop(f"{key}_problem", None):
        st.error(plain(problem), icon=":material/error:")
    for run in st.session_state.pop(f"{key}_runs", ()):
        words = _("Regenerating in run {run}", run=run)
        st.page_link(shared.RUNS, label=words, query_params={"run": str(run)}, icon=":material/autorenew:")


def _refill(chosen: DraftFilter, key: str) -> None:
    runs = st.session_state[f"{key}_runs"] = list[int]()
    try:
        for run in shared.store().drafts.refillable(chosen):
            runs.append(shared.runner().refill(run, chosen))
    except DraftmillError as error:
        st.session_state[f"{key}_problem"] = error_text(error)
