"""
The form kept in the browser: a refresh, or a new session, begins with what was typed.

What comes back from a browser is checked field by field: a value that the form cannot hold is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import forms, shared
from dashboard.screens.launch.state import FORM
from engine.kinds import kind_names
from engine.reports import LANGS, LEVELS, PRESETS

MOST_CHARACTERS = 1_000_000
LARGEST = 1_000_000
_SCRIPT = Path(__file__).with_name("kept.js").read_text("utf-8")
_KEY = "draftmill_launch"
_component = st.components.v2.component("draftmill_launch", js=_SCRIPT)


def keep_form() -> None:
    """Fill the form in from the browser, once a session, and keep it there from then on. Before its widgets."""
    asks = FORM.take("untouched") is not False
    values = FORM.values()
    kept = {name: values[name] for name in _checks(())}
    data = {"ask": asks, "values": kept, "topics": FORM.key("topics")}
    _component(data=data, key=_KEY, on_kept_change=_restore)
    FORM.leave("untouched", False)


def touched() -> None:
    """The form was filled in otherwise, as from a run: what the browser has kept is not asked for."""
    FORM.leave("untouched", False)


def read_kept(text: str, providers: Sequence[str]) -> dict[str, Any]:
    """
    What the form can take of a kept one.

    Args:
        text: JSON as the browser kept it; anything else gives nothing.
        providers: Those of the catalog.
    """
    try:
        found = json.loads(text[:MOST_CHARACTERS])
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name, fits in _checks(providers).items() if name in found and fits(found[name])}


def _checks(providers: Sequence[str]) -> Mapping[str, Callable[[Any], bool]]:
    presets = (*PRESETS, forms.CUSTOM)
    return {
        "kind": lambda value: value in kind_names(),
        "lang": lambda value: value in LANGS,
        "levels": lambda value: isinstance(value, list) and all(_whole(one) and one in LEVELS for one in value),
        "topics": lambda value: isinstance(value, str),
        "topics_as_typed": lambda value: isinstance(value, bool),
        "per_combo": _whole,
        "provider": lambda value: value in providers,
        "model": lambda value: isinstance(value, str),
        "temperature": _number,
        **dict.fromkeys(("words", "known_words", "style"), lambda value: isinstance(value, str)),
        "target_words": _whole,
        "blank_words": lambda value: isinstance(value, bool),
        "budget_usd": lambda value: value is None or _number(value),
        "preset": lambda value: value in presets,
        **dict.fromkeys(forms.DIALS, _whole),
    }


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _number(value: Any) -> bool:
    return isinstance(value, float) and abs(value) <= LARGEST


def _restore() -> None:
    if kept := st.session_state[_KEY].kept:
        FORM.put(read_kept(kept, shared.catalog().names()))
