"""
The Launch form between reruns: its session keys, its values, and what fills it in.

The keys are declared here and nowhere else; none depends on the language.
"""

from __future__ import annotations

import uuid
from typing import Any

import streamlit as st

from dashboard import forms

NONCE = "launch_nonce"
STARTED = "launch_started"
PROBLEM = "launch_problem"


def key(field: str) -> str:
    """The session key of a field's widget."""
    return f"launch_{field}"


def values() -> dict[str, Any]:
    """The form as it stands."""
    form = {field: st.session_state.get(key(field), default) for field, default in forms.DEFAULTS.items()}
    for fault in form["practice_faults"]:
        form[f"practice_fault_{fault}"] = st.session_state.get(key(f"practice_fault_{fault}"), forms.FAULT_PERCENT)
    return form


def put(fields: dict[str, Any]) -> None:
    """Fill fields in. Only before their widgets are drawn, or in a callback."""
    for field, value in fields.items():
        st.session_state[key(field)] = value


def begin() -> None:
    """Fill in what this session has not touched yet."""
    put({field: value for field, value in forms.DEFAULTS.items() if key(field) not in st.session_state})
    st.session_state.setdefault(NONCE, uuid.uuid4().hex)


def preset_chosen() -> None:
    """A preset turns the four dials."""
    form = values()
    put(forms.dials_of(form["preset"], forms.count(form)))


def dial_turned() -> None:
    """A dial turned by hand is no preset any more."""
    put({"preset": forms.CUSTOM})


def provider_chosen() -> None:
    """Another provider has other models, limits and addresses."""
    put({"model": "", **dict.fromkeys(forms.OVERRIDES)})


def follow_size(n: int) -> None:
    """Under `auto` the dials follow the size of the run."""
    if st.session_state[key("preset")] == "auto":
        put(forms.dials_of("auto", n))
