"""
What lies under a run's figures: its drafts, its calls, what failed, its cells, its frozen parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens.card import draft_card, facts
from dashboard.screens.runs.quality import opinions_view, quality_view
from dashboard.screens.runs.speed import limit_words
from dashboard.text import N_, _, message_text, plural
from engine import DraftFilter, StoreError
from engine.reports import Progress

DRAFTS = 10
CALLS = 50
CELLS = 500
RAW_CHARACTERS = 20_000
TOPICS = 50


@dataclass(frozen=True, slots=True)
class View:
    """A tab: its title, a msgid, and what draws it."""

    title: str
    draw: Callable[[Progress], None]


def _drafts(seen: Progress) -> None:
    chosen = DraftFilter(run=seen.run.id)
    pages = _pages(seen.totals.drafted, DRAFTS)
    page = min(st.session_state.get("run_drafts_page", 1), pages)
    rows = shared.store().drafts.page(chosen, DRAFTS, (page - 1) * DRAFTS, "newest")
    if not rows:
        st.caption(_("Drafts appear here after the first reply."))
    for row in rows:
        head = st.expander(
            f"**{charts.plain(row.title)}** · L{row.level} · {charts.plain(row.topic)}",
            key=f"run_draft_{row.id}",
            icon=":material/flag:" if row.flagged else None,
            on_change="rerun",
        )
        if head.open:
            head.html(draft_card(row.kind, row.lang, row.content))
    _pager(pages, "run_drafts_page")


def _calls(seen: Progress) -> None:
    pages = _pages(seen.totals.calls, CALLS)
    page = min(st.session_state.get("run_calls_page", 1), pages)
    calls = shared.store().calls.page(seen.run.id, CALLS, (page - 1) * CALLS)
    if not calls:
        st.caption(_("No request has been sent yet."))
        return
    start = seen.totals.first_sent_at or calls[-1].sent_at
    rows = [
        {
            _("Call"): call.id,
            _("Sent at (s)"): f"{call.sent_at - start:.1f}",
            _("Duration (s)"): f"{call.ended_at - call.sent_at:.2f}" if call.ended_at else "…",
            _("Waited (s)"): f"{call.wait_s:.1f}",
            _("Outcome"): [label(labels.OUTCOME, call.outcome)],
            _("Status"): str(call.status or ""),
            _("Requested"): call.asked,
            _("Kept"): call.kept,
            _("Attempt"): call.attempt,
            _("Tokens"): call.tokens_in + call.tokens_out,
            _("Cost"): call.cost_usd,
            _("Reason"): labels.reason(call.reason),
        }
        for call in calls
    ]
    st.dataframe(rows, hide_index=True, alt=_("Latest calls of the run"), column_config=_call_columns())
    _pager(pages, "run_calls_page")


def _call_columns() -> dict[str, Any]:
    names = [label(labels.OUTCOME, outcome) for outcome in labels.OUTCOME]
    colors = [labels.OUTCOME_COLOR[outcome] for outcome in labels.OUTCOME]
    return {
        _("Outcome"): st.column_config.MultiselectColumn(options=names, color=colors),
        _("Cost"): st.column_config.NumberColumn(format="$%.5f"),
    }


def _failures(seen: Progress) -> None:
    store = shared.store()
    causes, failures = store.drafts.causes(seen.run.id), store.calls.failures(seen.run.id)
    if not causes and not failures:
        st.caption(_("No failures."))
        return
    if causes:
        st.markdown(f"**{_('Missing drafts')}**")
        st.html(facts([(labels.reason(reason), f"{count:,}") for reason, count in causes.items()]))
    if failures:
        st.markdown(f"**{_('Failed calls')}**")
    for failure in failures:
        times = plural("{n} call", "{n} calls", failure.count)
        head = st.expander(
            f"**{charts.plain(labels.reason(failure.reason))}** · {times}",
            key=f"run_failure_{failure.reason}",
            on_change="rerun",
        )
        if head.open:
            with head:
                st.text(message_text(failure.why))
                st.caption(_("Latest raw reply, call {call}", call=failure.newest_call))
                _raw(failure.newest_call)


def _raw(call: int) -> None:
    try:
        body = shared.store().calls.reply(call).decode("utf-8", "replace")
    except StoreError as error:
        st.text(message_text(error.message))
        return
    st.code(body[:RAW_CHARACTERS], language=None, wrap_lines=True)
    if len(body) > RAW_CHARACTERS:
        st.caption(_("Truncated after {n} characters.", n=f"{RAW_CHARACTERS:,}"))


def _cells(seen: Progress) -> None:
    rows = [
        {
            _("Topic"): cell.topic,
            _("Level"): f"L{cell.level}",
            _("Drafts"): cell.drafted / cell.wanted if cell.wanted else 0.0,
            _("Drafted"): cell.drafted,
            _("Wanted"): cell.wanted,
            _("Failed"): cell.failed,
        }
        for cell in seen.cells[:CELLS]
    ]
    st.dataframe(
        rows,
        hide_index=True,
        alt=_("Drafts by topic and level"),
        column_config={_("Drafts"): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)},
    )
    if len(seen.cells) > CELLS:
        st.caption(_("The first {n} are shown.", n=f"{CELLS:,}"))


def _changes(seen: Progress) -> None:
    changes = shared.store().runs.changes(seen.run.id)
    if not changes:
        st.caption(_("No changes: limits and settings are the same as at the start."))
        return
    start = seen.totals.first_sent_at or seen.run.created_at
    rows = [
        {
            _("Time (s)"): f"{max(0.0, change.at - start):.1f}",
            _("What"): label(labels.CHANGED, change.what),
            _("From"): _told(change.what, change.before, change.after),
            _("To"): _told(change.what, change.after, change.before),
            _("Reason"): labels.change_reason(change.why),
        }
        for change in changes
    ]
    st.dataframe(rows, hide_index=True, alt=_("Changes during the run"))


def _told(what: str, values: dict[str, Any], others: dict[str, Any]) -> str:
    """Limits as they are, of the settings those that differ."""
    if what == "limits":
        return limit_words(values)
    turned = [dial for dial in labels.DIAL if values.get(dial) != others.get(dial)]
    return ", ".join(f"{label(labels.DIAL, dial)} {values[dial]:,}" for dial in turned)


def _parameters(seen: Progress) -> None:
    run = seen.run
    spec = run.spec
    topics = spec["topics"]
    named = [*topics[:TOPICS], *([f"… {len(topics):,}"] if len(topics) > TOPICS else [])]
    options = {name: value for name, value in spec["options"].items() if value is not None}
    limits = {name: value for name, value in run.limits.items() if name in labels.LIMIT and value}
    limits = limits if any(limits.get(name) for name in ("rpm", "tpm", "max_in_flight")) else {}
    practice = {name: value for name, value in (run.limits.get("practice") or {}).items() if value}
    st.caption(_("The settings this run was started with. To use others, clone and edit the run."))
    st.html(
        facts(
            [
                (_("Kind"), label(labels.KIND, run.kind)),
                (_("Language"), label(labels.LANG, run.lang)),
                (_("Levels"), ", ".join(f"L{level}" for level in spec["levels"])),
                (_("Topics"), "\n".join(named)),
                (_("Drafts per topic and level"), str(spec["per_combo"])),
                (_("{kind} options", kind=label(labels.KIND, run.kind)), _pairs(options)),
                (_("Provider"), " ".join(filter(None, (run.provider, run.base_url)))),
                (_("Model"), run.model),
                (_("Temperature"), str(spec["temperature"])),
                (_("Budget (USD)"), str(spec["budget_usd"] or _("none"))),
                (_("Reuse"), _("yes") if spec["reuse"] else _("no")),
                (_("Preset"), label(labels.PRESET, run.preset)),
                *((label(labels.DIAL, dial), f"{run.tuning[dial]:,}") for dial in labels.DIAL),
                (_("Limits"), _pairs(limits) or _("none known")),
                (_("Practice provider"), _pairs(practice)),
            ]
        )
    )


def _pairs(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _pages(count: int, size: int) -> int:
    return max(1, math.ceil(count / size))


def _pager(pages: int, key: str) -> None:
    if pages > 1:
        st.pagination(pages, key=key)


_VIEWS = {
    "drafts": View(N_("Drafts"), _drafts),
    "calls": View(N_("Calls"), _calls),
    "failures": View(N_("Failures"), _failures),
    "cells": View(N_("Topics and levels"), _cells),
    "quality": View(N_("Checks and acceptance"), quality_view),
    "changes": View(N_("Changes"), _changes),
    "parameters": View(N_("Parameters"), _parameters),
}
_REVIEW_VIEWS = {
    "opinions": View(N_("Opinions"), opinions_view),
    **{name: _VIEWS[name] for name in ("calls", "failures", "changes", "parameters")},
}


def views(purpose: str) -> Mapping[str, View]:
    """The tabs of a run, or of a review."""
    return _REVIEW_VIEWS if purpose == "review" else _VIEWS
