"""Review: its tabs, its table, samples, links and what is shown where nothing is found."""

from __future__ import annotations

import pytest

from dashboard import shared
from tests.screens.conftest import Make, Page
from tests.screens.desk import Desk
from tests.screens.test_review import drafts, press, texts


def test_tabs_count_and_narrow(page: Page, make: Make) -> None:
    """Each tab tells its count and shows its drafts."""
    row = make(topics=("Tabs",), per_combo=4)
    ids = [draft.id for draft in drafts(row.id)]
    shared.store().reviews.decide(ids[:1], "approved").result()
    shared.store().reviews.decide(ids[1:3], "rejected").result()
    for tab, count in {"approved": 1, "rejected": 2, "all": 4}.items():
        test = page("review", run=str(row.id), tab=tab, view="table")
        assert len(test.dataframe[0].value) == count
    assert any("Rejected · 2" in option for option in test.segmented_control(key="review_tab").options)


def test_only_a_page_is_read(page: Page, make: Make) -> None:
    """The table holds fifty rows, whatever the run holds; another filter begins at the first page."""
    row = make(topics=("Pages",), per_combo=60, batch_size=10)
    test = page("review", run=str(row.id), view="table")
    assert len(test.dataframe[0].value) == 50
    pager = test.get("pagination")
    assert len(pager) == 1


def test_the_table_names_and_sorts_its_drafts(page: Page, make: Make) -> None:
    """Each row has the draft's number; the order of the address is that of the rows."""
    row = make(topics=("Sorted",), per_combo=3)
    ids = [draft.id for draft in drafts(row.id)]
    for sort, order in {"oldest": ids, "newest": ids[::-1]}.items():
        test = page("review", run=str(row.id), view="table", sort=sort)
        assert list(test.dataframe[0].value["Draft"]) == order
        assert test.selectbox(key="review_sort").value == sort


def test_the_table_leaves_out_what_says_nothing(page: Page, make: Make) -> None:
    """A column that the tab or a filter names, or that is empty, leaves its place to the others."""
    row = make(topics=("Columns",), per_combo=2)
    every = page("review", tab="all", view="table").dataframe[0].value.columns
    assert {"Draft", "Title", "Review", "Run"} <= set(every)
    of_run = page("review", run=str(row.id), view="table").dataframe[0].value.columns
    assert list(of_run[:2]) == ["Draft", "Title"] and not {"Review", "Run", "Score"} & set(of_run)


def test_a_sample_narrows_the_queue(page: Page, make: Make) -> None:
    """A sample of n is a filter like the others: counted on the tabs, with a chip that takes it off."""
    row = make(topics=("Sample",), per_combo=5)
    test = page("review", run=str(row.id), sample="2")
    assert any("Pending · 2" in option for option in test.segmented_control(key="review_tab").options)
    press(test, "drop_sample")
    assert any("Pending · 5" in option for option in test.segmented_control(key="review_tab").options)


def test_nothing_found_leads_on(page: Page, make: Make) -> None:
    """A search without a match says how to see drafts again."""
    row = make(topics=("Search",), per_combo=1)
    test = page("review", run=str(row.id))
    test.text_input(key="review_q").set_value("no such words anywhere").run()
    assert test.header[0].value == "No draft matches"
    assert test.page_link
    assert test.query_params["q"] == "no such words anywhere"


@pytest.mark.parametrize("bad", [{"kind": "poem"}, {"level": "9"}, {"run": "-1"}, {"tab": "x"}, {"score": "99"}])
def test_what_the_address_does_not_know_is_left_out_with_a_word(page: Page, make: Make, bad: dict[str, str]) -> None:
    """An unknown value narrows nothing and is named."""
    make(topics=("Unknown",), per_combo=1)
    test = page("review", **bad)
    assert "Ignored unknown parts" in texts(test)
    assert Desk(test).at


def test_a_link_to_a_draft_shows_it(page: Page, make: Make) -> None:
    """?draft= shows that draft, decided or not."""
    row = make(topics=("Link",), per_combo=2)
    wanted = drafts(row.id)[1].id
    shared.store().reviews.decide([wanted], "approved").result()
    assert Desk(page("review", draft=str(wanted))).at == wanted
