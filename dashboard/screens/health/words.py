"""
Findings in the reader's language: the sentences of engine.doctor.words, and what the questions are called.
"""

from __future__ import annotations

from dashboard.labels import Color, Table, label
from dashboard.text import N_, _, language, say
from engine.reports import Finding, said, shown

ASKED: Table = {
    "key": N_("Is the key valid?"),
    "quota": N_("Is there quota?"),
    "network": N_("Is the network stable?"),
    "model": N_("Is the model served, at which price?"),
    "database": N_("Is the database sound?"),
    "machine": N_("This machine"),
}
STATE: Table = {
    "good": N_("All is well"),
    "note": N_("All is well"),
    "warn": N_("Something to look at"),
    "bad": N_("Something is wrong"),
}
COLOR: dict[str, Color] = {"good": "green", "note": "gray", "warn": "orange", "bad": "red"}
ICON: Table = {
    "good": ":material/check_circle:",
    "note": ":material/info:",
    "warn": ":material/warning:",
    "bad": ":material/error:",
}
SAID: Table = {
    "key_valid": N_("The key in {variable} is accepted."),
    "key_not_needed": N_("No key is needed."),
    "key_missing": N_(
        "No key is set. Set it with: export {variable}=..., or write it into .streamlit/secrets.toml, then "
        "start Draftmill again."
    ),
    "key_malformed": N_("The key cannot be used: {problem}"),
    "key_refused": N_("The provider refuses the key in {variable} ({status}). Make a new one there and set it again."),
    "key_unproven": N_("Whether the key is valid could not be found out: {problem}"),
    "quota_left": N_("{left} {currency} are left."),
    "quota_low": N_("Only {left} {currency} are left. Add credit with the provider before a large run."),
    "quota_unlimited": N_("The key has no limit; {used} {currency} were used so far."),
    "quota_used_up": N_("Nothing is left on this key. Add credit with the provider, then resume."),
    "quota_not_told": N_("The provider does not tell what is left; its own pages do."),
    "day_left": N_("{spent_usd} of the day's budget of {budget_usd} USD are spent."),
    "day_spent": N_("The day's budget of {budget_usd} USD is spent ({spent_usd}). Raise it, or go on after midnight."),
    "network_steady": N_("{calls} calls, none failed: {median_ms} ms in the middle, {spread_ms} ms apart."),
    "network_slow": N_(
        "{calls} calls, none failed, but slow: {median_ms} ms in the middle. More concurrency hides it; "
        "another network mends it."
    ),
    "network_uneven": N_(
        "{calls} calls, none failed, but uneven: {median_ms} ms in the middle, {spread_ms} ms apart. Expect a "
        "straggler now and then."
    ),
    "network_shaky": N_(
        "{failures} of {calls} calls failed: {problem}. Check the connection and the proxy; more retries bridge it."
    ),
    "network_down": N_(
        "No call gets through to {base_url}: {problem}. Check the address, the connection and the proxy settings."
    ),
    "model_listed": N_("{model} is served, one of {models}."),
    "model_gone": N_("{model} is not among the {models} models served. Choose another on the Launch page."),
    "price_unknown": N_(
        "The price of {model} is not known: its calls count at the dearest there is. Refresh the prices, or "
        "write them in."
    ),
    "database_sound": N_("quick_check finds nothing; a write takes {write_ms} ms; {size_mb} MB, {free_mb} MB free."),
    "database_damaged": N_(
        "The file is damaged: {problem}. Stop Draftmill, move the file aside (a new one is made) or restore a copy."
    ),
    "database_slow": N_(
        "It is sound, but a write takes {write_ms} ms, and each call waits for three. Keep it on a local SSD: "
        "set DRAFTMILL_HOME."
    ),
    "database_closed": N_("The database cannot be used: {problem}"),
    "disk_low": N_("{free_mb} MB are free on the database's disk. Free some space before a large run."),
    "disk_full": N_("The database's disk is full ({free_mb} MB free). Free some space: nothing can be stored."),
    "memory": N_("This process holds {rss_mb} MB, at most {peak_mb} MB so far."),
    "versions": N_("Draftmill {draftmill}, Python {python}, {database}, {packages}."),
    "timed_out": N_("No answer within {deadline_s} s."),
    "check_failed": N_("The check could not be made: {problem}"),
    "not_started": N_("The practice provider does not start: {problem}"),
}


HEAD: Table = {
    "key_valid": N_("accepted"),
    "key_not_needed": N_("none needed"),
    "key_missing": N_("missing"),
    "key_malformed": N_("malformed"),
    "key_refused": N_("refused"),
    "key_unproven": N_("not proven"),
    "quota_left": "{left} {currency}",
    "quota_low": "{left} {currency}",
    "quota_unlimited": N_("no limit"),
    "quota_used_up": N_("used up"),
    "quota_not_told": N_("not told"),
    "network_steady": "{median_ms} ms",
    "network_slow": "{median_ms} ms",
    "network_uneven": "{median_ms} ms",
    "network_shaky": "{median_ms} ms",
    "network_down": N_("down"),
    "model_listed": N_("served"),
    "model_gone": N_("gone"),
    "database_sound": N_("{write_ms} ms a write"),
    "database_slow": N_("{write_ms} ms a write"),
    "database_damaged": N_("damaged"),
    "database_closed": N_("closed"),
    "memory": "{rss_mb} MB",
    "timed_out": N_("no answer"),
    "not_started": N_("not started"),
}
"""The one figure or word of an answer that is seen from afar."""


def headline(finding: Finding) -> str:
    """The figure or word of a finding; empty where it has none."""
    words = HEAD.get(finding.code, "")
    return say(language(), words, **shown(finding)) if words else ""


def say_finding(finding: Finding) -> str:
    """One finding as a sentence; a code without words here is said in the engine's."""
    return _(SAID[finding.code], **shown(finding)) if finding.code in SAID else said(finding)


def asked(question: str) -> str:
    """What a question is called."""
    return label(ASKED, question)
