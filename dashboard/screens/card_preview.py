"""
The Anki cards of a draft, front and back, before they are exported.
"""

from __future__ import annotations

import streamlit as st

from dashboard import shared
from dashboard.charts import plain
from dashboard.screens.card import STYLE
from dashboard.text import _
from engine import DraftFilter, export

ANKI = ("anki", "anki-text")
"""The formats that make cards."""


def card_preview(chosen: DraftFilter, key: str) -> None:
    """Show the cards of the first draft chosen, one at a time."""
    if not st.toggle(_("Preview of the cards"), key=f"{key}_export_preview"):
        return
    (draft,) = shared.store().drafts.page(chosen, 1, 0, "oldest") or (None,)
    if draft is None:
        return
    faces = export.anki_preview(draft)
    page = min(st.session_state.get(f"{key}_export_card", 1), len(faces))
    shown = faces[page - 1]
    st.caption(plain(_("Card {n} of {all} from draft #{draft}", n=page, all=len(faces), draft=draft.id)))
    title = f'<div class="dm-title">{shown.title}</div>'
    for words, text in ((_("Front"), shown.front), (_("Back"), shown.back)):
        side = f'<div class="dm-sub">{words}</div>{title}{text}'
        st.html(f'{STYLE}<div class="dm dm-anki" lang="{draft.lang}">{side}</div>')
    if len(faces) > 1:
        st.pagination(len(faces), key=f"{key}_export_card")
