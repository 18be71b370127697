"""
One button that regenerates rejected drafts, and only those. For the Review page and the run page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from dashboard import shared
from dashboard.charts import money, plain
from dashboard.screens.once import once
from dashboard.text import _, plural
from engine import DraftFilter


def refill_button(chosen: DraftFilter, key: str) -> None:
    """
    Offer to regenerate the rejected drafts of a filter, with what it will take; draws nothing when there are none.

    Args:
        chosen: Which drafts; their own review state is left aside.
        key: Of the button, and of the message after it.
    """
    by_run = shared.store().drafts.refillable(chosen)
    count = sum(by_run.values())
    if count:
        st.button(
            priced(_("Regenerate {n} rejected", n=f"{count:,}"), by_run),
            icon=":material/autorenew:",
            help=_("Requests replacements for the rejected drafts only, in a separate run. Nothing is overwritten."),
            on_click=_refill,
            args=(chosen, key, once(key).ticket),
            key=key,
        )
    clicked = once(key).take()
    if clicked.problem:
        st.error(plain(clicked.problem), icon=":material/error:")
    for run in clicked.started:
        words = _("Regenerating in run {run}", run=run)
        st.page_link(shared.RUNS, label=words, query_params={"run": str(run)}, icon=":material/autorenew:")


def priced(words: str, by_run: Mapping[int, int]) -> str:
    """A button's label with the calls and the cost: "Resume (4 calls, about $0.02)"; see `price_words`."""
    asked = {run: count for run, count in by_run.items() if count}
    return _("{text} ({detail})", text=words, detail=price_words(asked)) if asked else words


def price_words(by_run: Mapping[int, int]) -> str:
    """
    What requests for so many drafts will take, in words: calls, and money at what the drafts of their run have cost.

    Args:
        by_run: Run to the number of drafts that are asked for again.
    """
    calls, cost_usd, known = 0, 0.0, True
    for run, count in by_run.items():
        row = shared.store().runs.get(run)
        bought = row.totals.drafted - row.totals.cached
        calls += math.ceil(count / row.tuning["batch_size"])
        known = known and bought > 0
        cost_usd += count * row.totals.cost_usd / max(1, bought)
    words = plural("{n} call", "{n} calls", calls)
    about = _("about {cost}", cost=plain(money(cost_usd))) if known else _("cost unknown")
    return f"{words}{_(', ')}{about}"


def _refill(chosen: DraftFilter, key: str, ticket: str) -> None:
    runner, by_run = shared.runner(), shared.store().drafts.refillable(chosen)
    once(key).start(ticket, lambda: [runner.refill(run, chosen) for run in by_run])
