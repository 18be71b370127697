"""Money on the pages: why a run stopped for it, and the way on."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared, stops
from dashboard.screens.runs.money import BUDGETS
from dashboard.text import say
from tests.screens.conftest import Make, Page


def said(test: AppTest) -> str:
    return " ".join(str(element.value) for element in (*test.warning, *test.code, *test.caption, *test.markdown))


def test_a_run_at_its_budget_goes_on_from_the_page(page: Page, make: Make) -> None:
    """The reason stands in words, the engine's sentence under it; a larger budget and Resume end the run."""
    row = make(budget_usd=0.002, per_combo=40, topics=("Money",), batch_size=1)
    test = page("runs", run=str(row.id))
    assert "The budget is reached" in said(test) and "of the budget of $0.0020" in said(test)
    test.number_input(f"run_budget_{row.id}").set_value(1.0)
    test.button("run_resume").click().run()
    ended = shared.runner().join(row.id)
    assert (ended.state, ended.spec["budget_usd"]) == ("done", 1.0)


def test_a_budget_that_is_spent_is_refused_on_the_page(page: Page, make: Make) -> None:
    """A budget below what is spent changes nothing and says what is spent."""
    row = make(budget_usd=0.002, per_combo=40, topics=("Refused",), batch_size=1)
    test = page("runs", run=str(row.id))
    test.number_input(f"run_budget_{row.id}").set_value(0.0002)
    test.button("run_resume").click().run()
    assert any("spent already" in error.value for error in test.error)
    assert shared.store().runs.get(row.id).state == "paused"


def test_every_budget_that_stops_a_run_can_be_raised() -> None:
    """The codes the engine stops with are those the page offers a field for, each with its words."""
    assert set(BUDGETS) == {"budget", "budget_day"}
    assert [say("zh", stops.STOP[code]) for code in BUDGETS] == ["预算已用完", "当日预算已用完"]


@pytest.mark.parametrize(
    ("reason", "code", "detail"),
    [
        ("provider_down: no answer to 5 calls", "provider_down", "no answer to 5 calls"),
        ("key: refused. It is read from X.", "key", "refused. It is read from X."),
        ("drafts are missing in a L1 (1); causes: 1 json", "", "drafts are missing in a L1 (1); causes: 1 json"),
        ("novel: a code nobody knows", "novel", "novel: a code nobody knows"),
        ("", "", ""),
    ],
)
def test_a_reason_is_a_code_and_a_sentence(reason: str, code: str, detail: str) -> None:
    """Known codes become words and leave the sentence; an unknown one is shown as it is."""
    assert (stops.code_of(reason), stops.detail_of(reason)) == (code, detail)
