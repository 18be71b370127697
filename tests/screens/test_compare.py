"""The Compare page over the real engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.text import LANGUAGE_KEY
from engine import Job, RunSpec, Tuning, compare
from engine.profiles import PracticeSettings
from tests.screens.conftest import Page
from tests.waiting import until

Kept = Callable[..., compare.ComparisonReport]
SLOW = PracticeSettings(base_ms=150, item_ms=2)


def metric(test: AppTest, label: str) -> str:
    return next(metric.value for metric in test.metric if metric.label == label)


def marked(test: AppTest) -> list[str]:
    return [markdown.value for markdown in test.markdown if ":red[" in markdown.value]


def said(test: AppTest) -> str:
    return "\n".join(markdown.value for markdown in test.markdown)


def begin(*names: str, trials: int = 1, note: str = "", practice: PracticeSettings | None = None, n: int = 4) -> int:
    spec = RunSpec("cloze", "en", (2,), ("Compare",), per_combo=n)
    job = Job(spec, Tuning(), practice=practice or PracticeSettings(base_ms=20, item_ms=2))
    arms = compare.preset_arms(names, n)
    return compare.start(shared.store(), shared.runner(), job, arms, trials, note=note, seed=1)


def ended(comparison: int) -> compare.ComparisonReport:
    until(lambda: compare.report(shared.store(), comparison).state not in ("queued", "running"))
    return compare.report(shared.store(), comparison)


@pytest.fixture(scope="module")
def kept() -> compare.ComparisonReport:
    """A comparison of two presets, two trials each."""
    return ended(begin("serial", "concurrent", trials=2, note="Kept"))


def spoken(report: compare.ComparisonReport) -> str:
    """What is said of the speeds, as its trials came out."""
    assert report.verdict is not None
    return "is the fastest" if report.verdict.real else "No clear difference in speed"


def test_newcomer_is_led_on(page: Page, empty: None) -> None:
    """An untouched page says what the button will do, what it takes, and can be started."""
    test = page("compare")
    assert any("Nothing has been compared yet" in info.value for info in test.info)
    assert (metric(test, "Runs"), metric(test, "Drafts"), metric(test, "Calls")) == ("15", "360", "210")
    assert not test.button(key="compare_button").disabled


def test_estimate_follows_the_grid(page: Page) -> None:
    """Another grid is another estimate, before anything is started."""
    test = page("compare")
    test.segmented_control(key="compare_arms_by").set_value("grid").run()
    test.text_input(key="compare_grid_concurrency").set_value("1, 4")
    test.text_input(key="compare_grid_batch_size").set_value("2")
    test.number_input(key="compare_trials").set_value(2).run()
    assert (metric(test, "Runs"), metric(test, "Calls")) == ("4", "48")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("grid_concurrency", "0", "Choose 1 to"),
        ("grid_batch_size", "two", "whole numbers"),
        ("grid_retries", "", "at least one number"),
        ("grid_throttle_ms", "2001", "Choose 0 to 2000"),
        ("grid_concurrency", "1-150", "may be 200 runs"),
    ],
)
def test_bad_grids_are_refused_beside_their_field(page: Page, field: str, value: str, words: str) -> None:
    """Empty, out of range, or more than 200 runs: said in red, and nothing can be started."""
    test = page("compare")
    test.segmented_control(key="compare_arms_by").set_value("grid").run()
    test.text_input(key=f"compare_{field}").set_value(value).run()
    assert len(marked(test)) == 1
    assert words in marked(test)[0]
    assert test.button(key="compare_button").disabled


def test_the_button_starts_one_comparison(page: Page) -> None:
    """It is stored once, opened, and the page follows it to its results."""
    test = page("compare")
    test.pills(key="compare_arms").set_value(["concurrent", "combined"])
    test.text_area(key="compare_topics").set_value("Button")
    test.number_input(key="compare_trials").set_value(1)
    test.number_input(key="compare_per_combo").set_value(1)
    test.number_input(key="compare_practice_base_ms").set_value(20.0)
    test.text_input(key="compare_note").set_value("By the button").run()
    before = len(compare.reports(shared.store(), 50, 0))
    test.button(key="compare_button").click().run()
    assert len(compare.reports(shared.store(), 50, 0)) == before + 1
    report = ended(int(test.query_params["comparison"][0]))
    assert test.run().title[0].value == "By the button"
    assert report.runs_done == 2


def test_results_are_shown(page: Page, kept: compare.ComparisonReport) -> None:
    """The verdict, the performance table and the charts of a comparison that has ended."""
    test = page("compare", comparison=str(kept.id))
    assert spoken(kept) in said(test)
    table = test.dataframe[0].value
    assert list(table["Settings"]) == ["Serial · 1\u00a0×\u00a01", "Concurrent · 4\u00a0×\u00a01"]
    assert list(table["Guide"]) == ["1×", "3–4×"]
    assert len(test.get("plotly_chart")) == 6  # success and failure are one


def test_lanes_follow_the_choice(page: Page, kept: compare.ComparisonReport) -> None:
    """Another arm and trial shows another run's calls."""
    test = page("compare", comparison=str(kept.id))
    test.selectbox(key="compare_lane_arm").set_value("concurrent").run()
    assert any("4 calls at a time" in caption.value for caption in test.caption)
    test.selectbox(key="compare_lane_trial_concurrent").set_value(2).run()
    run = next(arm.runs[1] for arm in kept.arms if arm.name == "concurrent")
    assert any(link.label == f"Open run {run}" for link in test.get("page_link") if hasattr(link, "label"))


def test_these_settings_open_launch_filled_in(page: Page, kept: compare.ComparisonReport) -> None:
    """The arm chosen is on Launch: its settings, its spec, and new drafts, as usual."""
    test = page("compare", comparison=str(kept.id))
    test.selectbox(key=f"compare_use_{kept.id}").set_value("concurrent").run()
    test.button(key="compare_use_button").click().run()
    assert test.title[0].value == "Launch"
    assert test.session_state["launch_preset"] == "concurrent"
    assert test.session_state["launch_topics"] == "Compare"
    assert test.session_state["launch_reuse"] is False


def test_clone_fills_the_form_in(page: Page, kept: compare.ComparisonReport) -> None:
    """Clone and edit opens the form as the comparison was started."""
    test = page("compare", clone=str(kept.id))
    assert test.pills(key="compare_arms").value == ["serial", "concurrent"]
    assert (test.number_input(key="compare_trials").value, test.text_input(key="compare_note").value) == (2, "Kept")
    assert "clone" not in test.query_params


def test_cancel_keeps_what_is_done(page: Page) -> None:
    """Cancel ends a comparison; what had been made stays in the store, and resume is not offered for it."""
    comparison = begin("serial", "batch", trials=3, practice=PracticeSettings(base_ms=1500, item_ms=2), n=6)
    test = page("compare", comparison=str(comparison))
    assert test.get("plotly_chart") == []
    test.button(key="compare_cancel").click().run()
    assert ended(comparison).state == "cancelled"
    runs = shared.store().runs.page(50, comparison_id=comparison)
    assert all(row.totals.drafted + row.totals.cancelled == 6 for row in runs)
    assert not page("compare", comparison=str(comparison)).exception


def test_a_paused_comparison_is_resumed(page: Page) -> None:
    """What stood still goes on by one button, to all its runs."""
    comparison = begin("serial", "batch", practice=SLOW, n=6)
    for row in shared.store().runs.page(50, comparison_id=comparison):
        shared.store().runs.set_command(row.id, "pause").result()
    assert ended(comparison).state == "paused"
    test = page("compare", comparison=str(comparison))
    assert test.warning
    test.button(key="compare_resume").click().run()
    report = ended(comparison)
    assert (report.state, report.runs_done) == ("done", 2)


def test_the_list_names_the_winner(page: Page, kept: compare.ComparisonReport) -> None:
    """Kept comparisons are listed newest first with a link and what was found."""
    test = page("compare")
    test.segmented_control(key="compare_view").set_value("kept").run()
    assert any(spoken(kept) in caption.value for caption in test.caption)
    assert any("2 settings" in caption.value for caption in test.caption)


def test_an_unknown_comparison_says_so(page: Page) -> None:
    """A link to a comparison that is not there leads back to the page."""
    for comparison in ("999999", "x", "9" * 30):
        assert page("compare", comparison=comparison).title[0].value == "There is no such comparison"


def test_hostile_names_are_text(page: Page) -> None:
    """Markup in a name is never handed to Markdown."""
    report = ended(begin("combined", note="![x](https://example.test/x.png) $y$", n=1))
    test = page("compare", comparison=str(report.id))
    assert "![x](" not in test.title[0].value
    assert "example" in test.title[0].value


def test_the_page_speaks_chinese(page: Page, kept: compare.ComparisonReport) -> None:
    """Every heading of the results is in the reader's language."""
    test = page("compare", comparison=str(kept.id))
    test.segmented_control(key=LANGUAGE_KEY).set_value("zh").run()
    assert kept.verdict is not None
    assert ("最快" if kept.verdict.real else "速度没有明显差别") in said(test)
    assert test.header[0].value == "性能表"
