"""
Why a run stopped, in the reader's language: its reason is a code and a sentence of the engine, or a sentence alone.
"""

from __future__ import annotations

from dashboard import labels
from dashboard.text import N_, _

STOP: labels.Table = {
    "budget": N_("The budget is reached"),
    "budget_day": N_("The budget of the day is reached"),
    "nothing_usable": N_("Answer after answer held nothing usable"),
    "retry_budget": N_("Too many calls had to be repeated"),
    "rate_limited": N_("Call after call was refused for its rate"),
    "provider_down": N_("The provider does not answer"),
    "can_afford_less": N_("The credits do not reach for such a call"),
    "too_heavy": N_("The credits do not reach for such a call"),
    "long_wait": N_("The provider asks to wait for long"),
    "store": N_("The database cannot be written"),
    "offline": N_("This machine is offline"),
    **labels.REASON,
}
"""Why a run paused: what stands before the colon of its reason."""
_BY_HAND: labels.Table = {
    "paused by hand": N_("Paused by hand"),
    "cancelled by hand": N_("Cancelled by hand"),
    "another process": N_("Another process has taken this run over"),
    "Draftmill was closed": N_("Draftmill was closed"),
    "drafts are missing": N_("Drafts are missing"),
    "the disk is full": N_("The disk is full"),
    "the database": N_("The database cannot be written"),
}


def code_of(reason: str) -> str:
    """The code a run's reason begins with; empty where it is a sentence alone."""
    code, colon, _sentence = reason.partition(":")
    return code if colon and code.replace("_", "").isalpha() and code.islower() else ""


def words_of(reason: str) -> str:
    """Why a run stopped, in the reader's language; empty where the engine's own sentence is all there is."""
    code = code_of(reason)
    if code in STOP:
        return labels.label(STOP, code)
    return next((_(words) for start, words in _BY_HAND.items() if reason.startswith(start)), "")


def detail_of(reason: str) -> str:
    """The engine's own sentence, without its code."""
    return reason.partition(":")[2].strip() if code_of(reason) in STOP else reason
