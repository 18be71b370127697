"""A form between reruns: touched fields stay, a changed setting leaves the preset."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from dashboard import forms
from dashboard.screens.form.state import Form

DEFAULTS = {"preset": "combined", "model": "m", "concurrency": 4, "practice_faults": [], "topics": "Campus"}


@pytest.fixture
def form() -> Iterator[Form]:
    """A form that nobody has touched."""
    st.session_state.clear()
    made = Form("test", DEFAULTS)
    made.begin()
    yield made
    st.session_state.clear()


def test_a_new_form_holds_its_defaults(form: Form) -> None:
    """Every field begins with its default."""
    assert form.values() == DEFAULTS


def test_begin_keeps_what_was_touched(form: Form) -> None:
    """A rerun changes no field that was filled in."""
    form.put({"topics": "Travel"})
    form.begin()
    assert form.values()["topics"] == "Travel"


def test_two_forms_share_no_field(form: Form) -> None:
    """Launch and Compare are filled in independently."""
    other = Form("other", DEFAULTS)
    form.put({"topics": "Travel"})
    assert (form.key("topics") != other.key("topics"), other.values()["topics"]) == (True, "Campus")


def test_what_a_callback_leaves_is_taken_once(form: Form) -> None:
    """What is left for the page is shown by one drawing."""
    form.leave("loaded", "a recipe")
    assert [form.take("loaded"), form.take("loaded")] == ["a recipe", None]


def test_a_single_setting_is_no_preset(form: Form) -> None:
    """A setting changed by hand leaves the preset."""
    form.setting_changed()
    assert form.values()["preset"] == forms.CUSTOM


def test_another_provider_has_its_own_model(form: Form) -> None:
    """The model of one provider is not kept for another."""
    form.provider_chosen()
    assert form.values()["model"] == ""


@pytest.mark.parametrize(("preset", "followed"), [("auto", True), ("combined", False)])
def test_only_auto_follows_the_size(form: Form, preset: str, followed: bool) -> None:
    """Another number of drafts changes the settings under auto alone."""
    form.put({"preset": preset, "concurrency": -1})
    form.follow_size(500)
    assert (form.values()["concurrency"] != -1) is followed


def test_each_simulated_error_has_its_share(form: Form) -> None:
    """An error that is switched on has a share, the default until somebody sets it."""
    form.put({"practice_faults": ["503", "short"], "practice_fault_short": 30})
    values = form.values()
    assert (values["practice_fault_503"], values["practice_fault_short"]) == (forms.FAULT_PERCENT, 30)
