"""
What an id of the engine is called on the screen: tables of id -> sentence, translated when they are shown.

An id the tables do not know is shown as it is, so that a new state or reason of the engine never breaks a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dashboard.text import N_, _, message_text
from engine.kinds import kinds
from engine.messages import TEMPLATES, Message, reason_name

Table = Mapping[str, str]
Color = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]

KIND: Table = {kind.name: kind.title for kind in kinds()}
LANG: Table = {"en": N_("English"), "ja": N_("Japanese"), "zh": N_("Chinese")}
PRESET: Table = {
    "serial": N_("Serial"),
    "concurrent": N_("Concurrent"),
    "batch": N_("Batch"),
    "combined": N_("Combined"),
    "auto": N_("Auto"),
    "review": N_("Review by a second model"),
    "custom": N_("By hand"),
    "": N_("By hand"),
}
PRESET_HELP: Table = {
    "serial": N_("One call at a time, one draft a call: the plain beginning to compare with."),
    "concurrent": N_("Several calls at a time, one draft a call."),
    "batch": N_("One call at a time, several drafts a call."),
    "combined": N_("Several calls at a time, several drafts a call: the fastest for most runs."),
    "auto": N_("The middle of what is recommended for the size of the run."),
    "custom": N_("Your own figures."),
}
PROVIDER: Table = {"practice": N_("Practice (built in, free)"), "custom": N_("Another OpenAI-compatible server")}
DIAL: Table = {
    "concurrency": N_("Concurrency"),
    "batch_size": N_("Batch size"),
    "retries": N_("Retries"),
    "throttle_ms": N_("Throttle, ms"),
}
DIAL_HELP: Table = {
    "concurrency": N_("How many calls may be in flight at once."),
    "batch_size": N_("How many drafts one call asks for. It divides the work, it never multiplies it."),
    "retries": N_("How often a packet that failed is tried again. 0 sends nothing twice."),
    "throttle_ms": N_("The smallest gap between two call starts."),
}
SHAPE: Table = {"window": N_("Window (a burst is allowed)"), "even": N_("Even (evenly spaced)")}
FAULT: Table = {
    "503": N_("503: no server is free"),
    "429": N_("429 although the limits are kept"),
    "500": N_("500: an error inside the provider"),
    "reset": N_("Connection dropped half-way"),
    "timeout": N_("No answer until the deadline"),
    "error200": N_("200 with an error inside"),
    "finish_error": N_("Breaks off with an error"),
    "short": N_("Leaves items out"),
    "malformed": N_("Broken JSON"),
    "truncated": N_("Cut by length"),
    "fenced": N_("Wrapped in a code fence and prose"),
    "blank": N_("Blank answer, billed"),
    "html": N_("HTML of a sign-in page"),
    "keepalive": N_("Blank lines before the body"),
    "wrong_script": N_("Another language"),
    "quota": N_("429: quota used up"),
    "402_credits": N_("402: credits used up"),
    "402_in_flight": N_("402: too much in flight"),
    "402_afford": N_("402: max_tokens cannot be paid"),
    "403": N_("403: flagged by moderation"),
    "slow": N_("Five times as slow"),
    "doubled_id": N_("One id twice"),
    "unknown_id": N_("An id nobody asked for"),
    "other_model": N_("Another model answers"),
    "crowded": N_("Leaves out more, the larger the batch"),
}

RUN_STATE: Table = {
    "queued": N_("Queued"),
    "running": N_("Running"),
    "paused": N_("Paused"),
    "done": N_("Done"),
    "incomplete": N_("Incomplete"),
    "cancelled": N_("Cancelled"),
}
RUN_STATUS: Table = {
    **RUN_STATE,
    "pausing": N_("Pausing …"),
    "cancelling": N_("Cancelling …"),
    "interrupted": N_("Interrupted"),
}
RUN_COLOR: dict[str, Color] = {
    "pausing": "violet",
    "cancelling": "gray",
    "interrupted": "orange",
    "queued": "gray",
    "running": "blue",
    "paused": "violet",
    "done": "green",
    "incomplete": "orange",
    "cancelled": "gray",
}
RUN_ICON: Table = {
    "pausing": ":material/pause_circle:",
    "cancelling": ":material/stop_circle:",
    "interrupted": ":material/power_off:",
    "queued": ":material/schedule:",
    "running": ":material/autorenew:",
    "paused": ":material/pause_circle:",
    "done": ":material/check_circle:",
    "incomplete": ":material/rule:",
    "cancelled": ":material/cancel:",
}
OUTCOME: Table = {
    "in_flight": N_("In flight"),
    "answered": N_("Answered"),
    "ok": N_("Good"),
    "partial": N_("Partly good"),
    "rate_limited": N_("Slowed down"),
    "failed": N_("Failed"),
    "stopped": N_("Stopped"),
    "in_doubt": N_("In doubt"),
    "not_sent": N_("Not sent"),
}
OUTCOME_COLOR: Table = {
    "in_flight": "blue",
    "answered": "blue",
    "ok": "green",
    "partial": "yellow",
    "rate_limited": "orange",
    "failed": "red",
    "stopped": "red",
    "in_doubt": "violet",
    "not_sent": "gray",
}
REVIEW: Table = {"pending": N_("Pending"), "approved": N_("Approved"), "rejected": N_("Rejected")}
REVIEW_COLOR: dict[str, Color] = {"pending": "gray", "approved": "green", "rejected": "red"}
SOURCE: Table = {"call": N_("Made"), "cache": N_("Reused")}

SEVERITY: Table = {
    "refused": N_("refused, asked for again"),
    "flagged": N_("kept, first in review"),
    "note": N_("kept, a note"),
}
OPINION: Table = {"ok": N_("Good"), "fix": N_("To fix"), "reject": N_("To reject"), "": N_("Not scored yet")}
ASPECT: Table = {
    "correct": N_("Correct"),
    "natural": N_("Natural"),
    "level": N_("Level"),
    "task": N_("Task"),
    "safe": N_("Safe"),
}
ONLY: Table = {"all": N_("All but the rejected"), "flagged": N_("Flagged"), "sample": N_("A sample")}
CHANGED: Table = {"limits": N_("Limit"), "tuning": N_("Settings")}
LIMIT = ("rpm", "tpm", "max_in_flight", "shape", "window_s")
ARMS_BY: Table = {"presets": N_("Presets"), "grid": N_("Grid")}
FIELD: Table = {
    "topics": N_("Topics"),
    "levels": N_("Levels"),
    "per_combo": N_("Drafts for each topic and level"),
    "model": N_("Model"),
    "provider": N_("Provider"),
    "temperature": N_("Temperature"),
    "budget_usd": N_("Budget, USD"),
    "budget_day_usd": N_("Budget of a day, USD"),
    "rpm": N_("Calls in a window"),
    "tpm": N_("Tokens in a window"),
    "max_in_flight": N_("Calls in flight"),
    "window_s": N_("Window, s"),
    "shape": N_("Shape of the limit"),
    "input_usd": N_("Sent"),
    "output_usd": N_("Written"),
    "cached_usd": N_("Sent, cached"),
    "base_url": N_("Base URL"),
    "key_env": N_("Key variable"),
    "arms": N_("Settings to compare"),
    "trials": N_("Trials per setting"),
    **DIAL,
    **{f"grid_{dial}": name for dial, name in DIAL.items()},
}

BINDS: Table = {
    "concurrency": N_("Calls in flight hold the speed: the provider could take more at once."),
    "rate": N_("Calls a minute hold the speed."),
    "tokens": N_("Tokens a minute hold the speed."),
    "in_flight": N_("The provider's cap on calls in flight holds the speed."),
}
LEVER: Table = {
    "concurrency": N_("Raise the concurrency to go faster."),
    "batch_size": N_("Raise the batch size to go faster."),
    "limits": N_("Only a higher limit at the provider makes it faster."),
    "none": N_("Nothing here makes it faster."),
}


def label(table: Table, key: object) -> str:
    """What an id is called in the reader's language."""
    word = table.get(str(key))
    return _(word) if word else str(key)


def reason(code: str) -> str:
    """The short name of a reason in the reader's language."""
    return message_text(reason_name(code)) if code else ""


def change_reason(code: str) -> str:
    """Why a limit or a setting was changed in a run, in the reader's language."""
    return message_text(Message(f"change.{code}")) if f"change.{code}" in TEMPLATES else code
