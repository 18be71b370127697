"""
What is compared: presets or a grid, how often, under which name.
"""

from __future__ import annotations

import streamlit as st

from dashboard import compare_form, labels
from dashboard.labels import label
from dashboard.screens.compare.state import FORM
from dashboard.screens.compare.writer_fields import writer_fields
from dashboard.screens.form.fields import Errors, errors_beside, segments
from dashboard.screens.form.state import KEEP
from dashboard.text import _, plural
from engine import compare
from engine.reports import PRESETS


def arm_fields(errors: Errors, ceiling: int, chosen: tuple[compare.Arm, ...], n: int) -> None:
    """
    The arms, the trials and the name.

    Args:
        errors: What is wrong, shown beside its field.
        ceiling: The most calls in flight.
        chosen: The arms as they were read; none while something is wrong.
        n: Drafts of a run.
    """
    with st.container(border=True):
        st.header(_("What to compare"))
        writer_fields(errors)
        segments(FORM, "arms_by", _("Settings to compare"), tuple(labels.ARMS_BY), labels.ARMS_BY)
        if FORM.values()["arms_by"] == compare_form.GRID_SIDE:
            _grid(errors, ceiling)
        else:
            _presets()
        errors_beside(errors, "arms")
        trials, note = st.columns([1, 2])
        with trials:
            why = _(
                "Every trial runs all settings once, in random order. Three or more separate a difference from chance."
            )
            st.number_input(_("Trials per setting"), step=1, key=FORM.key("trials"), help=why, **KEEP)
            st.caption(_("{low} to {high}", low=compare.TRIALS[0], high=compare.TRIALS[-1]))
            errors_beside(errors, "trials")
        with note:
            st.text_input(_("Name"), key=FORM.key("note"), placeholder=_("none"), max_chars=120, **KEEP)
        if chosen:
            _size(len(chosen), n)


def _presets() -> None:
    st.pills(
        _("Presets"),
        list(PRESETS),
        selection_mode="multi",
        format_func=_preset,
        key=FORM.key("arms"),
        label_visibility="collapsed",
        **KEEP,
    )
    st.caption(_("Concurrency × batch size. Auto chooses both while it runs."))


def _preset(name: str) -> str:
    tuning = PRESETS[name]
    speed_settings = "" if tuning.auto else f" · {tuning.concurrency} × {tuning.batch_size}"
    return f"{label(labels.PRESET, name)}{speed_settings}"


def _grid(errors: Errors, ceiling: int) -> None:
    bounds = compare_form.bounds(ceiling)
    with st.grid(4, min_column_width=120):
        for name in compare_form.GRID:
            with st.container(gap="xsmall"):
                field = f"grid_{name}"
                st.text_input(
                    label(labels.SETTING, name), key=FORM.key(field), help=label(labels.SETTING_HELP, name), **KEEP
                )
                low, high = bounds[name]
                st.caption(_("{low} to {high}", low=low, high=f"{high:,}"))
                errors_beside(errors, field, name)
    st.caption(_("Numbers separated by commas, or a range such as 1-4. Every combination is run."))


def _size(count: int, n: int) -> None:
    trials = FORM.values()["trials"]
    st.markdown(
        _(
            "{settings} × {trials} = **{runs}**, {drafts} in each",
            settings=plural("{n} setting", "{n} settings", count),
            trials=plural("{n} trial", "{n} trials", trials),
            runs=plural("{n} run", "{n} runs", count * trials),
            drafts=plural("{n} draft", "{n} drafts", n),
        )
    )
