"""
Limits, the day's budget and prices of a provider: edited here, checked and kept by the engine.

The callbacks leave what went wrong, or that it is kept, in the session; the page drawn next shows it beside its panel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.text import _, error_text, explain, plural, sentences
from engine import DraftmillError, SpecError
from engine.profiles import Limits, Price, Profile, refresh_prices, save_profile
from engine.reports import midnight

PRICES = ("input_usd", "output_usd", "cached_usd")


def limits_panel(profile: Profile) -> None:
    """What the provider allows, and the most a day may cost."""
    st.markdown(f"**{_('Limits')}**")
    limits = profile.limits
    with st.grid(3, min_column_width=110, vertical_alignment="bottom"):
        _number(profile, "rpm", _("Requests per window"), limits.rpm)
        _number(profile, "tpm", _("Tokens per window"), limits.tpm)
        _number(profile, "max_in_flight", _("Parallel requests"), limits.max_in_flight)
        _number(profile, "window_s", _("Window (s)"), limits.window_s, step=1.0)
        st.selectbox(
            _("Limit type"),
            tuple(labels.SHAPE),
            index=tuple(labels.SHAPE).index(limits.shape),
            format_func=lambda shape: label(labels.SHAPE, shape),
            key=_key(profile, "shape"),
        )
        _number(profile, "budget_day_usd", _("Daily budget (USD)"), profile.budget_day_usd, step=0.5)
    st.caption(sentences(_("0 means unknown: Draftmill detects the limit."), _today(profile)))
    _buttons(profile, "limits", _save_limits, {"limits": None, "budget_day_usd": None})


def prices_panel(profile: Profile) -> None:
    """What a model costs; the provider's own list where it has one."""
    st.markdown(f"**{_('Prices, USD per million tokens')}**")
    named = dict.fromkeys(filter(None, [profile.default_model, *profile.models, *profile.prices]))
    model = st.selectbox(_("Model"), list(named), accept_new_options=True, key=_key(profile, "model"), index=0)
    if not model:
        st.caption(_("Enter a model name to set its price."))
        return
    price = profile.prices.get(model, Price())
    names = {"input_usd": _("Input"), "output_usd": _("Output"), "cached_usd": _("Cached input")}
    with st.grid(3, min_column_width=110, vertical_alignment="bottom"):
        for field, title in names.items():
            _number(profile, f"{model}_{field}", title, getattr(price, field), step=0.01)
    known = profile.knows_price(model)
    words = plural("{n} known price.", "{n} known prices.", len(profile.prices))
    if profile.tariff.peak_utc:
        share = charts.percent(profile.tariff.off_peak)
        words += " " + _("These are peak prices; off-peak, {share} of them is charged.", share=share)
    unknown = _("The price of this model is unknown: its cost is estimated at the highest known price.")
    st.caption(words if known else f":orange[:material/warning: {unknown}]")
    _buttons(profile, "prices", _save_price, {"prices": None}, model)
    st.button(
        _("Update prices from the provider's list"),
        icon=":material/download:",
        on_click=_attempt,
        args=(profile, "prices", _refresh, profile),
        key=_key(profile, "refresh"),
    )


def _today(profile: Profile) -> str:
    spent = charts.money(shared.store().calls.spent_since(profile.name, midnight(time.time())))
    if profile.budget_day_usd is None:
        return _("Spent today: {spent}.", spent=spent)
    return _("Spent today: {spent} of {budget}.", spent=spent, budget=charts.money(profile.budget_day_usd))


def _number(profile: Profile, field: str, title: str, value: float | None, step: float = 1) -> None:
    form = "%.6g" if isinstance(step, float) else None
    value = float(value) if isinstance(step, float) and value is not None else value
    st.number_input(title, value=value, step=step, format=form, key=_key(profile, field), placeholder=_("none"))


def _buttons(profile: Profile, panel: str, save: Callable[..., str], reset: Mapping[str, None], *args: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Save"),
            type="primary",
            on_click=_attempt,
            args=(profile, panel, save, profile, *args),
            key=_key(profile, f"save_{panel}"),
        )
        kept = shared.store().profiles.all().get(profile.name, {})
        st.button(
            _("Reset"),
            on_click=_attempt,
            args=(profile, panel, _reset, profile, reset),
            disabled=not any(name in kept for name in reset),
            key=_key(profile, f"reset_{panel}"),
        )
        text, wrong = st.session_state.pop(_key(profile, f"result_{panel}"), ("", False))
        if text:
            color, icon = ("red", ":material/error:") if wrong else ("green", ":material/check:")
            st.markdown(f":{color}[{icon} {plain(text)}]")


def _attempt(profile: Profile, panel: str, act: Callable[..., str], *args: Any) -> None:
    try:
        result = (act(*args), False)
    except SpecError as error:
        result = (_("{name}: {value}", name=label(labels.FIELD, error.field), value=explain(error)), True)
    except DraftmillError as error:
        result = (error_text(error), True)
    st.session_state[_key(profile, f"result_{panel}")] = result


def _save_limits(profile: Profile) -> str:
    names = [name for name in asdict(Limits()) if name in labels.LIMIT]
    given = {name: _given(profile, name) for name in names}
    ships = asdict(shared.shipped().profile(profile.name).limits)
    limits = {name: ships[name] if value is None else value for name, value in given.items()}
    changes = {"limits": limits if limits != ships else None, "budget_day_usd": _given(profile, "budget_day_usd")}
    save_profile(shared.store(), shared.shipped(), profile.name, changes)
    return _("Saved.")


def _save_price(profile: Profile, model: str) -> str:
    given = {field: _given(profile, f"{model}_{field}") for field in PRICES}
    price = {field: value for field, value in given.items() if value is not None}
    kept = shared.store().profiles.all().get(profile.name, {}).get("prices", {})
    save_profile(shared.store(), shared.shipped(), profile.name, {"prices": {**kept, model: price}})
    return _("Saved.")


def _refresh(profile: Profile) -> str:
    found = refresh_prices(shared.store(), shared.shipped(), profile.name)
    _clear(profile)
    return plural("{n} price read from the list.", "{n} prices read from the list.", found.listed)


def _reset(profile: Profile, fields: Mapping[str, None]) -> str:
    save_profile(shared.store(), shared.shipped(), profile.name, fields)
    _clear(profile)
    return _("Reset to the defaults.")


def _given(profile: Profile, field: str) -> Any:
    return st.session_state.get(_key(profile, field))


def _clear(profile: Profile) -> None:
    """Let the fields show what is in force now."""
    for key in [key for key in st.session_state if str(key).startswith(_key(profile, ""))]:
        del st.session_state[key]


def _key(profile: Profile, field: str) -> str:
    return f"health_{profile.name}_{field}"
