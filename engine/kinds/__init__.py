"""
The three kinds of drafts: how to ask for them, read them back and check them.

Pure: text in, values out. Sending is the business of providers, asking again that of run, keeping that of store.
"""

from __future__ import annotations

from engine.kinds.check import body_text, check_item
from engine.kinds.prompts import PROMPT_VERSION, Prompt, build_prompt, estimate
from engine.kinds.ranges import blank_range, count_units, length_range
from engine.kinds.read import Reading, read_items, read_reply
from engine.kinds.shape import FIELDS, STEPS, Checked
from engine.kinds.similar import (
    DUPLICATE,
    NEWEST,
    SIMILAR,
    SINGLE,
    THREES,
    WORTH_MEASURING,
    fingerprint,
    jaccard,
    marks,
    search_text,
    shingles,
    similarity,
    sketch,
    title,
    weight,
)
from engine.kinds.text import brief, fold
from engine.kinds.tokens import TokenEstimate, item_tokens, text_tokens

__all__ = [
    "DUPLICATE",
    "FIELDS",
    "NEWEST",
    "PROMPT_VERSION",
    "SIMILAR",
    "SINGLE",
    "STEPS",
    "THREES",
    "WORTH_MEASURING",
    "Checked",
    "Prompt",
    "Reading",
    "TokenEstimate",
    "blank_range",
    "body_text",
    "brief",
    "build_prompt",
    "check_item",
    "count_units",
    "estimate",
    "fingerprint",
    "fold",
    "item_tokens",
    "jaccard",
    "length_range",
    "marks",
    "read_items",
    "read_reply",
    "search_text",
    "shingles",
    "similarity",
    "sketch",
    "text_tokens",
    "title",
    "weight",
]
