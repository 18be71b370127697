"""
What an id of the engine is called on the screen: tables of id -> sentence, translated when they are shown.

An id the tables do not know is shown as it is, so that a new state or reason of the engine never breaks a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dashboard.text import N_, _, language, message_text
from engine.kinds import kinds, language_name
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
    "custom": N_("Custom"),
    "": N_("Custom"),
}
PRESET_HELP: Table = {
    "serial": N_("One request at a time, one draft per request: the baseline."),
    "concurrent": N_("Several requests at a time, one draft per request."),
    "batch": N_("One request at a time, several drafts per request."),
    "combined": N_("Several requests at a time, several drafts per request: the fastest for most runs."),
    "auto": N_("The middle of the recommended range for this run size."),
    "custom": N_("Your own settings."),
}
PROVIDER: Table = {"practice": N_("Practice (built in, free)"), "custom": N_("Another OpenAI-compatible server")}
SETTING: Table = {
    "concurrency": N_("Concurrency"),
    "batch_size": N_("Batch size"),
    "retries": N_("Retries"),
    "throttle_ms": N_("Throttle (ms)"),
}
SETTING_HELP: Table = {
    "concurrency": N_("How many requests may run at the same time."),
    "batch_size": N_("How many drafts one request asks for. The total number of drafts stays the same."),
    "retries": N_("How often a failed request is retried. 0 means never."),
    "throttle_ms": N_("Minimum interval between two requests."),
}
SHAPE: Table = {"window": N_("Bursts allowed"), "even": N_("Evenly spaced")}
FAULT: Table = {
    "503": N_("503: overloaded"),
    "429": N_("Random 429"),
    "500": N_("500: internal error"),
    "reset": N_("Connection dropped half-way"),
    "timeout": N_("Timeout without a reply"),
    "error200": N_("200 with an error inside"),
    "finish_error": N_("Breaks off with an error"),
    "short": N_("Incomplete reply"),
    "malformed": N_("Broken JSON"),
    "truncated": N_("Cut by length"),
    "fenced": N_("Wrapped in a code fence and prose"),
    "blank": N_("Blank answer, billed"),
    "html": N_("HTML of a sign-in page"),
    "keepalive": N_("Blank lines before the body"),
    "wrong_script": N_("Another language"),
    "changed_text": N_("Source text changed"),
    "quota": N_("429: quota used up"),
    "402_credits": N_("402: credits used up"),
    "402_in_flight": N_("402: too many active requests"),
    "402_afford": N_("402: credit too low for max_tokens"),
    "403": N_("403: flagged by moderation"),
    "slow": N_("Five times slower"),
    "doubled_id": N_("Duplicate draft id"),
    "unknown_id": N_("Unknown draft id"),
    "other_model": N_("Reply from another model"),
    "missing_word": N_("Target words left out"),
    "offlevel": N_("Drafts above the level"),
    "offlang": N_("Drafts in another language"),
    "crowded": N_("Incomplete replies for large batches"),
}
PRACTICE: Table = {
    "base_ms": N_("Latency per request (ms)"),
    "item_ms": N_("Latency per draft (ms)"),
    "jitter": N_("Jitter (0 to 1)"),
    "seed": N_("Seed"),
    "rpm": N_("Requests per window"),
    "window_s": N_("Window (s)"),
    "max_in_flight": N_("Parallel requests"),
    "time_scale": N_("Time scale"),
    "shape": N_("Limit type"),
    "retry_after": N_("429 replies include Retry-After"),
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
UNIT: Mapping[str, Table] = {
    "draft": {
        "speed": N_("Drafts per second"),
        "rate": N_("{rate} drafts/s"),
        "tokens": N_("Tokens per draft"),
        "cost": N_("{cost} per draft"),
        "how_far": N_("{have} of {all} drafts"),
        "how_far_one": N_("{have} of {all} draft"),
        "missing": N_("Some drafts are missing. Reason:"),
        "parent": N_("Regenerates run {run}"),
    },
    "judgement": {
        "speed": N_("Judgements per second"),
        "rate": N_("{rate} judgements/s"),
        "tokens": N_("Tokens per judgement"),
        "cost": N_("{cost} per judgement"),
        "how_far": N_("{have} of {all} judgements"),
        "how_far_one": N_("{have} of {all} judgement"),
        "missing": N_("Some judgements are missing. Reason:"),
        "parent": N_("Reviewed run: {run}"),
    },
}
"""The words of a run, by the unit it makes."""
OUTCOME: Table = {
    "in_flight": N_("Active"),
    "answered": N_("Answered"),
    "ok": N_("Good"),
    "partial": N_("Partial"),
    "rate_limited": N_("Rate-limited"),
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
    "refused": N_("discarded, requested again"),
    "flagged": N_("kept, reviewed first"),
    "note": N_("kept with a note"),
}
OPINION: Table = {"ok": N_("Good"), "fix": N_("To fix"), "reject": N_("To reject"), "": N_("Not scored yet")}
ASPECT: Table = {
    "correct": N_("Correct"),
    "natural": N_("Natural"),
    "level": N_("Level"),
    "task": N_("Task"),
    "safe": N_("Safe"),
}
ONLY: Table = {"all": N_("All except rejected"), "flagged": N_("Flagged"), "sample": N_("Sample")}
CHANGED: Table = {"limits": N_("Limit"), "tuning": N_("Settings")}
LIMIT = ("rpm", "tpm", "max_in_flight", "shape", "window_s")
ARMS_BY: Table = {"presets": N_("Presets"), "grid": N_("Grid")}
MADE_FROM: Table = {"topics": N_("Topics"), "texts": N_("Own texts")}
FIELD: Table = {
    "sources": N_("Own texts"),
    "text": N_("Text"),
    "topics": N_("Topics"),
    "levels": N_("Levels"),
    "per_combo": N_("Drafts per topic and level"),
    "model": N_("Model"),
    "provider": N_("Provider"),
    "temperature": N_("Temperature"),
    "budget_usd": N_("Budget (USD)"),
    "budget_day_usd": N_("Daily budget (USD)"),
    "rpm": N_("Requests per window"),
    "tpm": N_("Tokens per window"),
    "max_in_flight": N_("Parallel requests"),
    "window_s": N_("Window (s)"),
    "shape": N_("Limit type"),
    "input_usd": N_("Input"),
    "output_usd": N_("Output"),
    "cached_usd": N_("Cached input"),
    "base_url": N_("Base URL"),
    "key_env": N_("Key variable"),
    "deadline_s": N_("Request timeout (s)"),
    "max_tokens": N_("Longest reply (tokens)"),
    "private_network": N_("Allow a private network"),
    "arms": N_("Settings to compare"),
    "trials": N_("Trials per setting"),
    **SETTING,
    **{f"grid_{setting}": name for setting, name in SETTING.items()},
}

BOTTLENECK: Table = {
    "concurrency": N_("Limited by concurrency. The provider could handle more parallel requests."),
    "rate": N_("Limited by requests per minute."),
    "tokens": N_("Limited by tokens per minute."),
    "in_flight": N_("Limited by the provider's maximum of parallel requests."),
}
SUGGESTION: Table = {
    "concurrency": N_("Raise the concurrency to go faster."),
    "batch_size": N_("Raise the batch size to go faster."),
    "limits": N_("Only a higher provider limit makes it faster."),
    "none": N_("No setting here makes it faster."),
}


def label(table: Table, key: object) -> str:
    """What an id is called in the reader's language."""
    word = table.get(str(key))
    return _(word) if word else str(key)


def language_label(tag: str) -> str:
    """What a language is called in the reader's language, by its BCP-47 tag."""
    return language_name(tag, language())


def reason(code: str) -> str:
    """The short name of a reason in the reader's language."""
    return message_text(reason_name(code)) if code else ""


def change_reason(code: str) -> str:
    """Why a limit or a setting was changed in a run, in the reader's language."""
    return message_text(Message(f"change.{code}")) if f"change.{code}" in TEMPLATES else code
