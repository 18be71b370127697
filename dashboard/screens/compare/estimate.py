"""
The panel beside the form: what the comparison will take, what the forecast says of each arm, and the button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens.compare.reading import read
from dashboard.screens.compare.state import FORM
from dashboard.screens.compare.words import arm_name
from dashboard.screens.once import once
from dashboard.screens.units import duration
from dashboard.text import _, error_text, explain, message_text
from engine import Job, SpecError, compare

BUTTON = "compare_button"
MOST_BARS = 12
LONG_S = 1800


def panel(
    job: Job | None, arms: tuple[compare.Arm, ...], trials: int, errors: Sequence[SpecError]
) -> compare.ComparisonEstimate | None:
    """Draw the estimate; None: there is none, and the button must not be pressed."""
    st.header(_("Before you start"))
    if job is None or not arms:
        st.info(_("Fix the fields marked in red to see the estimate."), icon=":material/edit:")
        for error in errors:
            st.caption(charts.plain(_("{name}: {value}", name=label(labels.FIELD, error.field), value=explain(error))))
        return None
    try:
        made = _estimated(repr((job, arms, trials)), job, arms, trials)
    except SpecError as error:
        st.error(charts.plain(error_text(error)), icon=":material/error:")
        return None
    _figures(made, play=job.own_practice)
    if made.predicted:
        _predicted(made.predicted)
    return made


@st.cache_data(ttl=2, max_entries=32, show_spinner=False)
def _estimated(what: str, _job: Job, _arms: tuple[compare.Arm, ...], _trials: int) -> compare.ComparisonEstimate:
    return compare.estimate_comparison(shared.store(), shared.catalog(), _job, _arms, _trials)


def _figures(made: compare.ComparisonEstimate, *, play: bool) -> None:
    with st.grid(3, min_column_width=96):
        st.metric(_("Runs"), charts.count(made.runs))
        st.metric(_("Drafts"), charts.count(made.drafts))
        st.metric(_("Calls"), charts.count(made.calls))
        st.metric(_("Tokens"), charts.count(made.tokens))
        cost = charts.money(made.cost_usd) if made.price_known else f"≤ {charts.money(made.cost_usd)}"
        note = _("simulated cost") if play else None if made.price_known else _("price unknown: upper bound")
        st.metric(_("Cost"), cost, note, delta_color="gray", delta_arrow="off")
        st.metric(_("Time"), duration(made.wall_s))
    if made.wall_s is None:
        st.caption(f":material/hourglass_empty: {_('Time')}: {charts.plain(message_text(made.unknown))}")
    elif made.wall_s > LONG_S:
        st.caption(
            f":orange[:material/hourglass: {_('That is long: fewer settings, trials or drafts make it short.')}]"
        )


def _predicted(predicted: Mapping[str, float]) -> None:
    fastest = sorted(predicted.items(), key=lambda pair: -pair[1])
    st.markdown(f"**{_('Forecast')}**")
    st.dataframe(
        [{_("Settings"): arm_name(name), _("Drafts per second"): speed} for name, speed in fastest[:MOST_BARS]],
        hide_index=True,
        alt=_("Forecast speed of each arm"),
        column_config={
            _("Drafts per second"): st.column_config.ProgressColumn(
                format="%.2f", min_value=0, max_value=max(predicted.values())
            )
        },
    )
    if len(fastest) > MOST_BARS:
        st.caption(_("The {n} fastest are shown.", n=MOST_BARS))


def button(job: Job | None, problem: str, *, ready: bool) -> None:
    """The one button that starts it, and why the last click did not."""
    keyless = job is not None and shared.start_problem(job.profile(shared.catalog())) is not None
    st.button(
        _("Compare"),
        type="primary",
        icon=":material/compare_arrows:",
        width="stretch",
        disabled=not ready or keyless,
        key=BUTTON,
        on_click=_start,
        args=(once(BUTTON).ticket,),
    )
    if keyless:
        st.caption(_("The provider's key is missing: see Model."))
    if problem:
        st.error(charts.plain(problem), icon=":material/error:")


def _start(ticket: str) -> None:
    job, arms, _errors = read()
    if job is not None and arms:
        trials, note = FORM.values()["trials"], FORM.values()["note"]
        once(BUTTON).start(
            ticket, lambda: [compare.start(shared.store(), shared.runner(), job, arms, trials, note=note)]
        )
