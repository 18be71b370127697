"""
What the doctor found. The values are the figures of a check, as text.
"""

from __future__ import annotations

from collections.abc import Mapping

_FINDINGS: Mapping[str, str] = {
    "key_valid": "The key in {variable} is accepted.",
    "key_not_needed": "No key is needed.",
    "key_missing": (
        "No key is set. Write it into .streamlit/secrets.toml, or set it with: export {variable}=..., and start "
        "Draftmill again."
    ),
    "key_malformed": "The key cannot be used: {problem}",
    "key_refused": "The provider refuses the key in {variable} ({status}). Make a new one there and set it again.",
    "key_unproven": "It could not be checked whether the key is valid: {problem}",
    "quota_left": "{left} {currency} are left.",
    "quota_low": "Only {left} {currency} are left. Add credit with the provider before a large run.",
    "quota_unlimited": "The key has no limit; {used} {currency} were used so far.",
    "quota_used_up": "Nothing is left on this key. Add credit with the provider, then resume.",
    "quota_not_told": "The provider does not report what is left; look at its own pages.",
    "day_left": "{spent_usd} of the daily budget of {budget_usd} USD are spent.",
    "day_spent": "The daily budget of {budget_usd} USD is spent ({spent_usd}). Raise it, or go on after midnight.",
    "network_steady": "{calls} calls, none failed: {median_ms} ms median, {spread_ms} ms spread.",
    "network_slow": (
        "{calls} calls, none failed, but slow: {median_ms} ms median. More concurrency makes up for it; another "
        "network fixes it."
    ),
    "network_uneven": (
        "{calls} calls, none failed, but uneven: {median_ms} ms median, {spread_ms} ms spread. Expect a slow call now "
        "and then."
    ),
    "network_shaky": (
        "{failures} of {calls} calls failed: {problem}. Check the connection and the proxy; more retries help."
    ),
    "network_down": (
        "No call gets through to {base_url}: {problem}. Check the address, the connection and the proxy settings."
    ),
    "model_listed": "{model} is served, one of {models}.",
    "model_gone": "{model} is not among the {models} models served. Choose another on the Launch page.",
    "price_unknown": (
        "The price of {model} is not known: its cost is estimated at the highest known price. Refresh the prices, or "
        "write them in."
    ),
    "database_sound": "No problems found; a write takes {write_ms} ms; {size_mb} MB, {free_mb} MB free.",
    "database_damaged": (
        "The file is damaged: {problem}. Stop Draftmill, move the file aside (a new one is made) or restore a copy."
    ),
    "database_slow": (
        "No problems found, but a write takes {write_ms} ms, and each call waits for three. A file belongs on a "
        "local SSD (DRAFTMILL_HOME), a database server near this machine."
    ),
    "database_lost": "Something is missing: {problem}.",
    "answers_unmatched": (
        "{answers} paid answers match no call of this database, for example because it is an older copy. They are kept "
        "in {files}; draftmill journal lists them. Delete the files when you no longer need them."
    ),
    "database_closed": "The database cannot be used: {problem}",
    "disk_low": "{free_mb} MB are free on the database's disk. Free some space before a large run.",
    "disk_full": "The database's disk is full ({free_mb} MB free). Free some space: nothing can be stored.",
    "memory": "This process uses {rss_mb} MB, at most {peak_mb} MB so far.",
    "level_check": "The levels of drafts are checked in English, Japanese and Chinese.",
    "level_check_off": "The level of drafts in {lang} is not checked: install the package {package}.",
    "versions": "Draftmill {draftmill}, Python {python}, {database}, {packages}.",
    "timed_out": "No answer within {deadline_s} s.",
    "check_failed": "The check could not be made: {problem}",
    "not_started": "The practice provider does not start: {problem}",
}

FINDINGS: Mapping[str, str] = {f"finding.{code}": template for code, template in _FINDINGS.items()}
"""Code to English template."""
