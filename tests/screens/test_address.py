"""The address of the Review page: filters read from it, and what the tabs make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.screens.review.address import FIELDS, LONGEST, SCORES, TABS, VIEWS, Wanted, read
from engine import DraftFilter
from engine.kinds import kind_names
from engine.reports import LANGS, LEVELS

VALUES = {
    "q": st.text("abc 你好", min_size=1).map(str.strip).filter(bool),
    "kind": st.sampled_from(kind_names()),
    "lang": st.sampled_from(LANGS),
    "level": st.sampled_from(LEVELS).map(str),
    "topic": st.text("abc' %_", min_size=1).map(str.strip).filter(bool),
    "run": st.integers(1, 10**9).map(str),
    "model": st.just("practice-fast"),
    "flag": st.just("length"),
    "score": st.sampled_from(sorted(SCORES)),
    "share": st.integers(1, 50).flatmap(lambda n: st.integers(1, n).map(lambda part: f"{part}/{n}")),
}


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_filters_are_read_back_as_they_were_written(params: dict[str, str]) -> None:
    """Every value a widget can write is a filter again, in one order, whatever the order of the address."""
    wanted, unknown = read(dict(reversed(params.items())))
    assert unknown == []
    assert wanted.filters == tuple((field, params[field]) for field in FIELDS if field in params)


@pytest.mark.parametrize("share", ["0/3", "4/3", "1/51", "1", "1/0", "a/b", "１/３"])
def test_a_share_that_is_none_is_left_out(share: str) -> None:
    """A part outside 1 to the number of parts is no filter."""
    assert read({"share": share}) == (Wanted(), [f"share={share}"])


@pytest.mark.parametrize("tab", TABS)
def test_only_pending_drafts_can_be_decided(tab: str) -> None:
    """Whatever the tab shows, a decision is for pending drafts alone."""
    assert Wanted(tab=tab).pending.review == "pending"


@pytest.mark.parametrize(
    ("tab", "chosen"),
    [
        ("pending", DraftFilter(review="pending")),
        ("flagged", DraftFilter(review="pending", flagged=True)),
        ("approved", DraftFilter(review="approved")),
        ("rejected", DraftFilter(review="rejected")),
        ("all", DraftFilter()),
    ],
)
def test_each_tab_has_its_drafts(tab: str, chosen: DraftFilter) -> None:
    """A tab narrows the filters by the review state."""
    assert Wanted(tab=tab).chosen == chosen


@pytest.mark.parametrize("tab", TABS)
def test_open_work_comes_flagged_first(tab: str) -> None:
    """Drafts still to decide are ordered by their flags, decided ones by time."""
    assert Wanted(tab=tab).order == ("flagged" if tab in ("pending", "flagged") else "newest")


def test_blank_values_are_no_filters() -> None:
    """A filter left empty is neither a filter nor an error, and spaces around a value are dropped."""
    wanted, unknown = read({"q": "  ", "topic": "", "kind": " cloze "})
    assert (wanted.filters, unknown) == ((("kind", "cloze"),), [])


def test_other_parameters_are_not_ours() -> None:
    """Parameters of other pages are ignored."""
    assert read({"draft": "7", "clone": "3", "embed": "true"}) == (Wanted(), [])


@pytest.mark.parametrize(("length", "known"), [(LONGEST, True), (LONGEST + 1, False)])
def test_a_search_has_a_longest_text(length: int, known: bool) -> None:
    """A search text is taken up to its bound."""
    assert (read({"q": "x" * length})[1] == []) is known


@pytest.mark.parametrize(
    ("level", "known"), [("0", False), ("1", True), ("6", True), ("7", False), ("2.0", False), ("²", False)]
)
def test_levels_are_one_to_six(level: str, known: bool) -> None:
    """A level outside 1 to 6 is named as unknown."""
    wanted, unknown = read({"level": level})
    assert (wanted.get("level") == level) is known
    assert (unknown == [f"level={level}"]) is not known


def test_what_is_unknown_is_named_in_brief() -> None:
    """A long unknown value is shown with its first 40 characters."""
    assert read({"kind": "x" * 100})[1] == ["kind=" + "x" * 40]


@pytest.mark.parametrize("view", [*VIEWS, "cards"])
def test_an_unknown_view_is_the_first_one(view: str) -> None:
    """The page always has a view."""
    assert read({"view": view})[0].view == (view if view in VIEWS else VIEWS[0])


def test_scores_cover_the_scale_without_gaps() -> None:
    """Every score from 0 to 5 is in exactly one of the ranges."""
    ranges = [bounds for bounds in SCORES.values() if bounds]
    for score in (tenth / 10 for tenth in range(51)):
        assert len([low for low, high in ranges if low <= score < high]) == 1
