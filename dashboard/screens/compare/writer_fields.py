"""
Who is compared: models of any provider, temperatures, a second model.
"""

from __future__ import annotations

import streamlit as st

from dashboard import compare_form, shared
from dashboard.labels import label
from dashboard.screens.compare.state import FORM
from dashboard.screens.form.fields import Errors, errors_beside
from dashboard.screens.form.state import KEEP
from dashboard.screens.form.thresholds import accept_field, reject_field
from dashboard.text import N_, _
from engine.reports import PRESETS

JUDGES = {"all": N_("every setting"), "others": N_("every setting but its own")}


def writer_fields(errors: Errors) -> None:
    """Models and temperatures; without any, those of the Model card."""
    known = _known()
    values = FORM.values()
    models, warmths = st.columns([3, 1])
    with models:
        st.multiselect(
            _("Models to compare"),
            list(dict.fromkeys([*known, *values["models"]])),
            accept_new_options=True,
            key=FORM.key("models"),
            placeholder=_("only the model below"),
            on_change=_models_chosen,
            help=_("A model of any provider, such as openrouter: vendor/model. Every one makes the same drafts."),
            **KEEP,
        )
        errors_beside(errors, "models")
    with warmths:
        st.text_input(
            _("Temperatures"),
            key=FORM.key("temperatures"),
            placeholder=_("as below"),
            help=_("Such as 0.2, 0.9"),
            **KEEP,
        )
        errors_beside(errors, "temperatures")
    _styles(errors)
    _judge(known)


def _styles(errors: Errors) -> None:
    """Versions of the style notes for this kind and language, where there are some."""
    values, library = FORM.values(), shared.store().library
    here = [row for row in library.newest("style") if (row.kind, row.lang) == (values["kind"], values["lang"])]
    known = [one.ref for row in here for one in library.versions(row.shelf)]
    if not known and not values["styles"]:
        return
    st.multiselect(
        _("Style notes to compare"),
        list(dict.fromkeys([*known, *values["styles"]])),
        key=FORM.key("styles"),
        placeholder=_("none"),
        on_change=_models_chosen,
        **KEEP,
    )
    errors_beside(errors, "styles")


def _known() -> list[str]:
    """The models of every provider whose key is there."""
    catalog = shared.catalog()
    profiles = [catalog.profile(name) for name in catalog.names()]
    ready = [profile for profile in profiles if shared.start_problem(profile) is None]
    return [f"{profile.name}: {model}" for profile in ready for model in profile.models]


def _judge(known: list[str]) -> None:
    current = FORM.values()["judge"]
    judge, which, accept, reject = st.columns([3, 2, 2, 2])
    with judge:
        st.selectbox(
            _("Second model"),
            ["", *dict.fromkeys([*known, *([current] if current else [])])],
            format_func=lambda one: one or _("none"),
            key=FORM.key("judge"),
            help=_("Scores the drafts of each setting when its run has ended; its cost counts for the setting."),
            **KEEP,
        )
    if not current:
        return
    with which:
        st.selectbox(
            _("It judges"),
            list(JUDGES),
            format_func=lambda one: label(JUDGES, one),
            key=FORM.key("judge_which"),
            help=_("All but its own: a fast model with a judge against the strong model alone."),
            **KEEP,
        )
    with accept:
        accept_field(FORM.key("accept_at"), **KEEP)
    with reject:
        reject_field(FORM.key("reject_below"), **KEEP)


def _models_chosen() -> None:
    """Models are compared at one preset, unless the presets were chosen by hand."""
    values = FORM.values()
    if (values["models"] or values["styles"]) and list(values["arms"]) == list(PRESETS):
        FORM.put({"arms": [compare_form.WITH_MODELS]})
    elif not (values["models"] or values["styles"]) and list(values["arms"]) == [compare_form.WITH_MODELS]:
        FORM.put({"arms": list(PRESETS)})
