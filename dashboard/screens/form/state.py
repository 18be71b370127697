"""
A form between reruns: its session keys, its values, and what fills it in. Launch and Compare each have one.

The keys are made here and nowhere else; none depends on the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import forms

KEEP: dict[str, Any] = {"persist_state": "session"}
"""Of a widget whose value outlives a visit to another page."""


class Form:
    """
    One page's form in the session state.

    Args:
        prefix: What its session keys begin with.
        defaults: Every field and what it holds until somebody touches it.
    """

    def __init__(self, prefix: str, defaults: Mapping[str, Any]) -> None:
        self._prefix = prefix
        self._defaults = defaults

    def key(self, field: str) -> str:
        """The session key of a field's widget."""
        return f"{self._prefix}_{field}"

    def values(self) -> dict[str, Any]:
        """The form as it is now."""
        form = {field: st.session_state.get(self.key(field), default) for field, default in self._defaults.items()}
        for fault in form["practice_faults"]:
            form[f"practice_fault_{fault}"] = st.session_state.get(
                self.key(f"practice_fault_{fault}"), forms.FAULT_PERCENT
            )
        return form

    def put(self, fields: Mapping[str, Any]) -> None:
        """Fill fields in. Only before their widgets are drawn, or in a callback."""
        for field, value in fields.items():
            st.session_state[self.key(field)] = value

    def begin(self) -> None:
        """Fill in what this session has not touched yet."""
        known = st.session_state
        self.put({field: value for field, value in self._defaults.items() if self.key(field) not in known})

    def take(self, name: str) -> Any:
        """What a callback left for the page, once."""
        return st.session_state.pop(self.key(name), None)

    def left(self, name: str) -> Any:
        """What was left under a name, and stays there; None: nothing."""
        return st.session_state.get(self.key(name))

    def leave(self, name: str, value: object) -> None:
        """Leave something for the page that is drawn next."""
        st.session_state[self.key(name)] = value

    def preset_chosen(self) -> None:
        """A preset sets the four settings of speed."""
        form = self.values()
        self.put(forms.settings_of(form["preset"], forms.count(form)))

    def setting_changed(self) -> None:
        """A setting changed by hand is no preset any more."""
        self.put({"preset": forms.CUSTOM})

    def provider_chosen(self) -> None:
        """Another provider has other models, limits and addresses."""
        self.put({"model": "", **forms.AS_PROFILE})

    def practise(self) -> None:
        """Ask the practice provider instead: it needs no key."""
        self.put({"provider": "practice"})
        self.provider_chosen()

    def follow_size(self, n: int) -> None:
        """Under `auto` the settings follow the size of the run."""
        if st.session_state[self.key("preset")] == "auto":
            self.put(forms.settings_of("auto", n))
