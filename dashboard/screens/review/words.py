"""
What the review page calls the ids of its filters, flags, reasons and keys: tables of id -> sentence.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from dashboard import labels
from dashboard.charts import plain
from dashboard.labels import Table, label
from dashboard.screens.review.address import Wanted
from dashboard.text import N_, _, say
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
    "sample": N_("Sample"),
    "share": N_("Part"),
    "overlap": N_("Two reviewers"),
}
SCORE: Table = {
    "none": N_("not scored"),
    "low": N_("under 3"),
    "middle": N_("3 to under 4"),
    "high": N_("4 or more"),
}
OVERLAP: Table = {
    "disagreed": N_("decided differently"),
    "waiting": N_("waiting for a second decision"),
}
FLAG: Table = {
    **flag_names(),
    "garbled": N_("Damaged text"),
    "spaced": N_("Spaces between the characters"),
    "odd_characters": N_("Characters of another language"),
    "language_doubtful": N_("Language in doubt"),
    "foreign_sentence": N_("A sentence in another language"),
    "foreign_choice": N_("A choice in another language"),
    "foreign_title": N_("A title in another language"),
    "help_missing": N_("Hint or explanation missing"),
    "help_language": N_("Hint or explanation in another language"),
    "assumed": N_("A label was assumed"),
    "title_missing": N_("Title missing"),
    "steps_in_order": N_("Steps matched in order"),
    "translation_missing": N_("Translation incomplete"),
    "translation_language": N_("Translation in another language"),
    "missing_word": N_("A word of the list is missing"),
    "duplicate": N_("Nearly the same as another"),
    "length": N_("Length"),
    "above_level": N_("Words above the level"),
    "level_words": N_("Words above the level"),
    "markup": N_("Markup in the text"),
    "similar": N_("Similar to another"),
    "unknown_id": N_("Matched by position in the reply"),
    "open_thoughts": N_("Taken from the end of the model's thoughts"),
    "unpunctuated": N_("Unusual capitals or no full stops"),
}
REASON: Table = {
    "wrong": N_("Incorrect"),
    "unnatural": N_("Unnatural"),
    "level": N_("Wrong level"),
    "task": N_("Unusable exercise"),
    "unfit": N_("Inappropriate"),
}
"""Why a draft is rejected; their keys are 1, 2, 3 ... in this order."""
SORT: Table = {
    "flagged": N_("Flagged first"),
    "score": N_("Lowest score first"),
    "oldest": N_("Oldest first"),
    "newest": N_("Newest first"),
}
DESK: Table = {
    "approve": N_("Approve"),
    "reject": N_("Reject"),
    "edit": N_("Edit"),
    "previous": N_("Previous"),
    "next": N_("Next"),
    "skip": N_("Skip"),
    "reopen": N_("Reopen"),
    "answers": N_("Answers"),
    "undo": N_("Undo"),
    "fix": N_("Apply fix"),
    "comment": N_("Comment"),
    "jump": N_("Go to draft"),
    "help": N_("Keyboard shortcuts"),
    "save": N_("Save"),
    "cancel": N_("Cancel"),
    "close": N_("Close"),
    "approved": N_("#{draft} approved"),
    "rejected": N_("#{draft} rejected"),
    "skipped": N_("#{draft} skipped"),
    "inWords": N_("Reason in your own words"),
    "commentOn": N_("Comment on this draft"),
    "saveComment": N_("Save comment"),
    "editing": N_("Edit #{draft}"),
    "editNote": N_("The original is kept. Press U to undo the edit."),
    "discard": N_("Discard the changes?"),
    "doDiscard": N_("Discard"),
    "keepEditing": N_("Keep editing"),
    "restored": N_("Your unsaved changes were restored."),
    "unsaved": N_("#{draft} has unsaved changes."),
    "continue": N_("Continue editing"),
    "outdated": N_("The draft was changed since. Your changes are based on an older version."),
    "saving": N_("Saving…"),
    "waiting": N_("Loading the next draft…"),
    "keysOn": N_("Keyboard shortcuts on"),
    "number": N_("Draft number"),
    "go": N_("Go"),
    "firstKeys": N_("Reasons of a rejection"),
    "saveKey": N_("Save the edit"),
    "escKey": N_("Cancel the edit"),
    "actions": N_("Decide on this draft"),
    "changed": N_("#{draft} was changed meanwhile: {state}"),
}
"""The words of the browser's part; {draft} is filled in there."""


@cache
def desk_words(lang: str) -> dict[str, Any]:
    """The words of the browser's part in a language."""
    states = {state: say(lang, words) for state, words in labels.REVIEW.items()}
    reasons = [[reason, say(lang, words)] for reason, words in REASON.items()]
    return {**{name: say(lang, words) for name, words in DESK.items()}, "reasonList": reasons, "states": states}


_VALUES = {"kind": labels.KIND, "lang": labels.LANG, "flag": FLAG, "score": SCORE, "overlap": OVERLAP}


def value_words(field: str, value: str) -> str:
    """What a filter's value is called."""
    if field == "level":
        return f"L{value}"
    return label(_VALUES.get(field, {}), value)


def filter_words(wanted: Wanted) -> str:
    """All filters in one line, for a sentence."""
    parts = [
        _("{name}: {value}", name=label(FIELD, field), value=value_words(field, value))
        for field, value in wanted.filters
    ]
    return plain(" · ".join(parts)) if parts else _("no filter")
