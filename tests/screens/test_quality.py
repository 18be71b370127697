"""The Quality and Spend pages over runs of the practice provider."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import DraftFilter
from engine.kinds import PROMPT_VERSION
from engine.reports import spend_of
from tests.screens.conftest import Make, Page


def words(test: AppTest) -> str:
    parts = (*test.markdown, *test.caption, *test.info, *test.header)
    return " ".join(str(element.value) for element in parts)


def metrics(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


@pytest.mark.parametrize(("name", "said"), [("quality", "No drafts yet"), ("spend", "Nothing spent yet")])
def test_an_empty_database_says_what_to_do(page: Page, empty: None, name: str, said: str) -> None:
    """Without a run each page leads to Launch."""
    assert said in words(page(name))


def test_acceptance_follows_the_decisions(page: Page, make: Make) -> None:
    """The figures are those of the rows: drafts, decided and the share, once there are enough decisions."""
    run = make(topics=("Quality",), per_combo=12, reuse=False)
    ids = shared.store().drafts.ids(DraftFilter(run=run.id))
    shared.store().reviews.decide(ids[:9], "approved", "ann").result()
    shared.store().reviews.decide(ids[9:], "rejected", "ann", note="wrong").result()
    total = shared.store().reviews.counts()
    decided = total.approved + total.rejected
    test = page("quality")
    shown = metrics(test)
    assert shown["Decided drafts"] == f"{decided:,}"
    assert shown["Acceptance rate"] == f"{total.approved / decided:.0%}".replace("%", " %")
    text = words(test)
    assert "**Acceptance rate by model**" in text and "**Share of rejected drafts by reason**" in text
    test.segmented_control("quality_axis").set_value("topic").run()
    assert "**Acceptance rate by topic**" in words(test) and not test.exception


def test_a_filter_without_drafts_says_so(page: Page, make: Make) -> None:
    """Nothing of that kind: the page says what to do."""
    make(topics=("Filter",), reuse=False)
    test = page("quality")
    test.selectbox("quality_lang").set_value("zh").run()
    test.selectbox("quality_kind").set_value("alignment").run()
    assert "No draft matches these filters" in words(test) and not test.exception


def test_spend_is_the_ledgers(page: Page, make: Make) -> None:
    """The sum of the page is the sum of all runs; every way to divide it is drawn without an error."""
    make(topics=("Spend",), reuse=False)
    test = page("spend")
    store = shared.store()
    spend, rows = spend_of(store), {row.id: row for row in store.runs.page(1000)}
    listed = [line for line in spend.lines if line.run in rows]  # the calls of a deleted run stay in the ledger
    spent = sum(row.totals.cost_usd + row.totals.reserved_usd for row in rows.values())
    assert sum(line.cost_usd for line in listed) == pytest.approx(spent)
    assert sum(line.calls for line in listed) == sum(row.totals.calls for row in rows.values())
    assert metrics(test)["Calls"] == f"{spend.calls:,}"
    for part in ("provider", "kind", "work", "run"):
        test.segmented_control("spend_part").set_value(part).run()
        assert not test.exception
    assert "**Cost by run**" in words(test) and "simulated" in words(test)


def test_what_is_left_of_a_daily_budget_is_shown(page: Page, make: Make) -> None:
    """A provider with a daily budget shows what is left of it today."""
    make(topics=("Budget",), reuse=False)
    shared.store().profiles.set("practice", {"budget_day_usd": 5.0}).result()
    try:
        test = page("spend")
        spent = shared.store().calls.spent_since("practice", time.time() - 86_400)
        assert spent < 5.0
        assert "of \\$5\\.00" in " ".join(bar.text for bar in test.get("progress"))  # type: ignore[attr-defined]
    finally:
        shared.store().profiles.set("practice", None).result()


def test_acceptance_is_split_by_prompt_version(page: Page, make: Make) -> None:
    """A run records the version of its prompts, and the page compares by it; an older run's is unknown."""
    run = make(topics=("Prompted",), per_combo=12, reuse=False)
    ids = shared.store().drafts.ids(DraftFilter(run=run.id))
    shared.store().reviews.decide(ids, "approved", "ann").result()
    assert shared.store().quality.prompt_versions()[run.id] == PROMPT_VERSION
    test = page("quality")
    test.segmented_control(key="quality_axis").set_value("prompt_version").run()
    assert not test.exception
    assert "Acceptance rate by prompt version" in words(test)
    alts = [chart.proto.alt for chart in test.get("plotly_chart")]
    assert any(f"v{PROMPT_VERSION}: " in alt for alt in alts)
