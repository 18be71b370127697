"""
The scores of a second model from which a draft is approved, or under which it is rejected, without a person.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.text import _
from engine.reports import ACCEPT_AT, REJECT_BELOW


def accept_field(key: str, **more: Any) -> None:
    """Choose the score from which drafts are approved, or never."""
    st.selectbox(
        _("Auto-approve at"),
        (None, *ACCEPT_AT),
        format_func=lambda one: _("never") if one is None else _("every score {n} or more", n=one),
        key=key,
        **more,
    )


def reject_field(key: str, **more: Any) -> None:
    """Choose the score under which drafts are rejected, or never."""
    st.selectbox(
        _("Auto-reject at"),
        (None, *REJECT_BELOW),
        format_func=lambda one: _("never") if one is None else _("a score under {n}", n=one),
        key=key,
        **more,
    )
