"""
Advice in words: a text for each code, its fields the evidence. A screen may say the same texts in another language.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.reports.advice.facts import Advice

SAID: Mapping[str, str] = {
    "slow_down": (
        "{rate_429} of the calls were refused (429: {http_429} of {calls}). Slow down: from {from_per_min} to "
        "{to_per_min} calls a minute, or tell Draftmill the provider's limit (rpm)."
    ),
    "fewer_at_once": (
        "{rate_429} of the calls were refused (429: {http_429} of {calls}). The provider takes {max_in_flight} at one "
        "time."
    ),
    "low_success": (
        "{success_rate} of the drafts were made ({drafted} of {settled}), under the target of 95 %. Resume the run "
        "with retry: it asks again for the {missing} that are missing and for nothing else."
    ),
    "errors": (
        "{error_rate} of the drafts failed ({failed} of {settled}), over the target of 5 %; the commonest cause is "
        "{cause}. Look at one of its calls in the ledger."
    ),
    "unstable_network": (
        "{broken_rate} of the calls found no answer on the network ({broken} of {calls}). Check the connection and "
        "the proxy; more retries bridge it."
    ),
    "smaller_batch": (
        "{share_lost} of the items of packets of {batch_size} came short or cut off ({lost} of {asked}). A smaller "
        "batch should bring that to {expected_lost}."
    ),
    "slow_writes": (
        "A write to the database takes {commit_ms} ms, and each call waits for three ({waits_ms} ms). Keep it on a "
        "local SSD: set DRAFTMILL_HOME."
    ),
    "memory": (
        "Draftmill holds {rss_mb} MB of memory, over {most_mb} MB. Split the job into smaller runs, and restart "
        "Draftmill between them."
    ),
    "throttled": (
        "At most {most_in_flight} of {concurrency} calls were in flight: the throttle of {throttle_ms} ms holds the "
        "run, not the concurrency."
    ),
    "idle_concurrency": (
        "At most {most_in_flight} of {concurrency} calls were in flight: concurrency is not what limits this run, but "
        "{binds}."
    ),
    "tokens_rising": (
        "A draft took {late} tokens in the second half of the run, {early} in the first ({rise}). Look at the newest "
        "answers: texts may have become longer, or items are paid for and lost."
    ),
    "big_job": (
        "{n} drafts are one job. Split it into {parts} runs of about {part}, and review the first before the rest is "
        "bought."
    ),
}
"""By code; `shown_evidence` fills them in."""

BINDS: Mapping[str, str] = {
    "rate": "the provider's limit of calls a minute",
    "tokens": "the provider's limit of tokens a minute",
    "in_flight": "the provider's limit of calls in flight",
    "unknown": "the wait between calls or too few packets",
}
"""What the evidence `binds` means."""

GAINS: Mapping[str, str] = {
    "low_success": "drafts",
    "errors": "drafts",
    "unstable_network": "drafts",
    "tokens_rising": "drafts for the same tokens",
}
"""What a gain is a factor on, where it is not the speed."""

_FORMATS: Mapping[str, str] = {
    **dict.fromkeys(("rate_429", "success_rate", "error_rate", "broken_rate", "share_lost", "expected_lost"), ".1%"),
    **dict.fromkeys(("early", "late", "from_per_min", "to_per_min", "commit_ms", "waits_ms"), ",.0f"),
    **dict.fromkeys(("rss_mb", "most_mb"), ",.0f"),
    "rise": "+.0%",
}


def shown_evidence(advice: Advice) -> dict[str, str]:
    """The evidence as people read it, by name: shares in %, numbers with thousands separators, codes as they are."""
    return {
        name: value if isinstance(value, str) else format(value, _FORMATS.get(name, ","))
        for name, value in advice.evidence.items()
    }


def sentence(advice: Advice) -> str:
    """The advice in English: what was seen, the way out, what it is expected to bring."""
    shown = shown_evidence(advice)
    said = SAID[advice.code].format(**{**shown, "binds": BINDS.get(shown.get("binds", ""), "")})
    turns = [f"{name} from {shown[name]} to {value:,}" for name, value in advice.change.items()]
    if turns:
        said += f" Set {' and '.join(turns)}."
    if advice.gain is not None:
        said += f" Expected: {advice.gain:.2f} x the {GAINS.get(advice.code, 'speed')}."
    return said
