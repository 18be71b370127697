"""
What to change about a run: what was seen, what to do, what it should bring. The values are the evidence of the rules.
"""

from __future__ import annotations

from collections.abc import Mapping

_SEEN: Mapping[str, str] = {
    "slow_down": (
        "{rate_429:.1%} of the calls were refused (429: {http_429:,} of {calls:,}). Slow down from {from_per_min:,.0f} "
        "to {to_per_min:,.0f} calls a minute, or set the provider's limit (rpm)."
    ),
    "busy": (
        "{rate_429:.1%} of the calls were refused (429: {http_429:,} of {calls:,}) although {from_per_min:,.0f} calls "
        "a minute are within the limit of {to_per_min:,.0f}: the provider is busy. Slower calls would not help; resume "
        "later, or choose another model."
    ),
    "fewer_at_once": (
        "{rate_429:.1%} of the calls were refused (429: {http_429:,} of {calls:,}). The provider takes "
        "{max_in_flight:,} at one time."
    ),
    "low_success": (
        "{success_rate:.1%} of the drafts were made ({drafted:,} of {settled:,}), under the target of 95 %. Resume the "
        "run with retry: it asks again for the {missing:,} that are missing and for nothing else."
    ),
    "errors": (
        "{error_rate:.1%} of the drafts failed ({failed:,} of {settled:,}), over the target of 5 %; the most frequent "
        "cause is: {cause}. Look at one of its calls: draftmill calls RUN --failed, then --raw CALL."
    ),
    "unusable": (
        "{share:.1%} of the drafts that were asked for came back unusable ({unusable:,} of {asked:,}; most often: "
        "{cause}). More retries would buy the same again. Read a raw reply (among the run's calls), then try another "
        "model or simpler options."
    ),
    "unstable_network": (
        "{broken_rate:.1%} of the calls got no answer over the network ({broken:,} of {calls:,}). Check the connection "
        "and the proxy; more retries help."
    ),
    "deadline": (
        "{late_rate:.1%} of the calls had no whole answer at their deadline of {deadline_s:,} s ({late:,} of "
        "{calls:,}); each may have been billed. Give a call more time, or ask for fewer drafts at a time."
    ),
    "cut_off": (
        "Replies of one draft were cut off at {max_tokens:,} tokens ({cut:,} replies). Allow more tokens, or choose "
        "shorter drafts."
    ),
    "lower_quality": (
        "Of the drafts asked for {batch_size:,} at a time, {share:.0%} {measure}; of those asked for {other:,} at a "
        "time, {other_share:.0%}."
    ),
    "low_quality": (
        "{share:.0%} of this run's drafts {measure} ({bad:,} of {total:,}). A smaller batch, another model or a "
        "review by a second model may help."
    ),
    "slow_pace": (
        "The run makes {pace:.2g} drafts per second, {share:.0%} of the forecast ({forecast:.2g}): {slowed}."
    ),
    "smaller_batch": (
        "{share_lost:.1%} of the drafts asked for {batch_size:,} at a time were missing or cut off ({lost:,} of "
        "{asked:,}). A smaller batch should bring that to {expected_lost:.1%}."
    ),
    "slow_writes": (
        "A write to the database takes {commit_ms:,.0f} ms, and each call waits for three ({waits_ms:,.0f} ms). A "
        "file belongs on a local SSD (DRAFTMILL_HOME), a database server near this machine."
    ),
    "memory": (
        "Draftmill uses {rss_mb:,.0f} MB of memory, over {most_mb:,.0f} MB, with a concurrency of {concurrency:,}. "
        "Lower the concurrency, or split the job into smaller runs and restart Draftmill between them."
    ),
    "throttled": (
        "At most {most_in_flight:,} of {concurrency:,} parallel calls were used: the throttle of {throttle_ms:,} ms "
        "limits the run, not the concurrency."
    ),
    "idle_concurrency": (
        "At most {most_in_flight:,} of {concurrency:,} parallel calls were used: concurrency does not limit this run, "
        "but {binds}."
    ),
    "tokens_rising": (
        "A draft took {late:,.0f} tokens in the second half of the run, {early:,.0f} in the first ({rise:+.0%}). Look "
        "at the newest answers: texts may have become longer, or drafts are paid for and lost."
    ),
    "big_job": (
        "{n:,} drafts are one job. Split it into {parts:,} runs of about {part:,}, and review the first before you buy "
        "the rest."
    ),
}
_BOTTLENECKS: Mapping[str, str] = {
    "rate": "the provider's limit of calls a minute",
    "tokens": "the provider's limit of tokens a minute",
    "in_flight": "the provider's limit of parallel calls",
    "unknown": "the wait between calls or too few packets",
}

_COMPARED: Mapping[str, str] = {
    "use_arm": "{arms} is clearly the fastest setting that keeps the target of 95 %.",
    "more_trials": (
        "{arms}: the difference in speed is not proved (trials: {trials:,}). For speed, run {more:,} trials of each in "
        "all."
    ),
    "arms_refused": (
        "{arms}: more than a tenth of the calls were refused (429). Lower the concurrency, or set the provider's limit "
        "(rpm)."
    ),
    "arms_lossy": "{arms}: success is under 95 %. Use a smaller batch, more retries or another model.",
}
_VERDICTS: Mapping[str, str] = {
    "none": "The verdict needs two settings that made drafts in a finished trial.",
    "real": (
        "{best} is the fastest: {ratio:.2f}× as fast as {second}. The difference is significant (95 % CI "
        "{low:.2f}-{high:.2f}×)."
    ),
    "unproved": (
        "No clear difference in speed: {best} {ratio:.2f}× as fast as {second}, 95 % CI {low:.2f}-{high:.2f}×. Run "
        "more trials to tell."
    ),
    "few_trials": ("{best} was {ratio:.2f}× as fast as {second}. One trial proves nothing: run three or more of each."),
    "cost_alike": "{arms} cost about the same: ${cost:.2g} per draft.",
    "cheapest_too": "It is also the cheapest.",
    "cheapest": "{arm} is the cheapest at ${cost:.2g} per draft.",
    "fewest_tokens": "{arm} takes the fewest tokens.",
    "lossy": "Success under 95 %: {arms}.",
}
_SLOWED: Mapping[str, str] = {
    "unusable": "most replies hold no usable draft",
    "unanswered": "calls get no answer",
    "refused": "calls are refused (429)",
    "limit": "it waits for the provider's limit, which was detected",
    "unknown": "something outside Draftmill's settings takes the time",
}
_MEASURES: Mapping[str, str] = {
    "rejected": "were rejected in review",
    "low_score": "scored under 4 with the second model",
    "flagged": "were flagged by the checks",
}

ADVICE: Mapping[str, str] = {
    **{f"advice.{code}": template for code, template in {**_SEEN, **_COMPARED}.items()},
    **{f"verdict.{code}": template for code, template in _VERDICTS.items()},
    **{f"bottleneck.{code}": words for code, words in _BOTTLENECKS.items()},
    **{f"slowed.{code}": words for code, words in _SLOWED.items()},
    **{f"quality.{code}": words for code, words in _MEASURES.items()},
    **{f"setting.{name}": name for name in ("concurrency", "batch_size", "retries", "throttle_ms")},
    **{f"setting.{name}": name for name in ("rpm", "deadline_s", "max_tokens")},
    "estimate.latency_unknown": "Not known yet: no reply of this server and model has been timed.",
    "estimate.limit_too_low": "The run is faster than its limit was estimated: the estimate was too low.",
    "estimate.limit_found": "Slower than forecast: the provider limits the calls more than assumed.",
    "advice_set": "Set {turns}.",
    "advice_turn": "{setting} from {before:,} to {after:,}",
    "advice_turn_to": "{setting} to {after:,}",
    "gain": "Expected: {gain:.2f} x the speed.",
    "gain_counts": "Expected: {after:,} drafts instead of {before:,}.",
    "gain_drafts": "Expected: {gain:.2f} x the drafts.",
    "gain_tokens": "Expected: {gain:.2f} x the drafts for the same tokens.",
}
"""Code to English template."""
