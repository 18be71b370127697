"""
The rows of a run: its drafts, its calls, what failed, its topics and levels, its changes.
"""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens.above import above_level
from dashboard.screens.card import draft_card, facts
from dashboard.screens.runs.parameters import belief_words
from dashboard.text import _, message_text, plural
from engine import DraftFilter, StoreError
from engine.reports import Progress

DRAFTS = 10
CALLS = 50
CELLS = 500
RAW_CHARACTERS = 20_000


def drafts_view(seen: Progress) -> None:
    """A page of the drafts, newest first; one is laid out when it is opened."""
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
            above = above_level(row.above_words, row.lang, row.level)
            head.html(draft_card(row.kind, row.lang, row.content, above=above))
    _pager(pages, "run_drafts_page")


def calls_view(seen: Progress) -> None:
    """A page of the calls, newest first, numbered within the run."""
    pages = _pages(seen.totals.calls, CALLS)
    skipped = (min(st.session_state.get("run_calls_page", 1), pages) - 1) * CALLS
    calls = shared.store().calls.page(seen.run.id, CALLS, skipped)
    if not calls:
        st.caption(_("No request has been sent yet."))
        return
    start = seen.totals.first_sent_at or calls[-1].sent_at
    noted = any(call.notes for call in calls)
    rows = [
        {
            _("Call"): seen.totals.calls - skipped - at,
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
            **({_("Notes on the reply"): " ".join(map(message_text, call.notes))} if noted else {}),
        }
        for at, call in enumerate(calls)
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


def failures_view(seen: Progress) -> None:
    """Why drafts are missing, and the newest raw reply of each kind of failed call."""
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
                st.caption(_("Latest raw reply, call {call}", call=store.calls.number(failure.newest_call)))
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


def cells_view(seen: Progress) -> None:
    """How many drafts each topic has at each level."""
    rows = [
        {
            _("Topic"): cell.topic,
            _("Level"): f"L{cell.level}",
            _("Drafts"): 100 * cell.drafted / cell.wanted if cell.wanted else 0.0,
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
        column_config={_("Drafts"): st.column_config.ProgressColumn(format="%.3g %%", min_value=0, max_value=100)},
    )
    if len(seen.cells) > CELLS:
        st.caption(_("The first {n} are shown.", n=f"{CELLS:,}"))


def changes_view(seen: Progress) -> None:
    """Limits and settings that changed while the run went on."""
    changes = shared.store().runs.changes(seen.run.id)
    if not changes:
        st.caption(_("No changes: limits and settings are the same as at the start."))
        return
    start = seen.totals.first_sent_at or seen.run.created_at
    rows = [
        {
            _("Time (s)"): f"{max(0.0, change.at - start):.1f}",
            _("What"): label(labels.CHANGED, change.what),
            _("From"): _values_text(change.what, change.before, change.after),
            _("To"): _values_text(change.what, change.after, change.before),
            _("Reason"): labels.change_reason(change.why),
        }
        for change in changes
    ]
    st.dataframe(rows, hide_index=True, alt=_("Changes during the run"))


def _values_text(what: str, values: dict[str, Any], others: dict[str, Any]) -> str:
    """Limits as they are, of the settings those that differ."""
    if what == "limits":
        return belief_words(values)
    turned = [setting for setting in labels.SETTING if values.get(setting) != others.get(setting)]
    return _(", ").join(f"{label(labels.SETTING, setting)} {values[setting]:,}" for setting in turned)


def _pages(count: int, size: int) -> int:
    return max(1, math.ceil(count / size))


def _pager(pages: int, key: str) -> None:
    if pages > 1:
        st.pagination(pages, key=key)
