"""The Health page: the four questions answered, and what may be set of a provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.screens.health import words
from engine.messages.findings import FINDINGS
from tests.screens.conftest import Page


@pytest.fixture(autouse=True)
def unset() -> Iterator[None]:
    """What a test keeps of a profile is forgotten after it."""
    yield
    for name in shared.store().profiles.all():
        shared.store().profiles.set(name, None).result()


def said(test: AppTest) -> str:
    return " ".join(str(element.value) for element in (*test.markdown, *test.caption)).replace("\\", "")


def chosen(page: Page, provider: str) -> AppTest:
    test = page("health")
    return test.selectbox("health_provider").set_value(provider).run(timeout=60)


def test_the_four_questions_are_answered(page: Page) -> None:
    """On the practice provider all is well, each answer with its figure."""
    test = chosen(page, "practice")
    assert not test.exception
    text = said(test)
    assert all(f"**{words.ASKED[question]}**" in text for question in words.ASKED)
    assert "5 calls, none failed" in text and "No problems found" in text and "No key is needed" in text
    assert "All checks passed" in text or "Needs attention" in text


def test_a_missing_key_says_the_way_out(page: Page) -> None:
    """Without a key the question is wrong, the others that can be answered are."""
    test = chosen(page, "deepseek")
    text = said(test)
    assert "export DEEPSEEK_API_KEY=" in text and "Problem found" in text
    assert "No problems found" in text


def test_limits_are_kept_and_reset(page: Page) -> None:
    """What is saved is in force for the next run and shown as kept; Reset goes back to what ships."""
    test = chosen(page, "deepseek")
    test.number_input("health_deepseek_rpm").set_value(12)
    test.number_input("health_deepseek_budget_day_usd").set_value(2.5)
    test.button("health_deepseek_save_limits").click().run(timeout=60)
    profile = shared.catalog().profile("deepseek")
    assert (profile.limits.rpm, profile.budget_day_usd) == (12, 2.5)
    assert "Saved." in said(test) and "of $2.50" in said(test)
    test.button("health_deepseek_reset_limits").click().run(timeout=60)
    assert shared.store().profiles.all() == {}
    assert test.number_input("health_deepseek_rpm").value == 30


@pytest.mark.parametrize(("field", "value"), [("rpm", -1), ("window_s", 0.0), ("budget_day_usd", -5.0)])
def test_what_is_out_of_bounds_is_refused_beside_its_panel(page: Page, field: str, value: float) -> None:
    """The engine's answer counts: nothing is kept, and the field and what to do are named."""
    test = chosen(page, "deepseek")
    test.number_input(f"health_deepseek_{field}").set_value(value)
    test.button("health_deepseek_save_limits").click().run(timeout=60)
    assert shared.store().profiles.all() == {}
    assert ":red[" in said(test) and "Choose" in said(test)


def test_a_price_is_kept(page: Page) -> None:
    """A price written in is in force at once."""
    test = chosen(page, "deepseek")
    test.number_input("health_deepseek_deepseek-flash_input_usd").set_value(0.5)
    test.button("health_deepseek_save_prices").click().run(timeout=60)
    assert shared.catalog().profile("deepseek").prices["deepseek-flash"].input_usd == 0.5


def test_the_headlines_are_of_findings() -> None:
    """Each headline of the screen belongs to a finding of the engine."""
    assert {f"finding.{code}" for code in words.HEAD} <= set(FINDINGS)
