"""
How the drafts of a run cover its word list.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, shared
from dashboard.charts import plain
from dashboard.text import _
from engine.reports import Progress, coverage_of


def words_view(seen: Progress) -> None:
    """A row for each target word, those that no draft uses first."""
    found = coverage_of(shared.store(), seen.run)
    if found is None:
        st.caption(_("This run has no word list."))
        return
    total = len(found.words)
    words = _("{used} of {total} words of {list} are used", used=f"{found.used:,}", total=f"{total:,}", list=found.ref)
    st.progress(found.used / total, text=plain(words))
    rows = sorted(found.words, key=lambda one: (one.used > 0, one.used))
    st.dataframe(
        [
            {_("Word"): one.word, _("Asked for"): one.asked, _("Used"): one.used, _("Missing"): one.missing}
            for one in rows
        ],
        hide_index=True,
        alt=plain(words),
    )
    if found.used < total and not any(one.missing for one in found.words if not one.used):
        st.caption(
            _("The words that are not used were not asked for: the run has fewer slots than the list has words.")
        )
    elif found.used < total:
        share = charts.percent(found.used / total)
        st.caption(
            _("{share} are covered. Reject the drafts that lack a word and regenerate them, or run again.", share=share)
        )
