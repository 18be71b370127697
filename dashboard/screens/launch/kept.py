"""
The form kept in the browser: a refresh, or a new session, begins with what was typed.

What comes back from a browser is checked field by field: a value that the form cannot hold is left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import shared
from dashboard.screens.form.passages import passages_of, references
from dashboard.screens.launch.kept_fields import readers
from dashboard.screens.launch.state import FORM

MOST_CHARACTERS = 1_000_000
TYPED = ("topics", "text_pasted", "text_name")
"""The fields that are kept while they are typed, before they are sent."""
_SCRIPT = Path(__file__).with_name("kept.js").read_text("utf-8")
_KEY = "draftmill_launch"
_component = st.components.v2.component("draftmill_launch", js=_SCRIPT)


def keep_form() -> None:
    """Fill the form in from the browser, once a session, and keep it there from then on. Before its widgets."""
    asks = FORM.take("untouched") is not False
    values = FORM.values()
    kept = {name: values[name] for name in readers(())}
    kept["passages"] = references(values["passages"])
    data = {"ask": asks, "values": kept, "typed": {FORM.key(name): name for name in TYPED}}
    _component(data=data, key=_KEY, on_kept_change=_restore)
    FORM.leave("untouched", False)


def touched() -> None:
    """The form was filled in otherwise, as from a run: what the browser has kept is not asked for."""
    FORM.leave("untouched", False)


def read_kept(text: str, providers: Sequence[str]) -> dict[str, Any]:
    """
    What the form can take of a kept one, the passages as references.

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
    made: dict[str, Any] = {}
    for name, read in readers(providers).items():
        with suppress(ValueError):
            if name in found:
                made[name] = read(found[name])
    return made


def _restore() -> None:
    if text := st.session_state[_KEY].kept:
        kept = read_kept(text, shared.catalog().names())
        FORM.put({**kept, "passages": passages_of(shared.store(), kept.get("passages", ()))})
