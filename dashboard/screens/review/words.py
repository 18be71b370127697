"""What the desk calls the ids of its filters, flags and reasons: tables of id -> sentence."""

from __future__ import annotations

from dashboard import labels
from dashboard.charts import plain
from dashboard.labels import Table, label
from dashboard.screens.review.address import Wanted
from dashboard.text import N_, _
from engine.kinds import flag_names

TAB: Table = {
    "pending": N_("Pending"),
    "flagged": N_("Flagged"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "all": N_("All"),
}
VIEW: Table = {"focus": N_("One by one"), "table": N_("Table")}
FIELD: Table = {
    "q": N_("Search drafts"),
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
    "high": N_("4 or more"),
}
FLAG: Table = {
    **flag_names(),
    "duplicate": N_("Nearly the same as another"),
    "length": N_("Length"),
    "level_words": N_("Words above the level"),
    "markup": N_("Markup in the text"),
    "similar": N_("Similar to another"),
    "unknown_id": N_("Matched by position in the reply"),
}
REASON: Table = {
    "wrong": N_("Incorrect"),
    "unnatural": N_("Unnatural"),
    "level": N_("Wrong level"),
    "task": N_("Unusable exercise"),
    "unfit": N_("Inappropriate"),
}
"""Why a draft is rejected; their keys are 1, 2, 3 ... in this order."""

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
