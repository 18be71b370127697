"""
The kinds of drafts: how to ask for them, read them back, check, show and export them.

Pure: text in, values out. A kind is a folder of this package; the registry finds it. Everything beside the folders is
shared by all kinds. Nothing outside a kind's folder names a kind.
"""

from __future__ import annotations

from engine.kinds.asked import figures, length_range
from engine.kinds.blocks import READINGS
from engine.kinds.check import body_text, check_item
from engine.kinds.flags import WHOLE, flag
from engine.kinds.grading import gates_off
from engine.kinds.kind import Control, Fields, Gap, Kind
from engine.kinds.level_words import level_name, too_hard
from engine.kinds.own_texts import Candidate, OwnText, read_own_text
from engine.kinds.passage_words import held_words, slot_words, words_in
from engine.kinds.passages import Passage, cut_passages, passage_problem
from engine.kinds.prompts import PROMPT_VERSION, Prompt, build_prompt, estimate, item_tokens
from engine.kinds.read import ParsedReply, read_items, read_reply
from engine.kinds.readings import Own
from engine.kinds.readings.corrected import own_readings, still_fitting
from engine.kinds.reasoning import without_reasoning
from engine.kinds.registry import (
    chinese,
    discover,
    flag_names,
    keeps_source,
    kind_of,
    kind_with,
    kinds,
    printed,
    register,
    unregister,
    words,
)
from engine.kinds.script import word_in_script
from engine.kinds.shape import Checked
from engine.kinds.similar import (
    DUPLICATE,
    NEWEST,
    SIMILAR,
    SINGLE,
    THREES,
    WORTH_MEASURING,
    fingerprint,
    fingerprints,
    jaccard,
    marks,
    search_text,
    shingles,
    similarity,
    sketch,
    title,
    weight,
)
from engine.kinds.target_words import MISSING as MISSING_WORD
from engine.kinds.target_words import known_words, missing_word_flags, missing_words, uses
from engine.kinds.text import brief, fold
from engine.kinds.tokens import text_tokens
from engine.kinds.unchanged import differences
from engine.kinds.units import count_units
from engine.spec import OFFERED, checked_as, kind_names, language_name
from engine.spec.sources import Source

__all__ = [
    "DUPLICATE",
    "MISSING_WORD",
    "NEWEST",
    "OFFERED",
    "PROMPT_VERSION",
    "READINGS",
    "SIMILAR",
    "SINGLE",
    "THREES",
    "WHOLE",
    "WORTH_MEASURING",
    "Candidate",
    "Checked",
    "Control",
    "Fields",
    "Gap",
    "Kind",
    "Own",
    "OwnText",
    "ParsedReply",
    "Passage",
    "Prompt",
    "Source",
    "body_text",
    "brief",
    "build_prompt",
    "check_item",
    "checked_as",
    "chinese",
    "count_units",
    "cut_passages",
    "differences",
    "estimate",
    "figures",
    "fingerprint",
    "fingerprints",
    "flag",
    "flag_names",
    "fold",
    "gates_off",
    "held_words",
    "item_tokens",
    "jaccard",
    "keeps_source",
    "kind_names",
    "kind_of",
    "kind_with",
    "kinds",
    "known_words",
    "language_name",
    "length_range",
    "level_name",
    "marks",
    "missing_word_flags",
    "missing_words",
    "own_readings",
    "passage_problem",
    "printed",
    "read_items",
    "read_own_text",
    "read_reply",
    "register",
    "search_text",
    "shingles",
    "similarity",
    "sketch",
    "slot_words",
    "still_fitting",
    "text_tokens",
    "title",
    "too_hard",
    "unregister",
    "uses",
    "weight",
    "without_reasoning",
    "word_in_script",
    "words",
    "words_in",
]

discover()
