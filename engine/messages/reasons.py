"""
Why a call failed, why a run paused, how a run ended; and the short names of the reasons.

A reason of the retry contract has the code that rows are grouped by: "server_error". `reason.<code>` is its short name.
"""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "certificate": "{said}. Nothing was sent. Check base_url, or set SSL_CERT_FILE to your authority.",
    "unreachable": "{said}.",
    "late": "{said}.",
    "broken_off": "{said}.",
    "too_large": "{said}.",
    "redirect": "{said}.",
    "bad_answer": "{said}.",
    "no_envelope": "The answer is no chat completion (a login page, or a wrong base_url).",
    "encoding": "{said}.",
    "no_endpoint": "{said} Nothing is served at this address.",
    "no_schema": "{said}",
    "no_max_tokens": "{said}",
    "no_temperature": "{said}",
    "too_long": "{said}",
    "thinking": "The model's thinking used the whole allowance, and nothing was written.",
    "no_resource": "The provider ran out of resources in the middle.",
    "finish_error": "The answer broke off.",
    "refused": "The model refuses: {said}. Change the topic or model.",
    "cut_off": "The answer was cut off for its length; what is complete is kept.",
    "blank": "The answer is blank, and billed; the model's output was probably no JSON.",
    "server_error": "{said}",
    "bad_request": "{said} Check the model's name and the settings.",
    "key": "{said} The key is refused: set it again, then resume.",
    "credit": "{said}",
    "too_heavy": "{said}",
    "in_flight_budget": "{said}",
    "can_afford_less": "{said}",
    "moderation": "{said} The prompt was refused: change the topic or the model.",
    "forbidden": "{said} Check the key's budget and permissions, and the region.",
    "quota": "{said}",
    "rate": "{said}",
    "in_flight_limit": "{said}",
    "long_wait": "{said} It asks to wait {wait}: resume the run after that.",
    "unreadable": (
        "{answers} replies in a row could not be read ({why}). The run is paused so that no more money is spent; "
        "look at a raw reply (draftmill calls RUN --raw CALL), then try another model or another json_mode"
    ),
    "nothing_usable": (
        "the last {answers} answers held no usable draft ({why}). The run is paused so that no more money is spent; "
        "look at a raw reply (draftmill calls RUN --raw CALL), then try another model or simpler options"
    ),
    "retry_budget": (
        "too many calls had to be repeated, the last because: {why} The run is paused so that no more money is spent; "
        "resume it when the provider works again"
    ),
    "rate_limited": "{calls} calls in a row were refused for their rate. Lower rpm or resume later",
    "provider_down": "no answer to {calls} calls in a row: {why} Resume when the provider works again",
    "budget": "{said}",
    "budget_day": (
        "${spent_usd:.4f} of today's budget of ${budget_usd:.4f} for {provider} is spent, the next call may cost "
        "${worst_usd:.4f}; resume the run after midnight, or with a larger budget for the day"
    ),
}
"""Code to English template. In a run's row the code comes before the text."""

ENDINGS: Mapping[str, str] = {
    "paused_by_hand": "paused by hand; resume the run to go on",
    "cancelled_by_hand": "cancelled by hand",
    "taken_over": "another process has taken this run over",
    "closed": "Draftmill was closed; resume the run to go on",
    "drafts_missing": "drafts are missing in {cells}; causes: {causes}",
    "judgements_missing": "judgements are missing in {cells}; causes: {causes}",
    "broke": "{error} inside Draftmill; see the log, then resume the run",
    "process_gone": "the process that sent this call has ended; the call may have been billed",
    "run_ended": "the run ended before the answer came; it may have been billed",
}
"""What ends a run, or a call, beside the retry contract."""

DETAILS: Mapping[str, str] = {
    "said": "{text}",
    "items_refused": "{items}",
    "provider_answers": "The provider answers {status}: {said}.",
    "provider_answers_status": "The provider answers {status}.",
    "provider_redirects": "The provider answers {status}; set base_url to where it serves",
    "unanswered_calls": "no answer to {calls} calls in a row: {why} If the provider is only slow, raise deadline_s",
    "its_content_filter": "its content filter",
    "adapt_format": 'From now on {format} is asked for; set json_mode = "{mode}" in the profile.',
    "adapt_no_format": 'From now on JSON is asked for by the prompt alone; set json_mode = "none" in the profile.',
    "adapt_tokens_field": ("From now on max_completion_tokens is sent; set completion_tokens = true in the profile."),
    "adapt_temperature": "From now on no temperature is sent; set send_temperature = false in the profile.",
    "adapt_max_tokens": "From now on max_tokens is at most {most:,}.",
    "adapt_one_item": "From now on a call asks for one draft.",
    "adapt_items": "From now on a call asks for at most {most} drafts.",
    "too_long_draft": "One draft is too long for this model: choose another one.",
    "cut_off_twice": "It is asked for once more with twice the max_tokens.",
    "cut_off_raise": "Raise max_tokens, or choose shorter drafts.",
    "cut_off_server": (
        "It ended at {tokens:,} tokens although {most:,} were allowed: raise the server's own limit (its context, or "
        "its most tokens per answer)."
    ),
    "only_thoughts": "The model thought and then wrote nothing.",
    "thinking_room": "From now on there is room for it.",
    "thinking_off": (
        'Turn thinking off in the profile (extra_body, for example reasoning_effort = "none" or thinking = '
        '{{type = "disabled"}}), raise max_tokens, or choose another model.'
    ),
    "credit_budget": "Raise the key's budget, then resume.",
    "address_is": "base_url is {base_url}; {advice}.",
    "check_network": "Check base_url, the network and the proxy, then resume.",
    "check_base_url": "Check base_url and the network, then resume.",
    "not_paid_third": "It is not paid for a third time.",
    "another_model": "Try another model.",
    "no_use": "It says that asking again is no use.",
    "credit_smaller": "Add credit, or choose a smaller batch_size.",
    "credit_add": "Add credit with the provider, then resume.",
    "resets_in": "It resets in {wait}. Resume then, or raise the quota.",
    "resets_daily": (
        "The quota is for a day: it resets at midnight in the provider's time zone (Google: Pacific time). "
        "Resume then, or raise the quota."
    ),
    "resets_unknown": "It does not say when it resets. Resume then, or raise the quota.",
    "that_is_at": "That is at {time}.",
    "key_variable": "It is read from {variable}.",
    "retries_none": "retries is 0: it was not sent again.",
    "sent_times": "It was sent {times} times; raise retries, or resume later.",
    "seconds": "{n:.0f} s",
    "minutes": "{n:.0f} minutes",
    "hours": "{n:.1f} hours",
    "cell_short": "{topic} L{level} ({n})",
    "more_cells": "{n} more cells",
    "cause_counted": "{n} {cause}",
    "cause_seen": "{cause}: {detail}",
}
"""Parts of the sentences above."""

_NAMES: Mapping[str, str] = {
    "unreachable": "The provider cannot be reached",
    "certificate": "The certificate does not verify",
    "late": "No answer before the deadline",
    "broken_off": "The connection broke off",
    "too_large": "The answer is too large",
    "redirect": "Redirected to another address",
    "bad_answer": "A reply that cannot be read",
    "no_envelope": "The answer is no chat completion",
    "no_schema": "The provider takes no schema",
    "no_resource": "The provider ran out of resources",
    "finish_error": "Breaks off with an error",
    "refused": "The model refuses",
    "length": "Of the wrong length",
    "cut_off": "Cut by length",
    "thinking": "Thinking used the whole allowance",
    "too_long": "The request is too long for the model",
    "no_max_tokens": "The provider takes no max_tokens",
    "no_temperature": "The provider takes no temperature",
    "no_endpoint": "Nothing is served at this address",
    "encoding": "Compressed in a way that was not asked for",
    "wrong_id": "Answered under another id",
    "replayed": "An answer to another request",
    "echoed": "The request was repeated",
    "refusal": "Refused in words",
    "unreadable": "Replies that cannot be read",
    "blank": "Blank answer, billed",
    "server_error": "An error at the provider",
    "bad_request": "The provider does not take the request",
    "key": "The key is refused",
    "credit": "Credits used up",
    "too_heavy": "Not enough credit for such a call",
    "can_afford_less": "Not enough credit for such a call",
    "quota": "Quota used up",
    "moderation": "Flagged by moderation",
    "forbidden": "Forbidden by the provider",
    "rate": "Too many calls",
    "in_flight_limit": "Too many parallel calls",
    "in_flight_budget": "Too many parallel calls for the credit",
    "process_gone": "The process that sent it ended",
    "run_ended": "The run ended before the answer came",
    "missing": "Missing in the reply",
    "opinion": "A judgement that breaks its form",
    "missing_word": "A word of the list is missing",
    "duplicate": "Nearly the same as another draft",
    "above_level": "Far above the level",
    "copied": "Copied from the example in the request",
    "gone": "The draft is not there any more",
    "json": "Broken JSON",
    "schema": "A field is missing or wrong",
    "wrong_script": "Another language",
    "wrong_language": "Another language",
    "repetition": "The text repeats itself",
    "changed_text": "Source text changed",
    "meta": "Talk about the task in the text",
    "truncated": "Cut by length",
    "cleaned": "Cleaned away",
    "in_doubt": "In doubt",
    "failed": "Failed",
    "stopped": "Stopped",
    "not_sent": "Not sent",
    "empty": "Nothing usable in the reply",
    "unknown": "Unknown",
    "budget": "The budget is reached",
    "budget_day": "The daily budget is reached",
    "nothing_usable": "Reply after reply held nothing usable",
    "retry_budget": "Too many calls had to be repeated",
    "rate_limited": "Call after call was rate-limited",
    "provider_down": "The provider does not answer",
    "long_wait": "The provider asks to wait for long",
    "paused_by_hand": "Paused by you",
    "cancelled_by_hand": "Cancelled by you",
    "taken_over": "Another process has taken this run over",
    "closed": "Draftmill was closed",
    "drafts_missing": "Drafts are missing",
    "judgements_missing": "Judgements are missing",
    "broke": "An error inside Draftmill",
    "disk_is_full": "The disk is full",
    "db_locked": "The database cannot be written",
    "db_locked_here": "The database cannot be written",
    "db_moved": "The database cannot be written",
    "db_readonly": "The database cannot be written",
    "db_not_opened": "The database cannot be written",
    "db_disk_failed": "The database cannot be written",
    "db_gone": "The database cannot be written",
    "db_unreachable": "The database cannot be written",
    "db_connections": "The database cannot be written",
    "db_server_full": "The database cannot be written",
    "db_server_readonly": "The database cannot be written",
    "db_conflict": "The database cannot be written",
}

_CHANGES: Mapping[str, str] = {
    "cap_told": "the provider says how many parallel calls it takes",
    "cap_found": "refused only when this many calls were in flight",
    "cap_refused": "refused at this many parallel calls",
    "no_cap": "not the number of parallel calls was the limit",
    "window_found": "refused after so many calls in a window",
    "no_window": "no window: the calls were refused one by one",
    "no_bursts": "no burst is allowed",
    "gap_found": "refused when the calls came closer",
    "gap_refused": "refused at a shorter interval",
    "gap_shrinks": "a shorter interval works",
    "probe": "one more call is tried",
    "probe_refused": "one more call was refused",
    "limit_fell": "the limit fell",
    "fits_refusals": "it explains the refusals best",
    "let_in": "more was accepted than assumed",
    "no_pattern": "the refusals follow no limit",
    "limit_moved": "the limit has changed",
    "shared": "calls of other workers show it",
    "surer": "more requests agree with it",
    "less_sure": "some requests do not agree with it",
    "all_refused": "every request is refused: a single one is tried now and then",
    "answers_again": "the provider accepts requests again",
    "told": "the provider says so in its headers",
    "header": "the provider says so in its headers",
    "stretched": "the window is a little longer than assumed",
    "counted_again": "fewer calls are accepted in a window than assumed",
    "cut_short": "a reply was cut off for its length",
    "goodput": "more good drafts per second",
}

NAMES: Mapping[str, str] = {
    **{f"reason.{code}": name for code, name in _NAMES.items()},
    **{f"change.{code}": words for code, words in _CHANGES.items()},
}
"""Short names of reasons, for columns and headings; why a limit or a setting was changed in a run."""
