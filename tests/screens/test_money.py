"""Money on the pages: why a run stopped for it, and the way on."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.screens.runs.money import BUDGETS
from dashboard.text import message_text
from engine.messages import read_reason, reason_name
from tests.screens.conftest import Make, Page


def said(test: AppTest) -> str:
    return " ".join(str(element.value) for element in (*test.warning, *test.code, *test.caption, *test.markdown))


def test_a_run_at_its_budget_goes_on_from_the_page(page: Page, make: Make) -> None:
    """The reason is in words, the engine's sentence under it; a larger budget and Resume end the run."""
    row = make(budget_usd=0.002, per_combo=40, topics=("Money",), batch_size=1)
    test = page("runs", run=str(row.id))
    assert "The budget is reached" in said(test) and "of the budget of $0.0020" in said(test)
    test.number_input(f"run_budget_{row.id}").set_value(1.0)
    test.button("run_resume").click().run()
    ended = shared.runner().join(row.id)
    assert (ended.state, ended.spec["budget_usd"]) == ("done", 1.0)


def test_a_spent_budget_asks_for_a_larger_one(page: Page, make: Make) -> None:
    """Resume without a new budget would pause at once: it says what to enter."""
    row = make(budget_usd=0.002, per_combo=40, topics=("Spent",), batch_size=1)
    test = page("runs", run=str(row.id))
    test.button("run_resume").click().run()
    assert any("enter a larger one" in error.value for error in test.error)
    assert shared.store().runs.get(row.id).state == "paused"


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
    assert [message_text(reason_name(code), "zh") for code in BUDGETS] == ["预算已用完", "当日预算已用完"]


@pytest.mark.parametrize(
    ("code", "values", "text", "detail"),
    [
        ("rate_limited", {"calls": 5}, "rate_limited: old", "连续 5 次调用因超出频率被拒。请调低 rpm，或稍后继续"),
        ("provider_down", None, "provider_down: no answer to 5 calls", "no answer to 5 calls"),
        ("", None, "drafts are missing in a L1 (1); causes: 1 json", "drafts are missing in a L1 (1); causes: 1 json"),
        ("novel", {}, "novel: a code nobody knows", "novel"),
        ("", None, "", ""),
    ],
)
def test_a_reason_is_translated_and_an_older_one_keeps_its_text(
    code: str, values: dict[str, Any] | None, text: str, detail: str
) -> None:
    """A code with values is shown in the reader's language; a row from before has its sentence, without the code."""
    assert message_text(read_reason(code, values, text), "zh") == detail
