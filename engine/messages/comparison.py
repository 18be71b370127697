"""
What a comparison found: quality, cost per approved draft, batch size, and which arm to use.
"""

from __future__ import annotations

from collections.abc import Mapping

_FOUND: Mapping[str, str] = {
    "quality_few": "Not enough yet: review at least {least:,} drafts of each setting.",
    "quality_short": "Not enough yet: {least:,} reviewed drafts of each setting are needed.",
    "quality_real": (
        "{best} is approved more often than {other}: {share:.0%} against {other_share:.0%}, 95 % CI of the "
        "difference {low:.0f} to {high:.0f} points."
    ),
    "quality_unproved": (
        "No clear difference in approval: {best} {share:.0%}, {other} {other_share:.0%}, 95 % CI of the "
        "difference {low:.0f} to {high:.0f} points."
    ),
    "review_more": "Review more drafts to tell.",
    "make_more": (
        "All of these drafts are reviewed: make more to tell, with more trials or more drafts for each setting."
    ),
    "quality_waiting": "Not enough reviewed yet: {arms}.",
    "cost_few": "Not enough yet: review at least {least:,} drafts of each setting.",
    "cost_unpriced": "Unknown, as the provider's prices are missing: {arms}.",
    "cost_none": "No draft is approved yet: {arms}.",
    "cost_waiting": "Unknown until the second model has judged every draft: {arms}.",
    "cost_free": "An approved draft of {arms} costs nothing, of {other} ${other_cost:.2g}.",
    "cost_alike": "An approved draft costs about the same everywhere: ${cost:.2g}.",
    "cost": (
        "{arm} is the cheapest: ${cost:.2g} per approved draft. {other} costs ${other_cost:.2g}, {ratio:.1f}× as much."
    ),
    "cost_near": (
        "{arms} cost about the same: ${cost:.2g} per approved draft. {other} costs ${other_cost:.2g}, {ratio:.1f}× as "
        "much."
    ),
    "tiering_kept": "{arm} saves {share:.0%} per approved draft against {other}, at least the often promised 50 %.",
    "tiering_saves": "{arm} saves {share:.0%} per approved draft against {other}, less than the often promised 50 %.",
    "tiering_costs": "{arm} costs {share:.0%} more per approved draft than {other}: tiering does not pay here.",
    "batch_holds": "The usual 3 to 5 drafts per call is right here: {sizes}",
    "batch_larger": "More than the usual 3 to 5 drafts per call is good here: {sizes}",
    "batch_smaller": "Fewer than the usual 3 to 5 drafts per call is better here: {sizes}",
    "batch_unclear": "Not clear yet which number of drafts per call to use: {sizes}",
    "batch_chance": "The difference between the two shares may be chance.",
    "batch_sizes": (
        "with {size} per call {share:.0%} are {measure} and a call brings {rate:.2f} drafts/s, with {other} per call "
        "{other_share:.0%} and {other_rate:.2f}."
    ),
    "pairs_few": "Not enough yet: answer at least {least:,} pairs that have a winner.",
    "pairs_real": (
        "{arm} is preferred: it won {won:,} of {of:,} pairs with a winner ({share:.0%}, 95 % CI {low:.0f} to "
        "{high:.0f})."
    ),
    "pairs_unproved": (
        "No clear preference: {arm} won {won:,} of {of:,} pairs with a winner ({share:.0%}, 95 % CI {low:.0f} to "
        "{high:.0f}). Start a review with more pairs to tell."
    ),
    "batch_few": "Not enough yet: compare two batch sizes with at least {least:,} reviewed drafts each.",
}
_USE: Mapping[str, str] = {
    "speed": "Use {arm} for now: it is the fastest.",
    "speed_unproved": "Use {arm} for now: it made the most drafts per second; the difference is not proved.",
    "review": "Review at least {least:,} drafts of each to compare quality.",
    "none": "No setting can be recommended: of the reviewed drafts none is approved.",
    "best": "Use {arm}: approved most often ({share:.0%}) and cheapest per approved draft (${cost:.2g}).",
    "cheap_good": (
        "Use {arm}: it is the cheapest per approved draft (${cost:.2g}). No clear difference in approval: "
        "{share:.0%}, {top} {top_share:.0%}."
    ),
    "better": (
        "Use {arm}: {share:.0%} of its drafts are approved, at ${cost:.2g} each. {other} is cheaper, but clearly worse."
    ),
    "likely": (
        "Use {arm}: {share:.0%} of its drafts are approved, at ${cost:.2g} each. {other} is cheaper, but seems worse."
    ),
    "not_fewer": (
        "Use {arm}: {share:.0%} of its drafts are approved, no clear difference from {top} ({top_share:.0%})."
    ),
    "as_cheap": (
        "It is about as cheap as {other} (${cost:.2g} against ${other_cost:.2g} per approved draft) and makes "
        "{ratio:.1f}× as many approved drafts per hour."
    ),
    "provisional": "Provisional: few drafts are reviewed. Review more.",
    "provisional_made": (
        "Provisional: few drafts are made, and all are reviewed. Make more, with more trials or more drafts for each "
        "setting."
    ),
    "fast_good": "Use {arm}: {share:.0%} of its drafts are approved, and it makes the most of them per hour.",
}

COMPARISON: Mapping[str, str] = {
    **{f"found.{code}": template for code, template in _FOUND.items()},
    **{f"use.{code}": template for code, template in _USE.items()},
    "measure.accepted": "approved",
    "measure.flagged": "free of flags",
}
"""Code to English template."""
