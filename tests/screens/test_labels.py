"""The tables of labels are complete, and an unknown id never breaks a page."""

from __future__ import annotations

import pytest

from dashboard import labels
from engine.messages import TEMPLATES
from engine.practice.faults import BY_NAME

TABLES = {
    name: table
    for name, table in vars(labels).items()
    if name.isupper() and isinstance(table, dict) and table is not TEMPLATES and table is not labels.UNIT
} | {f"UNIT.{unit}": table for unit, table in labels.UNIT.items()}


@pytest.mark.parametrize("name", TABLES)
def test_every_id_has_words(name: str) -> None:
    """No label is empty or has spaces around it."""
    assert all(word and word == word.strip() for word in TABLES[name].values())


def test_an_unknown_id_is_shown_as_it_is() -> None:
    """A state or reason of a newer engine is shown by its id."""
    assert labels.label(labels.RUN_STATE, "teleported") == "teleported"
    assert labels.label(labels.RUN_STATE, 7) == "7"


def test_every_state_has_a_colour_and_an_icon() -> None:
    """A run in any state has its chip."""
    assert set(labels.RUN_COLOR) == set(labels.RUN_ICON) >= set(labels.RUN_STATE)
    assert set(labels.OUTCOME_COLOR) == set(labels.OUTCOME)
    assert set(labels.REVIEW_COLOR) == set(labels.REVIEW)


def test_every_simulated_error_has_a_name() -> None:
    """The form offers each fault the practice provider can make, in words."""
    assert set(labels.FAULT) == set(BY_NAME)
