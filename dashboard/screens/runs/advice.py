"""
Advice on a run in the reader's language: what was seen, the way out, what it would bring.

The rules are the engine's; these sentences translate those of engine.reports.advice.
"""

from __future__ import annotations

import streamlit as st

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.text import N_, _
from engine.reports import Advice, Progress, advice_for, sentence, shown_evidence

ICON = {"warn": ":orange[:material/warning:]", "hint": ":blue[:material/lightbulb:]"}

SAID: labels.Table = {
    "slow_down": N_(
        "{rate_429} of the calls were refused (429: {http_429} of {calls}). Slow down: from {from_per_min} to "
        "{to_per_min} calls a minute, or tell Draftmill the provider's limit (rpm)."
    ),
    "fewer_at_once": N_(
        "{rate_429} of the calls were refused (429: {http_429} of {calls}). The provider takes {max_in_flight} at one "
        "time."
    ),
    "low_success": N_(
        "{success_rate} of the drafts were made ({drafted} of {settled}), under the target of 95 %. Resume the run "
        "with retry: it asks again for the {missing} that are missing and for nothing else."
    ),
    "errors": N_(
        "{error_rate} of the drafts failed ({failed} of {settled}), over the target of 5 %; the commonest cause is "
        "{cause}. Look at one of its calls in the ledger."
    ),
    "unstable_network": N_(
        "{broken_rate} of the calls found no answer on the network ({broken} of {calls}). Check the connection and "
        "the proxy; more retries bridge it."
    ),
    "smaller_batch": N_(
        "{share_lost} of the items of packets of {batch_size} came short or cut off ({lost} of {asked}). A smaller "
        "batch should bring that to {expected_lost}."
    ),
    "slow_writes": N_(
        "A write to the database takes {commit_ms} ms, and each call waits for three ({waits_ms} ms). Keep it on a "
        "local SSD: set DRAFTMILL_HOME."
    ),
    "memory": N_(
        "Draftmill holds {rss_mb} MB of memory, over {most_mb} MB. Split the job into smaller runs, and restart "
        "Draftmill between them."
    ),
    "throttled": N_(
        "At most {most_in_flight} of {concurrency} calls were in flight: the throttle of {throttle_ms} ms holds the "
        "run, not the concurrency."
    ),
    "idle_concurrency": N_(
        "At most {most_in_flight} of {concurrency} calls were in flight: concurrency is not what limits this run, but "
        "{binds}."
    ),
    "tokens_rising": N_(
        "A draft took {late} tokens in the second half of the run, {early} in the first ({rise}). Look at the newest "
        "answers: texts may have become longer, or items are paid for and lost."
    ),
    "big_job": N_(
        "{n} drafts are one job. Split it into {parts} runs of about {part}, and review the first before the rest is "
        "bought."
    ),
}
BINDS: labels.Table = {
    "rate": N_("the provider's limit of calls a minute"),
    "tokens": N_("the provider's limit of tokens a minute"),
    "in_flight": N_("the provider's limit of calls in flight"),
    "unknown": N_("the wait between calls or too few packets"),
}
GAIN: labels.Table = {
    "low_success": N_("Expected: {gain}× the drafts."),
    "errors": N_("Expected: {gain}× the drafts."),
    "unstable_network": N_("Expected: {gain}× the drafts."),
    "tokens_rising": N_("Expected: {gain}× the drafts for the same tokens."),
    "": N_("Expected: {gain}× the speed."),
}

_CODES = {"binds": BINDS}


def advice_list(seen: Progress) -> None:
    """Every piece of advice, the pressing ones first; none is good news too."""
    st.markdown(f"**{_('Advice')}**")
    given = advice_for(shared.store(), seen.run.id)
    for advice in sorted(given, key=lambda one: one.severity != "warn"):
        st.markdown(f"{ICON[advice.severity]} {charts.plain(say_advice(advice))}")
    if not given:
        st.caption(_("Nothing to change so far."))


def say_advice(advice: Advice) -> str:
    """One piece of advice: evidence and way out, what to set, the expected gain."""
    if advice.code not in SAID:
        return sentence(advice)
    shown = shown_evidence(advice)
    shown |= {name: label(words, shown[name]) for name, words in _CODES.items() if name in shown}
    if "cause" in shown:
        shown["cause"] = labels.reason(shown["cause"])
    said = _(SAID[advice.code], **shown)
    turns = [
        _("{dial} {before} → {after}", dial=label(labels.DIAL, name), before=shown[name], after=f"{value:,}")
        for name, value in advice.change.items()
    ]
    parts = [said, *([_("Set: {turns}.", turns=", ".join(turns))] if turns else [])]
    if advice.gain is not None:
        parts.append(_(GAIN.get(advice.code, GAIN[""]), gain=f"{advice.gain:.2f}"))
    return " ".join(parts)
