"""
The panel beside the form: what the run will take, what holds its speed, what exists already, and the button.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import charts, labels
from dashboard.labels import label
from dashboard.screens.form.state import KEEP
from dashboard.screens.launch.state import FORM, REUSE_CHOSEN
from dashboard.screens.units import duration
from dashboard.text import _, explain, message_text, plural, sentences
from engine import RunSpec, SpecError
from engine.kinds import figures, kind_of
from engine.reports import Estimate


def estimate_panel(estimate: Estimate | None, existing: int, errors: Sequence[SpecError], *, play: bool) -> None:
    """Six figures before the launch, and the sentence that says what limits the speed."""
    st.header(_("Before you start"))
    if estimate is None:
        st.info(_("Fix the fields marked in red to see the estimate."), icon=":material/edit:")
        for error in errors:
            st.caption(charts.plain(_("{name}: {value}", name=label(labels.FIELD, error.field), value=explain(error))))
        return
    _existing(existing, estimate.drafts)
    with st.grid(3, min_column_width=96):
        st.metric(_("Drafts"), charts.count(estimate.drafts))
        st.metric(_("Calls"), charts.count(estimate.calls))
        st.metric(_("Time"), duration(estimate.wall_s))
        st.metric(
            _("Tokens"),
            charts.count(estimate.tokens_in + estimate.tokens_out),
            help=_(
                "{sent} input, {made} output",
                sent=charts.count(estimate.tokens_in),
                made=charts.count(estimate.tokens_out),
            ),
        )
        cost, note = _cost(estimate, play)
        st.metric(_("Cost"), cost, note, delta_color="gray", delta_arrow="off")
        st.metric(_("Drafts per second"), charts.rate(estimate.items_per_s))
    _limit(estimate)


def _cost(estimate: Estimate, play: bool) -> tuple[str, str | None]:
    if not estimate.price_known:
        return f"≤ {charts.money(estimate.cost_usd)}", _("price unknown: upper bound")
    return charts.money(estimate.cost_usd), _("simulated cost") if play else None


def _limit(estimate: Estimate) -> None:
    if not estimate.calls:
        st.caption(_("All drafts already exist: no request is needed."))
        return
    if estimate.share_of_limit is None:
        st.caption(f":material/hourglass_empty: {_('Time')}: {charts.plain(message_text(estimate.unknown))}")
        return
    share = estimate.share_of_limit
    st.progress(
        min(1.0, max(0.0, share)), text=_("{share} of the top speed with these settings", share=charts.percent(share))
    )
    limited = label(labels.BOTTLENECK, estimate.bottleneck)
    st.caption(sentences(limited, label(labels.SUGGESTION, estimate.suggestion)))


def _existing(existing: int, drafts: int) -> None:
    if not existing:
        return
    with st.container(border=True):
        have = _("{have} of {all} already exist", have=f"{existing:,}", all=f"{drafts:,}")
        st.markdown(f":material/inventory_2: **{have}**")
        st.segmented_control(
            _("Existing drafts"),
            [True, False],
            format_func=lambda reuse: _("Use them again (free)") if reuse else _("Make new"),
            required=True,
            key=FORM.key("reuse"),
            label_visibility="collapsed",
            width="stretch",
            on_change=FORM.leave,
            args=(REUSE_CHOSEN, True),
            **KEEP,
        )


def reuse_by_default(reusing: Estimate) -> bool:
    """Whether existing drafts are used again unless a person says otherwise: some pending ones are, never all."""
    return reusing.cached < reusing.drafts and not reusing.reviewed


def budget_note(estimate: Estimate, left_usd: float | None) -> None:
    """Say where a run will pause whose estimate exceeds what it may cost."""
    drafts = affordable(estimate, left_usd)
    if left_usd is not None and drafts is not None:
        words = plural(
            "The budget of {budget} is less than the estimate: the run pauses after about {n} draft.",
            "The budget of {budget} is less than the estimate: the run pauses after about {n} drafts.",
            drafts,
            budget=charts.money(left_usd),
        )
        st.warning(charts.plain(words), icon=":material/savings:")


def affordable(estimate: Estimate, left_usd: float | None) -> int | None:
    """How many drafts so much money pays for; None: all of them."""
    if left_usd is None or estimate.cost_usd <= left_usd:
        return None
    bought = estimate.drafts - estimate.cached
    return estimate.cached + int(bought * left_usd / estimate.cost_usd)


def sample_panel(spec: RunSpec) -> None:
    """How long a draft of each level is, and what else its kind counts."""
    rows: list[Sequence[str]] = []
    for level in spec.levels:
        counted = dict(figures(spec.kind, spec.lang, level, spec.options, _typical(spec)))
        low, high = counted.pop("length")
        more = [_("{low} to {high} " + name, low=fewest, high=most) for name, (fewest, most) in counted.items()]
        rows.append([f"L{level}", _length(spec.lang, low, high), *more])
    st.markdown(f"**{_title(spec)}**")
    st.table(rows, border="horizontal", hide_index=True, hide_header=True)


def _length(lang: str, low: int, high: int) -> str:
    if low == high:
        return _("{n} words", n=low) if lang == "en" else _("{n} characters", n=low)
    unit = _("{low} to {high} words") if lang == "en" else _("{low} to {high} characters")
    return unit.format(low=low, high=high)


def _typical(spec: RunSpec) -> str:
    """The passage of middle length, if drafts are made from passages."""
    bodies = sorted((source.body for source in spec.sources), key=len)
    return bodies[len(bodies) // 2] if bodies else ""


def _title(spec: RunSpec) -> str:
    return _("Longest text of a draft") if kind_of(spec.kind).length_of else _("Draft specification")
