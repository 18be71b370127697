"""
What a run was started with: the settings of its form, its provider, its limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import charts, labels
from dashboard.labels import label
from dashboard.screens.card import facts
from dashboard.text import _
from engine.kinds import Control, kind_of
from engine.reports import Progress

TOPICS = 50


def parameters_view(seen: Progress) -> None:
    """The settings of a run; they cannot be changed any more."""
    st.caption(_("The settings this run was started with. To use others, clone and edit the run."))
    st.html(facts(settings_of(seen)))


def settings_of(seen: Progress) -> list[tuple[str, str]]:
    """The settings a run was started with: names and values, in words."""
    return [*_spec(seen), *_speed(seen)]


def _spec(seen: Progress) -> list[tuple[str, str]]:
    run, spec = seen.run, seen.run.spec
    topics = spec["topics"]
    named = [*topics[:TOPICS], *([f"… {len(topics):,}"] if len(topics) > TOPICS else [])]
    options = {name: value for name, value in spec["options"].items() if value is not None}
    return [
        (_("Kind"), label(labels.KIND, run.kind)),
        (_("Language"), label(labels.LANG, run.lang)),
        (_("Levels"), _(", ").join(f"L{level}" for level in spec["levels"])),
        (_("Topics"), "\n".join(named)),
        (_("Drafts per topic and level"), str(spec["per_combo"])),
        (_("{kind} options", kind=label(labels.KIND, run.kind)), option_lines(run.kind, options)),
        *_material(spec),
        (_("Provider"), " ".join(filter(None, (run.provider, run.base_url)))),
        (_("Model"), run.model),
        (_("Temperature"), str(spec["temperature"])),
        (_("Budget (USD)"), str(spec["budget_usd"] or _("none"))),
        (_("Use existing drafts"), _("yes") if spec["reuse"] else _("no")),
    ]


def _material(spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the run used of the library, by version."""
    titles = {"style": _("Style note"), "words": _("Target words"), "known_words": _("Known words")}
    used = [(title, f"{spec[name]['name']}@{spec[name]['version']}") for name, title in titles.items() if name in spec]
    if "words" in spec:
        used.append((_("Target words per draft"), str(spec["target_words"])))
    if spec.get("blank_words"):
        used.append((_("Blank these words"), _("yes")))
    return used


def _speed(seen: Progress) -> list[tuple[str, str]]:
    run = seen.run
    known = any(run.limits.get(name) for name in ("rpm", "tpm", "max_in_flight"))
    return [
        (_("Preset"), label(labels.PRESET, run.preset)),
        *((label(labels.SETTING, setting), f"{run.tuning[setting]:,}") for setting in labels.SETTING),
        (_("Limits"), limit_words(run.limits) if known else _("none known")),
        (_("Practice provider"), "\n".join(practice_lines(run.limits.get("practice") or {}))),
    ]


def practice_lines(practice: Mapping[str, Any]) -> list[str]:
    """The settings of the practice provider that are not empty, one a line, in words."""
    given = {name: value for name, value in practice.items() if value and name in labels.PRACTICE}
    plain = [_pair(label(labels.PRACTICE, name), _value(value)) for name, value in given.items()]
    faults = practice.get("faults") or {}
    return [*plain, *(_pair(label(labels.FAULT, fault), charts.percent(share)) for fault, share in faults.items())]


def option_lines(kind: str, options: Mapping[str, Any]) -> str:
    """The options of a kind, one a line, by the names its form gives them."""
    controls = {control.name: control for control in kind_of(kind).controls}
    given = [(controls[name], value) for name, value in options.items() if name in controls]
    return "\n".join(_pair(_(control.title), _chosen(control, value)) for control, value in given)


def _chosen(control: Control, value: Any) -> str:
    if control.languages:
        return labels.language_label(value) if value else _(control.auto)
    return label(control.choices, value) if control.choices else _value(value)


def _pair(name: str, value: str) -> str:
    return _("{name}: {value}", name=name, value=value)


def _value(value: Any) -> str:
    if value is True:
        return _("yes")
    if isinstance(value, list | tuple):
        return "–".join(str(one) for one in value)
    return label(labels.SHAPE, value) if isinstance(value, str) else f"{value:,g}"


def limit_words(limits: Mapping[str, Any]) -> str:
    """Limits as a person says them."""
    parts = []
    rpm, window_s = limits.get("rpm"), limits.get("window_s", 60.0)
    if rpm and limits.get("shape") == "even":
        parts.append(_("one request every {seconds} s", seconds=f"{window_s / rpm:.3g}"))
    elif rpm:
        parts.append(_("{n} requests per {seconds} s", n=f"{rpm:,}", seconds=f"{window_s:.3g}"))
    if limits.get("tpm"):
        parts.append(_("{n} tokens per {seconds} s", n=f"{limits['tpm']:,}", seconds=f"{window_s:.3g}"))
    if limits.get("max_in_flight"):
        parts.append(_("{n} parallel requests", n=f"{limits['max_in_flight']:,}"))
    return _(", ").join(parts) or _("no limit")


def belief_words(row: Mapping[str, Any]) -> str:
    """What a row of a limit change says was believed; rows of earlier versions hold limits only."""
    if "parts" not in row:
        return limit_words(row)
    return _(" and ").join(_threshold_words(part) for part in row["parts"]) or _("no limit")


def _threshold_words(part: Mapping[str, Any]) -> str:
    """A limit that is believed: its kind, its window or interval, and the most that is accepted."""
    kind, seconds, count = part["kind"], f"{part['size_s']:.3g}", f"{part['most'] + 1:,.0f}"
    if kind == "in_flight":
        return _("{n} parallel requests", n=count)
    if kind == "even":
        words = _("one request every {seconds} s", seconds=f"{-part['most']:.3g}")
    elif part["most"] < 1:
        words = _("one request every {seconds} s", seconds=seconds)
    elif kind == "window":
        words = _("{n} requests per {seconds} s", n=count, seconds=seconds)
    else:
        words = _("one request every {seconds} s after a burst of {n}", seconds=seconds, n=count)
    return _("{limit}, refused ones included", limit=words) if part["counts_refused"] else words
