"""
A draft's fields as a form for the browser, filled in with what it says; what is saved passes the checks of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import shared
from dashboard.labels import label
from dashboard.screens.card import direction
from dashboard.screens.review.fields import Field, fields_of, rebuilt
from dashboard.text import _, error_text, message_text
from engine import DraftmillError, DraftRow, SpecError, edit_draft
from engine.export import has_readings
from engine.kinds import READINGS, words
from engine.review import Reviewer

LINE = 60
"""Characters a field of one line may hold before it becomes one of several."""


def form_of(row: DraftRow) -> dict[str, Any]:
    """The form as JSON."""
    return {
        "draft": row.id,
        "revision": row.revision,
        "lang": row.lang,
        "dir": direction(row.lang),
        "fields": [_field(field) for field in fields_of(_editable(row))],
    }


def save(row: DraftRow, revision: str, values: Mapping[str, str], me: Reviewer) -> str:
    """
    Save what a form holds.

    Args:
        row: The draft as it is now.
        revision: That of the draft whose form was filled in.
        values: Text by the name of the field; a field that is missing keeps its text.
        me: Who saves it.

    Returns:
        Why it was not saved; empty when it was.
    """
    if row.revision != revision:
        return _("This draft was changed after you opened the form. Cancel and open it again.")
    content = _editable(row)
    given = {field.path: values.get(name_of(field), field.value) for field in fields_of(content)}
    try:
        edit_draft(shared.store(), row, rebuilt(content, given), me)
    except SpecError as error:
        return _("Not saved: {why}", why=message_text(error.fix))
    except DraftmillError as error:
        return error_text(error)
    return ""


def _editable(row: DraftRow) -> dict[str, Any]:
    """The content with the field of corrected readings, where its language has readings."""
    return {**row.content, READINGS: row.content.get(READINGS, [])} if has_readings(row.lang) else row.content


def name_of(field: Field) -> str:
    """The name of a field in the form: its path."""
    return "/".join(map(str, field.path))


def _field(field: Field) -> dict[str, Any]:
    lines = sum(1 + len(line) // 90 for line in field.value.split("\n"))
    return {
        "name": name_of(field),
        "label": label(words(), field.name) + (" · " + _("one per line") if field.listed else ""),
        "heading": " ".join((label(words(), field.heading[0]), field.heading[1])).strip() if field.heading else "",
        "value": field.value,
        "choices": [[one, label(words(), one)] for one in field.choices],
        "rows": lines if field.listed or len(field.value) > LINE or "\n" in field.value else 0,
        "wide": len(field.value) > LINE and not field.listed,
    }
