"""
The practice provider's own settings: how slow it is, what it limits, what goes wrong on purpose.
"""

from __future__ import annotations

import streamlit as st

from dashboard import forms, labels
from dashboard.labels import label
from dashboard.screens.form.fields import Errors, errors_beside, segments
from dashboard.screens.form.state import KEEP, Form
from dashboard.text import _


def practice_settings(form: Form, errors: Errors) -> None:
    """Latency, limits and faults of the practice provider, folded away."""
    with st.expander(_("Practice provider: latency, limits, faults"), icon=":material/science:"):
        st.caption(_("Runs on this machine, needs no key, and writes drafts marked as practice."))
        _latency(form, errors)
        _limits(form, errors)
        _faults(form, errors)


def _latency(form: Form, errors: Errors) -> None:
    titles = {
        "practice_base_ms": (_("Latency per request (ms)"), 100.0),
        "practice_item_ms": (_("Latency per draft (ms)"), 50.0),
        "practice_jitter": (_("Jitter (0 to 1)"), 0.05),
        "practice_seed": (_("Seed"), 1),
    }
    with st.grid(4, min_column_width=105):
        for field, (title, step) in titles.items():
            _figure(form, field, title, step, errors)


def _limits(form: Form, errors: Errors) -> None:
    titles = {
        "practice_rpm": (_("Requests per window"), 1),
        "practice_window_s": (_("Window (s)"), 1.0),
        "practice_max_in_flight": (_("Parallel requests"), 1),
        "practice_time_scale": (_("Time scale"), 1.0),
    }
    with st.grid(4, min_column_width=105, vertical_alignment="bottom"):
        for field, (title, step) in titles.items():
            _figure(form, field, title, step, errors)
    st.caption(_("0 means no limit."))
    shape, known = st.columns(2, vertical_alignment="top")
    with shape:
        segments(form, "practice_shape", _("Limit type"), tuple(labels.SHAPE), labels.SHAPE)
    with known:
        st.toggle(_("Draftmill knows these limits"), key=form.key("practice_known"), **KEEP)
        st.toggle(_("429 replies include Retry-After"), key=form.key("practice_retry_after"), **KEEP)


def _faults(form: Form, errors: Errors) -> None:
    st.multiselect(
        _("Simulated errors"),
        tuple(labels.FAULT),
        format_func=lambda name: label(labels.FAULT, name),
        key=form.key("practice_faults"),
        placeholder=_("none"),
        **KEEP,
    )
    chosen = form.values()["practice_faults"]
    if chosen:
        with st.grid(4, min_column_width=150, vertical_alignment="bottom"):
            for fault in chosen:
                st.session_state.setdefault(form.key(f"practice_fault_{fault}"), forms.FAULT_PERCENT)
                name = f"{label(labels.FAULT, fault)}, %"
                st.number_input(name, step=1.0, key=form.key(f"practice_fault_{fault}"), **KEEP)
    errors_beside(errors, "practice_faults", "practice_shape")


def _figure(form: Form, field: str, title: str, step: float, errors: Errors) -> None:
    with st.container(gap="xsmall"):
        st.number_input(title, step=step, key=form.key(field), **KEEP)
        errors_beside(errors, field)
