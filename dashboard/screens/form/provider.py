"""
Who writes: the provider, its model, its key, its limits and address.
"""

from __future__ import annotations

import time

import streamlit as st

from dashboard import charts, forms, labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.form.fields import Errors, errors_beside
from dashboard.screens.form.state import KEEP, Form
from dashboard.text import _
from engine import SpecError
from engine.profiles import Profile
from engine.reports import midnight


def profile_chosen(form: Form) -> Profile | None:
    """The profile the form names; None when the catalog does not know it."""
    try:
        return shared.catalog().profile(form.values()["provider"])
    except SpecError:
        return None


def who_writes(form: Form, errors: Errors, profile: Profile | None) -> None:
    """Provider, model, temperature, budget; the key's state under them; limits and address folded away."""
    with st.container(border=True):
        st.header(_("Model"))
        with st.container(key=f"model_row_{form.key('')}"):
            provider, model, temperature, budget = st.columns([2, 2, 1, 1])
        with provider:
            _provider(form, errors)
        with model:
            _model(form, errors, profile)
        with temperature:
            st.number_input(_("Temperature"), step=0.1, key=form.key("temperature"), **KEEP)
            st.caption(_("{low} to {high}", low=0, high=2))
            errors_beside(errors, "temperature")
        with budget:
            _figure(form, "budget_usd", _("Budget (USD)"), _("none"), errors, step=0.5, digits="%.4g")
            if profile and profile.budget_day_usd is not None:
                st.caption(_day(profile, profile.budget_day_usd))
        if profile:
            _key(form, profile)
            _limits(form, errors, profile)


def _day(profile: Profile, budget_usd: float) -> str:
    spent = shared.store().calls.spent_since(profile.name, midnight(time.time()))
    return _("Today {spent} of {budget}", spent=charts.money(spent), budget=charts.money(budget_usd))


def _provider(form: Form, errors: Errors) -> None:
    catalog = shared.catalog()
    st.selectbox(
        _("Provider"),
        catalog.names(),
        format_func=lambda name: _provider_name(catalog.profile(name)),
        key=form.key("provider"),
        on_change=form.provider_chosen,
        **KEEP,
    )
    errors_beside(errors, "provider")


def _provider_name(profile: Profile) -> str:
    return label(labels.PROVIDER, profile.name) if profile.name in labels.PROVIDER else profile.label or profile.name


def _model(form: Form, errors: Errors, profile: Profile | None) -> None:
    known = [model for model in profile.models if model != profile.default_model] if profile else []
    current = form.values()["model"]
    others = [current] if current and current not in known else []
    st.selectbox(
        _("Model"),
        ["", *known, *others],
        format_func=lambda name: name or (profile.default_model if profile else _("provider default")),
        accept_new_options=True,
        key=form.key("model"),
        **KEEP,
    )
    errors_beside(errors, "model")


def _key(form: Form, profile: Profile) -> None:
    problem = shared.start_problem(profile)
    if problem is None:
        words = _("The key is set.") if profile.key_env else _("This provider needs no key.")
        if profile.key_env and not shared.runner().needs_keys:
            words = _("The workers have the key.")
        st.caption(f":green[:material/key: {words}]")
    elif problem.value == "":
        _no_key(form, profile)
    else:
        st.error(plain(problem), icon=":material/key_off:")


def _no_key(form: Form, profile: Profile) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            _(
                "**No key yet.** Set the environment variable `{name}` and start Draftmill again, or write "
                '`{name} = "..."` into `.streamlit/secrets.toml`. Without a key you can try everything on the '
                "practice provider.",
                name=profile.key_env,
            )
        )
        st.button(
            _("Use the practice provider"), on_click=form.practise, icon=":material/science:", key=form.key("practise")
        )


def _limits(form: Form, errors: Errors, profile: Profile) -> None:
    limits = profile.limits
    given = any(form.values()[name] not in (None, "") and form.values()[name] is not False for name in forms.OVERRIDES)
    with st.expander(_("Limits and address"), icon=":material/speed:", expanded=given):
        st.caption(_("Leave a field empty to use the provider's profile. 0 means the limit is unknown."))
        with st.grid(3, min_column_width=130):
            _figure(form, "rpm", _("Requests per window"), f"{limits.rpm:,}", errors)
            _figure(form, "tpm", _("Tokens per window"), f"{limits.tpm:,}", errors)
            _figure(form, "max_in_flight", _("Parallel requests"), f"{limits.max_in_flight:,}", errors)
            _figure(form, "window_s", _("Window (s)"), f"{limits.window_s:g}", errors, step=1.0)
            with st.container(gap="xsmall"):
                _shape(form, limits.shape)
            _figure(form, "deadline_s", _("Request timeout (s)"), f"{profile.deadline_s:g}", errors, step=1.0)
            longest = f"{profile.max_tokens:,}" if profile.max_tokens else _("as needed")
            _figure(form, "max_tokens", _("Longest reply (tokens)"), longest, errors)
        address, key_env = st.columns([2, 1])
        with address:
            own = _("starts automatically") if profile.name == "practice" else profile.base_url
            st.text_input(_("Base URL"), key=form.key("base_url"), placeholder=own, **KEEP)
            errors_beside(errors, "base_url")
        with key_env:
            st.text_input(_("Key variable"), key=form.key("key_env"), placeholder=profile.key_env or _("none"), **KEEP)
            errors_beside(errors, "key_env")
        if not profile.private_network:
            st.toggle(_("Allow a private network"), key=form.key("private_network"), **KEEP)
            errors_beside(errors, "private_network")


def _figure(
    form: Form, field: str, title: str, known: str, errors: Errors, step: float = 1, digits: str | None = None
) -> None:
    """A field that may be empty, also again after something was typed: `value` is what makes it so."""
    with st.container(gap="xsmall"):
        st.number_input(title, value=None, step=step, format=digits, key=form.key(field), placeholder=known, **KEEP)
        errors_beside(errors, field)


def _shape(form: Form, known: str) -> None:
    st.selectbox(
        _("Limit type"),
        tuple(labels.SHAPE),
        index=None,
        format_func=lambda name: label(labels.SHAPE, name),
        placeholder=label(labels.SHAPE, known),
        key=form.key("shape"),
        **KEEP,
    )
