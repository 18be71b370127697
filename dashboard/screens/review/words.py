"""What the desk calls the ids of its filters, flags and reasons: tables of id -> sentence."""

from __future__ import annotations

from dashboard import labels
from dashboard.charts import plain
from dashboard.labels import Table, label
from dashboard.screens.card import LISTS, STEPS
from dashboard.screens.review.address import Wanted
from dashboard.text import N_, _

TAB: Table = {
    "pending": N_("Pending"),
    "flagged": N_("Flagged"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "all": N_("All"),
}
VIEW: Table = {"focus": N_("One by one"), "table": N_("Table")}
FIELD: Table = {
    "q": N_("Words in the draft"),
    "kind": N_("Kind"),
    "lang": N_("Language"),
    "level": N_("Level"),
    "topic": N_("Topic"),
    "run": N_("Run"),
    "model": N_("Model"),
    "flag": N_("Flag"),
    "score": N_("Score"),
}
SCORE: Table = {
    "none": N_("not scored"),
    "low": N_("under 3"),
    "middle": N_("3 to under 4"),
    "high": N_("4 and over"),
}
FLAG: Table = {
    "answer_visible": N_("The answer can be read elsewhere"),
    "blank_count": N_("Too few or too many gaps"),
    "blank_order": N_("Gaps out of order"),
    "distractor": N_("A distractor is no distractor"),
    "distractor_count": N_("Not three distractors"),
    "duplicate": N_("Nearly the same as another"),
    "hint_leak": N_("The hint tells the answer"),
    "key_phrases": N_("Key phrases are not in the text"),
    "length": N_("Length"),
    "level_words": N_("Words above the level"),
    "line_count": N_("Too few or too many lines"),
    "markup": N_("Markup in the text"),
    "role_count": N_("Too few or too many roles"),
    "similar": N_("Similar to another"),
    "speaker_label": N_("A speaker's name inside a line"),
    "step_length": N_("A step is too short"),
    "turns": N_("Too few or too many turns"),
    "unknown_id": N_("Matched by its place in the answer"),
}
REASON: Table = {
    "wrong": N_("Not correct"),
    "unnatural": N_("Not natural"),
    "level": N_("Wrong level"),
    "task": N_("Does not work as a task"),
    "unfit": N_("Not for learners"),
}
"""Why a draft is rejected; their keys are 1, 2, 3 ... in this order."""

PART: Table = {
    "title": N_("Title"),
    "passage": N_("Passage, with its gaps as {{1}}, {{2}}, ..."),
    "blanks": N_("Gap"),
    "answer": N_("Answer"),
    "acceptable": N_("Also right"),
    "type": N_("Type"),
    "hint": N_("Hint"),
    "distractors": N_("Distractors"),
    "explanation": N_("Explanation"),
    "roles": N_("Role"),
    "label": N_("Label"),
    "name": N_("Name"),
    "gender": N_("Voice"),
    "lines": N_("Lines, each as A: what A says"),
    "pacing": N_("Pacing"),
    "tips": N_("Tips"),
    "prompt": N_("Prompt"),
    "exemplar": N_("Model text"),
    "rubric": N_("Rubric"),
    "fluency": N_("Fluency"),
    "relevance": N_("Relevance"),
    "style": N_("Style"),
    **LISTS,
    **STEPS,
}
"""The fields of a draft."""

_VALUES = {"kind": labels.KIND, "lang": labels.LANG, "flag": FLAG, "score": SCORE}


def value_words(field: str, value: str) -> str:
    """What a filter's value is called."""
    if field == "level":
        return f"L{value}"
    return label(_VALUES.get(field, {}), value)


def filter_words(wanted: Wanted) -> str:
    """All filters in one line, for a sentence."""
    parts = [f"{label(FIELD, field)}: {value_words(field, value)}" for field, value in wanted.filters]
    return plain(" · ".join(parts)) if parts else _("no filter")
