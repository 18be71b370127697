"""
Acceptance: by one axis, over time for its largest groups, and crossed with a second axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import streamlit as st

from dashboard import labels, shared
from dashboard.charts.cross import cross_chart
from dashboard.charts.quality import Name, acceptance_chart, time_chart
from dashboard.labels import label
from dashboard.screens.panels import chart_box, empty_box
from dashboard.text import N_, _
from engine.reports import ENOUGH_DECIDED, QualityFilter, acceptance_by, acceptance_over_time

Axis = Literal["model", "kind", "level", "topic", "lang", "prompt_version", "style"]
AXES: tuple[Axis, ...] = get_args(Axis)
AXIS: labels.Table = {
    "model": N_("Model"),
    "kind": N_("Kind"),
    "level": N_("Level"),
    "topic": N_("Topic"),
    "lang": N_("Language"),
    "prompt_version": N_("Prompt version"),
    "style": N_("Style note"),
}
MOST_LINES = 4


def acceptance_panels(chosen: QualityFilter) -> None:
    """Draw the charts of acceptance."""
    st.header(_("Acceptance rate"))
    st.caption(_("Shares are shown from {n} decided drafts on; fewer are too few.", n=ENOUGH_DECIDED))
    axis: Axis = st.segmented_control(
        _("Compare by"),
        AXES,
        format_func=lambda one: label(AXIS, one),
        default=AXES[0],
        required=True,
        key="quality_axis",
        persist_state="session",
    )
    groups = acceptance_by(shared.store(), chosen, (axis,))
    with st.grid(2, min_column_width=330):
        title = _("Acceptance rate by {axis}", axis=label(AXIS, axis).lower())
        chart_box(acceptance_chart(groups, title, _name(axis), _, "acceptance"), "quality")
        _over_time(chosen, axis, [one.names[0] for one in groups if one.share is not None][:MOST_LINES])
    _crossed(chosen, axis)


def _over_time(chosen: QualityFilter, axis: Axis, names: Sequence[str]) -> None:
    title = _("Acceptance rate over time by {axis}", axis=label(AXIS, axis).lower())
    made = acceptance_over_time(shared.store(), chosen, axis, names)
    made = replace(made, lines={name: made.lines[name] for name in names if name in made.lines})
    if any(one.share is not None for line in made.lines.values() for one in line.values()):
        chart_box(time_chart(made, title, _name(axis), _), "quality")
    else:
        empty_box(title, _("Not enough yet: shares are shown from {n} decided drafts on.", n=ENOUGH_DECIDED))


def _crossed(chosen: QualityFilter, axis: Axis) -> None:
    others = [one for one in AXES if one != axis]
    second: Axis = st.segmented_control(
        _("Cross with"),
        others,
        format_func=lambda one: label(AXIS, one),
        default="level" if axis != "level" else "model",
        required=True,
        key=f"quality_second_{axis}",
        persist_state="session",
    )
    groups = acceptance_by(shared.store(), chosen, (axis, second))
    words = (label(AXIS, axis), label(AXIS, second))
    title = _("Acceptance rate by {axis} and {second}", axis=words[0].lower(), second=words[1].lower())
    chart_box(cross_chart(groups, title, words, (_name(axis), _name(second)), _), "quality")


def _name(axis: Axis) -> Name:
    """What a value of an axis is called."""
    tables = {"kind": labels.KIND, "lang": labels.LANG}
    if axis in ("level", "prompt_version"):
        prefix = "L" if axis == "level" else "v"
        return lambda value: f"{prefix}{value}" if value else _("unknown")
    if axis == "style":
        return lambda value: value or _("no style note")
    return lambda value: label(tables[axis], value) if axis in tables else value or _("unknown")
