"""Saved filters: each person has their own, by name."""

from __future__ import annotations

import pytest

from engine.errors import StoreError
from engine.review import Reviewer, SavedFilter
from engine.store import Store
from engine.store.saved_filters import MOST_FILTERS

ANN, BO = Reviewer("iss ann", "Ann"), Reviewer("iss bo", "Ann")


def test_a_filter_is_the_persons_own(store: Store) -> None:
    """Two people of one name have their own filters; saving a name again replaces it, deleting it leaves the others."""
    store.saved_filters.save(ANN, " Hard ones ", {"level": "4"}).result()
    store.saved_filters.save(ANN, "Flagged", {"tab": "flagged", "q": "旅行"}).result()
    store.saved_filters.save(BO, "Hard ones", {"level": "3"}).result()
    store.saved_filters.save(ANN, "Hard ones", {"level": "5"}).result()
    flagged = SavedFilter("Flagged", {"tab": "flagged", "q": "旅行"})
    assert store.saved_filters.all(ANN) == [flagged, SavedFilter("Hard ones", {"level": "5"})]
    store.saved_filters.delete(ANN, "Hard ones").result()
    assert store.saved_filters.all(ANN) == [flagged]
    assert store.saved_filters.all(BO) == [SavedFilter("Hard ones", {"level": "3"})]


def test_a_filter_has_a_name_and_there_are_not_too_many(store: Store) -> None:
    """A blank name and one filter too many are refused with what to do; replacing one is not one more."""
    with pytest.raises(StoreError, match="give it one"):
        store.saved_filters.save(ANN, "  ", {})
    for at in range(MOST_FILTERS):
        store.saved_filters.save(ANN, f"{at:02}", {})
    store.saved_filters.save(ANN, "00", {"kind": "cloze"}).result()
    with pytest.raises(StoreError, match="delete one first"):
        store.saved_filters.save(ANN, "one more", {}).result()
    assert len(store.saved_filters.all(ANN)) == MOST_FILTERS
