"""
Findings in the reader's language: their sentences, their headlines, and the names of the questions.
"""

from __future__ import annotations

from dashboard.labels import Color, Table, label
from dashboard.text import N_, language, message_text, say
from engine.reports import Finding

ASKED: Table = {
    "key": N_("Is the key valid?"),
    "quota": N_("Is there quota?"),
    "network": N_("Is the network stable?"),
    "model": N_("Is the model available, and at what price?"),
    "database": N_("Is the database healthy?"),
    "machine": N_("This machine"),
}
STATE: Table = {
    "good": N_("All checks passed"),
    "note": N_("All checks passed"),
    "warn": N_("Needs attention"),
    "bad": N_("Problem found"),
}
COLOR: dict[str, Color] = {"good": "green", "note": "gray", "warn": "orange", "bad": "red"}
ICON: Table = {
    "good": ":material/check_circle:",
    "note": ":material/info:",
    "warn": ":material/warning:",
    "bad": ":material/error:",
}
HEAD: Table = {
    "key_valid": N_("accepted"),
    "key_not_needed": N_("none needed"),
    "key_missing": N_("missing"),
    "key_malformed": N_("malformed"),
    "key_refused": N_("refused"),
    "key_unproven": N_("not confirmed"),
    "quota_left": "{left} {currency}",
    "quota_low": "{left} {currency}",
    "quota_unlimited": N_("no limit"),
    "quota_used_up": N_("used up"),
    "quota_not_told": N_("not reported"),
    "network_steady": N_("{median_ms} ms"),
    "network_slow": N_("{median_ms} ms"),
    "network_uneven": N_("{median_ms} ms"),
    "network_shaky": N_("{median_ms} ms"),
    "network_down": N_("unreachable"),
    "model_listed": N_("available"),
    "model_gone": N_("not available"),
    "database_sound": N_("{write_ms} ms per write"),
    "database_slow": N_("{write_ms} ms per write"),
    "database_damaged": N_("damaged"),
    "database_closed": N_("cannot be opened"),
    "memory": "{rss_mb} MB",
    "timed_out": N_("no reply"),
    "not_started": N_("not started"),
}
"""The one figure or word of an answer that is seen from afar."""


def headline(finding: Finding) -> str:
    """The figure or word of a finding; empty where it has none."""
    words = HEAD.get(finding.code, "")
    return say(language(), words, **finding.message.values) if words else ""


def say_finding(finding: Finding) -> str:
    """One finding as a sentence."""
    return message_text(finding.message)


def asked(question: str) -> str:
    """What a question is called."""
    return label(ASKED, question)
