"""
One run by phase: while it goes on, its progress and speed; when it has ended, a line of figures and its drafts.

The head is drawn once and the body every second while the run goes on. When the run ends, or an ended one goes on, the
whole page is drawn again, once: nothing of a run is kept here, so a refresh or a second tab shows the same.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard import charts, labels, shared, stops
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens import browser, notices
from dashboard.screens.exports import export_panel
from dashboard.screens.once import once
from dashboard.screens.refill import priced, refill_button
from dashboard.screens.runs.cards import GOING, goes_on, limit_share
from dashboard.screens.runs.money import budget_field, budget_given, cost_words
from dashboard.screens.runs.more import more_menu
from dashboard.screens.runs.names import how_far, name, speed, state_badge, topics, unit_words
from dashboard.screens.runs.notify import notifications
from dashboard.screens.runs.tabs import draw_tabs, keep_tab
from dashboard.screens.units import duration
from dashboard.screens.workers import working_line
from dashboard.text import _, message_text, plural, sentences
from engine import DraftFilter, RunRow
from engine.reports import Progress, progress_of

TICK_S = 1.0
SLOW_TICK_S = 5.0
"""How often the page of a run that nobody works on looks whether somebody does."""

Drawn = tuple[str, float | None]
"""What the head shows of a run: its status, and when it is tried again."""


def one_run(row: RunRow) -> None:
    """Draw the page of a run."""
    _way_back(row)
    now = shared.runner().status(row)
    drawn = (now, row.retry_at)
    _head(row, now)
    notifications(row, now)
    moves = row.state in GOING or row.retry_at is not None
    st.fragment(_body, run_every=TICK_S if moves else None)(row.id, drawn)
    if not moves:
        st.fragment(_watch, run_every=SLOW_TICK_S)(row.id, drawn)


def _way_back(row: RunRow) -> None:
    with st.container(horizontal=True, gap="medium"):
        st.page_link(shared.RUNS, label=_("All runs"), icon=":material/arrow_back:")
        if row.parent_run is not None:
            words = unit_words(row, "parent", run=row.parent_run)
            st.page_link(shared.RUNS, label=words, query_params={"run": str(row.parent_run)})


def _head(row: RunRow, now: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title(_("Run {run}", run=row.id), width="content")
        state_badge(now)
        st.space("stretch")
        if row.totals.drafted and row.unit != "judgement":
            export_panel(DraftFilter(run=row.id), "run")
        more_menu(row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_actions"):
        _actions(row, now)
    model = f"{row.provider} · {row.model}"
    st.caption(plain(f"{name(row).split(' · ', 1)[1]} · {label(labels.PRESET, row.preset)} · {model}"))
    st.text(topics(row))
    problem = st.session_state.pop("runs_problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")
    if now == "interrupted":
        st.warning(
            _("The process of this run has ended. Nothing is lost: resume the run."), icon=":material/power_off:"
        )
    elif row.reason and row.state not in ("done", "cancelled"):
        _reason(row)


def _actions(row: RunRow, now: str) -> None:
    if goes_on(row):
        words = _("Pausing …") if now == "pausing" else _("Pause")
        _halt("pause", row, words, ":material/pause_circle:", asked=now in ("pausing", "cancelling"))
        words = _("Cancelling …") if now == "cancelling" else _("Cancel")
        _halt("cancel", row, words, ":material/stop_circle:", asked=now == "cancelling")
    elif row.retry_at is not None:
        _act("pause", row, _("Stop retrying"), ":material/pause_circle:", "secondary")
    if now in ("paused", "interrupted"):
        budget_field(row)
        _act("resume", row, priced(_("Resume"), {row.id: row.totals.open}), ":material/play_circle:")
        _act("cancel", row, _("Cancel"), ":material/stop_circle:", "secondary")
    if row.state in ("incomplete", "cancelled"):
        missing = row.totals.failed + row.totals.cancelled
        words = _("Resume") if row.state == "cancelled" else _("Retry failed")
        _act("retry", row, priced(words, {row.id: missing}), ":material/replay:")
    if row.unit == "judgement":
        return
    if row.state not in GOING:
        refill_button(DraftFilter(run=row.id), "run_refill")
    if st.button(_("Clone and edit"), icon=":material/content_copy:", key="run_clone"):
        st.switch_page(shared.LAUNCH, query_params={"clone": str(row.id)})
    if (
        row.totals.drafted
        and not goes_on(row)
        and st.button(_("Review the drafts"), icon=":material/fact_check:", key="run_review")
    ):
        st.switch_page(shared.REVIEW, query_params={"run": str(row.id)})


def _halt(action: str, row: RunRow, words: str, icon: str, *, asked: bool) -> None:
    """A button that lets what is in flight come in; disabled once the run was asked to stop."""
    st.button(
        words,
        icon=icon,
        on_click=_do,
        args=(action, row, once(f"run_{action}").ticket),
        disabled=asked,
        help=_("No new requests are sent; active ones are finished and saved."),
        key=f"run_{action}",
    )


def _act(action: str, row: RunRow, words: str, icon: str, kind: Literal["primary", "secondary"] = "primary") -> None:
    ticket = once(f"run_{action}").ticket
    st.button(words, icon=icon, type=kind, on_click=_do, args=(action, row, ticket), key=f"run_{action}")


def _do(action: str, row: RunRow, ticket: str) -> None:
    """Act on the run as it was drawn."""
    runner, clicks = shared.runner(), once(f"run_{action}")
    given = {} if action in ("cancel", "pause") else budget_given(row)
    if action == "resume" and row.reason_code == "budget" and not given:
        st.session_state["runs_problem"] = _("The budget is spent: enter a larger one beside Resume.")
        return

    def act() -> list[int]:
        if action == "cancel":
            runner.cancel(row.id)
        elif action == "pause":
            runner.pause(row.id)
        else:
            runner.resume(row.id, retry=action == "retry", **given)
        return [row.id]

    if problem := clicks.start(ticket, act).problem:
        st.session_state["runs_problem"] = problem


def _reason(row: RunRow) -> None:
    if row.reason_code == "paused_by_hand":
        st.warning(_("Paused by you. Resume to continue."), icon=":material/pause_circle:")
        return
    words = plain(stops.title_of(row))
    if row.state == "paused":
        words = f" **{words}**" if words else ""
        st.warning(f"{_('The run is paused, nothing is lost. Reason:')}{words}", icon=":material/pause_circle:")
    else:
        st.warning(unit_words(row, "missing"), icon=":material/rule:")
    st.code(stops.detail_of(row), language=None, wrap_lines=True)
    if again := notices.waits(row):
        st.info(again, icon=":material/update:")


def _watch(run: int, drawn: Drawn) -> None:
    """Draw the page again when somebody works on the run, in this process or another."""
    row = shared.store().runs.get(run)
    if (shared.runner().status(row), row.retry_at) != drawn:
        st.rerun()


def _body(run: int, drawn: Drawn) -> None:
    with shared.telling():
        _live(run, drawn)


def _live(run: int, drawn: Drawn) -> None:
    seen = progress_of(shared.store(), run)
    if (shared.runner().status(seen.run), seen.run.retry_at) != drawn:
        keep_tab()
        st.rerun()
    browser.title(_tab_title(seen))
    notices.trouble()
    _bar(seen)
    if goes_on(seen.run):
        working_line(seen.run)
    else:
        _figures(seen)
    _doubt(seen)
    draw_tabs(seen)


def _tab_title(seen: Progress) -> str:
    """34 % - Run 3 while it goes on, Done - Run 3 when it has ended."""
    run = _("Run {run}", run=seen.run.id)
    totals = seen.totals
    if goes_on(seen.run) and totals.planned:
        return f"{charts.percent((totals.planned - totals.open) / totals.planned)} - {run}"
    return f"{label(labels.RUN_STATUS, shared.runner().status(seen.run))} - {run}"


def _figures(seen: Progress) -> None:
    """The figures of an ended run in one line; those of Performance, where each has its card."""
    summary = seen.summary
    if not seen.totals.calls:
        return
    parts = [
        speed(seen.run, charts.rate(summary.items_per_s)),
        limit_share(seen.share_of_limit, noted=bool(seen.limit_note.code)),
        _("success {share}", share=charts.percent(summary.success_rate)),
        _("{text} ({detail})", text=charts.money(seen.totals.cost_usd), detail=cost_words(seen)),
        plural("{n} call", "{n} calls", seen.totals.calls),
    ]
    st.caption(plain(" · ".join(parts)))


def _doubt(seen: Progress) -> None:
    totals = seen.totals
    if totals.in_doubt:
        words = plural("{n} call is in doubt:", "{n} calls are in doubt:", totals.in_doubt)
        most = _(
            "up to {cost} may have been billed; it is included in the cost.", cost=charts.money(totals.in_doubt_usd)
        )
        st.caption(plain(sentences(words, most)))


def _bar(seen: Progress) -> None:
    totals = seen.totals
    words = how_far(seen.run)
    if totals.cached:
        words += " · " + _("{n} reused", n=f"{totals.cached:,}")
    if totals.failed:
        words += " · " + _("{n} failed", n=f"{totals.failed:,}")
    if totals.cancelled:
        words += " · " + _("{n} cancelled", n=f"{totals.cancelled:,}")
    goes = goes_on(seen.run)
    if goes and seen.totals.first_sent_at is None and seen.eta_s is not None:
        words += " · " + _("will take about {time}", time=duration(seen.eta_s))
    elif goes and seen.eta_s is not None:
        words += " · " + _("about {time} left", time=duration(seen.eta_s))
    elif seen.summary.wall_s:
        words += " · " + _("took {time}", time=duration(seen.summary.wall_s))
    made = totals.planned - totals.open if goes else totals.drafted  # of a run that has ended, failed drafts are no bar
    st.progress(made / totals.planned if totals.planned else 0.0, text=words)
    if goes and seen.eta_note.code:
        st.caption(plain(message_text(seen.eta_note)))
