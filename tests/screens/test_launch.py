"""The Launch page over the real engine."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.forms import DEFAULTS
from dashboard.screens.launch.estimate import affordable
from dashboard.screens.launch.kept import read_kept
from dashboard.text import LANGUAGE_KEY
from engine import DraftFilter
from engine.kinds.shadowing.options import ShadowingOptions
from engine.reports import Estimate
from tests.screens.conftest import Make, Page


def metric(test: AppTest, label: str) -> str:
    return next(metric.value for metric in test.metric if metric.label == label)


def marked(test: AppTest) -> list[str]:
    return [markdown.value for markdown in test.markdown if ":red[" in markdown.value]


@pytest.fixture
def nothing_to_reuse() -> None:
    """Drafts that other tests of this session made are not reused."""
    shared.store().write(lambda conn: conn.exec_driver_sql("UPDATE draft SET fingerprint = 'old ' || id")).result()


def test_a_recipe_fills_the_form(page: Page) -> None:
    """A recipe that is loaded replaces what the form held, and says which of its values have no field."""
    test = page()
    recipe = """
kind = "shadowing"
lang = "ja"
levels = [4]
topics = ["旅行"]
per_combo = 3
[options]
genre = "news"
[speed]
preset = "serial"
[limits]
max_tokens = 900
budget_day_usd = 3.0
"""
    test.file_uploader(key="launch_recipe_file").upload("weekly.toml", recipe.encode()).run()
    assert (metric(test, "Drafts"), test.session_state["launch_genre"]) == ("3", "news")
    assert (test.session_state["launch_preset"], test.session_state["launch_max_tokens"]) == ("serial", 900)
    assert "left out: Daily budget" in test.warning[0].value


def test_a_faulty_recipe_changes_nothing(page: Page) -> None:
    """The unknown key is named with the nearest one; the form keeps what it held."""
    test = page()
    test.file_uploader(key="launch_recipe_file").upload("weekly.toml", b'knd = "cloze"\n').run()
    assert "write kind" in test.error[0].value
    assert metric(test, "Drafts") == "60"


@pytest.mark.usefixtures("nothing_to_reuse")
def test_newcomer_sees_an_estimate(page: Page) -> None:
    """An untouched form shows 60 drafts in 20 calls and a button that can be pressed."""
    test = page()
    assert (metric(test, "Drafts"), metric(test, "Calls")) == ("60", "20")
    assert not test.button(key="launch_button").disabled


@pytest.mark.usefixtures("nothing_to_reuse")
def test_estimate_follows_the_form(page: Page) -> None:
    """Another size of run is another estimate, before anything is started."""
    test = page()
    test.number_input(key="launch_per_combo").set_value(20)
    test.number_input(key="launch_batch_size").set_value(5).run()
    assert (metric(test, "Drafts"), metric(test, "Calls")) == ("120", "24")
    assert test.session_state["launch_preset"] == "custom"


def test_preset_turns_the_dials(page: Page) -> None:
    """A preset sets all four settings; auto follows the size of the run."""
    test = page()
    test.segmented_control(key="launch_preset").set_value("serial").run()
    assert (test.session_state["launch_concurrency"], test.session_state["launch_batch_size"]) == (1, 1)
    test.segmented_control(key="launch_preset").set_value("auto").run()
    assert (test.session_state["launch_concurrency"], test.session_state["launch_batch_size"]) == (8, 4)
    assert test.number_input(key="launch_concurrency").disabled


def test_errors_stand_beside_their_fields(page: Page) -> None:
    """Out of bounds is said in red, and nothing can be launched until it is fixed."""
    test = page()
    test.text_area(key="launch_topics").set_value("Campus\ncampus")
    test.number_input(key="launch_batch_size").set_value(11).run()
    assert len(marked(test)) == 2
    assert "Lines 1 and 2 are the same topic" in marked(test)[0]
    assert test.button(key="launch_button").disabled
    test.text_area(key="launch_topics").set_value("Campus")
    test.number_input(key="launch_batch_size").set_value(10).run()
    assert not marked(test)
    assert not test.button(key="launch_button").disabled


def test_missing_key_names_its_variable(page: Page) -> None:
    """Without a key the page says which variable to set and where, and offers the practice provider."""
    test = page()
    test.selectbox(key="launch_provider").set_value("openrouter").run()
    assert any("OPENROUTER_API_KEY" in m.value and "secrets.toml" in m.value for m in test.markdown)
    assert test.button(key="launch_button").disabled
    test.button(key="launch_practise").click().run()
    assert not test.button(key="launch_button").disabled


def test_every_kind_has_its_options(page: Page) -> None:
    """Each kind shows its own options and can be launched."""
    test = page()
    for kind, field in (("shadowing", "genre"), ("alignment", "tone"), ("cloze", "explain_in")):
        test.segmented_control(key="launch_kind").set_value(kind).run()
        assert not test.exception
        fields = [*test.segmented_control, *test.selectbox]
        assert next(one for one in fields if one.key == f"launch_{field}").value is not None
        assert not test.button(key="launch_button").disabled


def test_a_language_that_nothing_checks_is_named(page: Page) -> None:
    """Hints may be in any language; the form says when no check exists for it."""
    test = page()
    test.selectbox(key="launch_explain_in").set_value("de").run()
    assert not test.exception and not test.button(key="launch_button").disabled
    assert any("Not checked" in caption.value for caption in test.caption)
    test.selectbox(key="launch_explain_in").set_value("en").run()
    assert not any("Not checked" in caption.value for caption in test.caption)


def test_practice_faults_can_be_set(page: Page) -> None:
    """A fault chosen gets a share, and a share that is no share is refused beside it."""
    test = page()
    test.multiselect(key="launch_practice_faults").set_value(["503"]).run()
    test.number_input(key="launch_practice_fault_503").set_value(140.0).run()
    assert len(marked(test)) == 1
    assert test.button(key="launch_button").disabled


def test_what_exists_is_shown_before_the_launch(page: Page, make: Make) -> None:
    """Drafts already paid for are counted and can be made new instead."""
    make(topics=("Cache",), per_combo=2)
    test = page()
    test.text_area(key="launch_topics").set_value("Cache")
    test.pills(key="launch_levels").set_value([2])
    test.number_input(key="launch_per_combo").set_value(5).run()
    assert any("2 of 5 already exist" in markdown.value for markdown in test.markdown)
    assert metric(test, "Calls") == "1"
    test.segmented_control(key="launch_reuse").set_value(False).run()
    assert metric(test, "Calls") == "2"


def test_a_double_click_launches_once(page: Page) -> None:
    """The second click of one drawing of the button does nothing."""
    test = page()
    test.number_input(key="launch_practice_base_ms").set_value(20.0)
    test.number_input(key="launch_per_combo").set_value(1).run()
    before = shared.store().runs.count()
    test.button(key="launch_button").click().run()
    shared.runner().join(shared.store().runs.page(1)[0].id)
    assert shared.store().runs.count() == before + 1
    assert "run" in test.query_params


def test_clone_fills_the_form_in(page: Page, make: Make) -> None:
    """Clone and edit opens the form as the run was launched."""
    row = make(
        kind="shadowing", lang="ja", levels=(1, 4), topics=("旅行",), per_combo=1, options=ShadowingOptions("news")
    )
    test = page(clone=str(row.id))
    assert test.text_area(key="launch_topics").value == "旅行"
    assert test.segmented_control(key="launch_kind").value == "shadowing"
    assert test.segmented_control(key="launch_genre").value == "news"
    assert test.pills(key="launch_levels").value == [1, 4]
    assert "clone" not in test.query_params


def test_hostile_topics_are_text(page: Page, make: Make) -> None:
    """Markup in a topic is never handed to Markdown."""
    bait = "![x](https://example.test/x.png) $y$ <b>z</b>"
    row = make(topics=(bait,), per_combo=1)
    test = page("runs", run=str(row.id))
    assert any(bait in text.value for text in test.text)
    assert not any("![x](" in markdown.value for markdown in (*test.markdown, *test.caption))


def test_the_switch_changes_the_language(page: Page) -> None:
    """English and Chinese are one click apart, and what was typed stays."""
    test = page()
    test.text_area(key="launch_topics").set_value("Campus").run()
    test.segmented_control(key=LANGUAGE_KEY).set_value("zh").run()
    assert test.title[0].value == "启动"
    assert test.text_area(key="launch_topics").value == "Campus"


def test_a_chinese_browser_starts_in_chinese(page: Page) -> None:
    """The language is the browser's until somebody chooses."""
    assert page(locale="zh-CN").title[0].value == "启动"


def test_launching_again_makes_new_drafts(page: Page, make: Make) -> None:
    """Where every draft exists already, new ones are planned unless somebody says otherwise, before the figures."""
    make(topics=("Twice",), per_combo=2)
    test = page()
    test.text_area(key="launch_topics").set_value("Twice")
    test.pills(key="launch_levels").set_value([2])
    test.number_input(key="launch_per_combo").set_value(2).run()
    assert any("2 of 2 already exist" in markdown.value for markdown in test.markdown)
    assert (metric(test, "Calls"), test.session_state["launch_reuse"]) == ("1", False)
    test.segmented_control(key="launch_reuse").set_value(True).run()
    assert metric(test, "Calls") == "0"


def test_reviewed_drafts_are_not_used_again_by_default(page: Page, make: Make) -> None:
    """A partly existing set is used again only while nobody has decided any of it."""
    row = make(topics=("Reviewed already",), per_combo=2)
    shared.store().reviews.decide([shared.store().drafts.page(DraftFilter(run=row.id))[0].id], "approved").result()
    test = page()
    test.text_area(key="launch_topics").set_value("Reviewed already")
    test.pills(key="launch_levels").set_value([2])
    test.number_input(key="launch_per_combo").set_value(5).run()
    assert (metric(test, "Calls"), test.session_state["launch_reuse"]) == ("2", False)


def test_a_cloned_run_makes_new_drafts_with_what_advice_sets(page: Page, make: Make) -> None:
    """A link from a run's advice fills the form in, changes the settings it names and plans new drafts."""
    row = make(topics=("Applied",), per_combo=2)
    test = page(clone=str(row.id), concurrency="6", batch_size="2")
    assert (test.session_state["launch_concurrency"], test.session_state["launch_batch_size"]) == (6, 2)
    assert (test.session_state["launch_preset"], test.session_state["launch_reuse"]) == ("custom", False)
    assert not test.query_params


def test_a_budget_below_the_estimate_says_where_the_run_pauses(page: Page) -> None:
    """The page says how many drafts the budget pays for, before anything is spent."""
    test = page()
    test.text_area(key="launch_topics").set_value("Budget words")
    test.number_input(key="launch_budget_usd").set_value(0.002).run()
    assert any("pauses after about" in warning.value for warning in test.warning)
    test.number_input(key="launch_budget_usd").set_value(5.0).run()
    assert not test.warning


def test_every_wrong_topic_is_told_and_its_field_is_marked(page: Page) -> None:
    """Two doubled topics and a long one are three messages; the field has a frame."""
    test = page()
    test.text_area(key="launch_topics").set_value(f"Campus\ncampus\nTravel\ntravel\n{'x' * 300}").run()
    assert len(marked(test)) == 3
    assert any(".st-key-launch_topics" in html.value for html in test.html)


def test_the_estimate_pays_for_so_many_drafts() -> None:
    """Reused drafts cost nothing; the rest is bought one by one."""
    made = Estimate(30, 10, 20, 0, 0, 2.0, True, 1.0, 1.0, 1.0, 1.0, "rate", "none")
    assert (affordable(made, 1.0), affordable(made, 2.0), affordable(made, None)) == (20, None, None)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"levels": ["x"], "per_combo": true, "kind": "x", "provider": "y"}'])
def test_what_a_browser_kept_is_checked(text: str) -> None:
    """Nothing that the form cannot hold comes back from a browser's storage."""
    assert read_kept(text, ["practice"]) == {}
    assert read_kept('{"topics": "Campus", "levels": [1, 9]}', ["practice"]) == {"topics": "Campus"}


def test_everything_in_the_form_is_kept_but_simulated_errors() -> None:
    """What a browser kept of a form that was filled in comes back as it was, a temperature of 1 as a decimal number."""
    filled = {**DEFAULTS, "temperature": 1.0, "explain_in": "fr", "rpm": 30, "made_from": "texts", "practice_seed": 7}
    kept = read_kept(json.dumps(filled), ["practice"])
    left_out = {name for name in filled if name == "reuse" or name.startswith("practice_")}
    assert kept == {name: [] if name == "passages" else value for name, value in filled.items() if name not in left_out}
    assert isinstance(read_kept('{"temperature": 1}', [])["temperature"], float)


def test_a_new_form_is_folded(page: Page) -> None:
    """Without a figure of the user's own, the limits and all options are folded."""
    assert not [one.label for one in page().expander if one.proto.expanded]
