"""The Settings page over the real engine."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.text import LANGUAGE_KEY
from tests.screens.conftest import Page

KEY = "sk-or-v1-" + "0123456789abcdef" * 4


def badges(test: AppTest) -> list[str]:
    return [markdown.value for markdown in test.markdown if "-badge[" in markdown.value]


def test_a_key_is_set_or_not_and_never_shown(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each provider says whether its key is set, as the environment is at that moment; the key itself is nowhere."""
    before = badges(page("settings"))
    assert before and not any("green" in badge for badge in before)
    monkeypatch.setenv("OPENROUTER_API_KEY", KEY)
    test = page("settings")
    assert [":material/key: set" in badge for badge in badges(test)].count(True) == 1
    assert KEY not in str(test)


def test_a_key_is_tested_without_a_restart(page: Page) -> None:
    """The button says what is wrong with a key and what to do, beside the key."""
    test = page("settings")
    test.button(key="settings_test_openrouter").click().run()
    assert not test.exception
    assert any("missing" in markdown.value and "OPENROUTER" in markdown.value for markdown in test.markdown)


def test_the_name_and_the_language_are_kept(page: Page) -> None:
    """The name goes beside decisions from then on; the language changes every page."""
    test = page("settings")
    test.text_input(key="settings_name").set_value("Ann").run()
    assert test.session_state["reviewer_cookie"].endswith(".Ann")
    test.segmented_control(key="settings_language").set_value("zh").run()
    assert test.session_state[LANGUAGE_KEY] == "zh"
    assert test.title[0].value == "设置"


def test_limits_are_saved(page: Page) -> None:
    """A limit given here is the provider's, and Reset forgets it."""
    test = page("settings")
    test.selectbox(key="settings_provider").set_value("deepseek").run()
    test.number_input(key="health_deepseek_rpm").set_value(77.0).run()
    test.button(key="health_deepseek_save_limits").click().run()
    assert shared.catalog().profile("deepseek").limits.rpm == 77
    test.button(key="health_deepseek_reset_limits").click().run()
    assert shared.catalog().profile("deepseek").limits.rpm != 77
