"""Models on the Compare page: chosen in the form, compared, read and cloned; and the charts of quality."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import compare_form, shared
from dashboard.charts.comparison import above_level
from dashboard.charts.intervals import Dot, interval_dots
from dashboard.charts.paper import GREEN
from dashboard.charts.worth import pareto, win_shares, worth_panels
from dashboard.screens.compare.pair_presses import PairPress, read_pairs_sent
from engine import Job, RunSpec, Tuning, compare
from engine.compare import Share
from engine.profiles import PracticeSettings
from tests.screens.conftest import Page
from tests.screens.test_compare import ended, metric, said
from tests.unit.test_compare_pairs import blind
from tests.unit.test_compare_quality import arm

KNOWN = ("practice", "openrouter")


def text(msgid: str) -> str:
    return msgid


def form(**values: object) -> dict[str, object]:
    return {**compare_form.DEFAULTS, **values}


def test_the_form_makes_an_arm_of_each_model() -> None:
    """Models and temperatures are crossed with the presets; without any the arms are the presets."""
    arms, errors = compare_form.read_arms(
        form(models=["practice: practice-small", "x"], arms=["combined"], temperatures="0.2, 0.9"), 8, 24, KNOWN
    )
    assert not errors
    assert [one.name for one in arms] == ["practice-small · T 0.2", "practice-small · T 0.9", "x · T 0.2", "x · T 0.9"]
    assert [one.name for one in compare_form.read_arms(form(), 8, 24, KNOWN)[0]][:2] == ["serial", "concurrent"]


def test_tiering_is_two_choices() -> None:
    """A judge of every setting but its own is a fast model with a judge against the strong model alone."""
    chosen = form(models=["a", "b"], arms=["combined"], judge="practice: b", judge_which="others", reject_below=3)
    arms, _errors = compare_form.read_arms(chosen, 8, 24, KNOWN)
    assert [(one.name, bool(one.judge)) for one in arms] == [("a + b", True), ("b", False)]


@pytest.mark.parametrize("wrong", [{"models": [" "]}, {"temperatures": "warm"}, {"temperatures": "3"}])
def test_what_cannot_be_compared_is_said(wrong: dict[str, object]) -> None:
    """A blank model and a temperature that is none are errors of their fields."""
    arms, errors = compare_form.read_arms(form(arms=["combined"], **wrong), 8, 24, KNOWN)
    assert (arms, len(errors)) == ((), 1)


def test_a_clone_has_the_same_arms() -> None:
    """The form filled in from a comparison makes its arms again."""
    chosen = form(models=["practice: a", "practice: b"], arms=["serial", "combined"], temperatures="0.2, 0.9",
                  judge="practice: b", judge_which="others", accept_at=4)  # fmt: skip
    arms, _errors = compare_form.read_arms(chosen, 8, 24, KNOWN)
    again = form(**compare_form.values_of(arms))
    assert compare_form.read_arms(again, 8, 24, KNOWN)[0] == arms


def test_a_clone_keeps_a_second_model_that_few_arms_have() -> None:
    """Where one field of the form cannot say who judges what, each arm names its own second model."""
    arms, _errors = compare_form.read_arms(form(models=["x: a", "x: b + x: c"], arms=["combined"]), 8, 24, ("x",))
    again = form(**compare_form.values_of(arms))
    assert compare_form.read_arms(again, 8, 24, ("x",))[0] == arms
    assert [bool(arm.judge) for arm in arms] == [False, True]


@pytest.fixture(scope="module")
def models() -> compare.ComparisonReport:
    """Two models, reviewed: the strong one is approved, half of the small one's drafts are not."""
    spec = RunSpec("cloze", "en", (2,), ("Models",), per_combo=12)
    job = Job(spec, Tuning(), practice=PracticeSettings(base_ms=10, item_ms=1))
    writers = [compare.Writer("practice", "practice-small"), compare.Writer("practice", "practice-strong")]
    arms = compare.crossed(compare.preset_arms(("combined",), 12), writers)
    store = shared.store()
    report = ended(compare.start(store, shared.runner(), job, arms, 2, note="Models", seed=1))
    for one in report.arms:
        for run in one.runs:
            ids = [draft.id for draft in store.drafts.page(limit=10_000) if draft.run == run]
            bad = ids[:6] if one.name == "practice-small" else []
            store.reviews.decide(bad, "rejected").result()
            store.reviews.decide([draft for draft in ids if draft not in bad], "approved").result()
    return compare.report(store, report.id)


def test_the_page_says_which_arm_to_use(page: Page, models: compare.ComparisonReport) -> None:
    """The arm to use, a sentence each for speed, quality and cost, and it is chosen for "Use these settings"."""
    test = page("compare", comparison=str(models.id))
    words = said(test)
    assert "Use practice-strong" in words.replace("**", "").replace("\\", "")
    assert "is approved more often than" in words and "per approved draft" in words
    assert test.selectbox(key=f"compare_use_{models.id}").value == "practice-strong"


def test_arms_that_failed_whole_lead_to_their_runs(page: Page) -> None:
    """Where no run made a draft the page does not say that none has ended: it links to one run of each arm."""
    spec = RunSpec("cloze", "en", (2,), ("Failed",), per_combo=2)
    job = Job(spec, Tuning(), practice=PracticeSettings(base_ms=5, item_ms=1, faults={"blank": 1.0}))
    arms = (compare.Arm("one", Tuning(1, 1, 0)), compare.Arm("two", Tuning(2, 2, 0)))
    made = ended(compare.start(shared.store(), shared.runner(), job, arms, 1, seed=1))
    test = page("compare", comparison=str(made.id))
    assert [one.value for one in test.warning] == ["The runs have ended without a draft. Their pages say why."]
    assert not test.exception and not test.info


def test_a_judged_arm_is_used_with_its_settings_and_a_word_on_its_judge(page: Page) -> None:
    """Launch has the model and the preset; it starts no second model, so the page says where that is asked for."""
    spec = RunSpec("cloze", "en", (2,), ("Judged",), per_combo=3)
    judge = compare.SecondModel("practice", "practice-strong")
    writers = [compare.Writer("practice", "practice-small"), compare.Writer("practice", "practice-strong")]
    arms = compare.crossed(compare.preset_arms(("combined",), 3), compare.tiering(writers, judge))
    job = Job(spec, Tuning(), practice=PracticeSettings(base_ms=5, item_ms=1))
    made = ended(compare.start(shared.store(), shared.runner(), job, arms, 1, seed=1))
    test = page("compare", comparison=str(made.id))
    test.selectbox(key=f"compare_use_{made.id}").set_value("practice-strong").run()
    assert not any("review them" in one.value for one in test.caption)
    test.selectbox(key=f"compare_use_{made.id}").set_value("practice-small + practice-strong").run()
    assert any("let practice-strong review them" in one.value.replace("\\", "") for one in test.caption)
    test.button(key="compare_use_button").click().run()
    assert (test.session_state["launch_model"], test.session_state["launch_preset"]) == ("practice-small", "combined")


def test_the_estimate_counts_models(page: Page) -> None:
    """Two models at one preset, three times: six runs; choosing models leaves one preset."""
    test: AppTest = page("compare")
    test.multiselect(key="compare_models").set_value(["practice: practice-small", "practice: practice-strong"]).run()
    assert metric(test, "Runs") == "6"


def test_a_blind_review_is_started(page: Page, models: compare.ComparisonReport) -> None:
    """Blind pairs has a form; once started, a button ends it and the result is shown."""
    test = page("compare", comparison=str(models.id), view="pairs")
    test.number_input(key="compare_pairs_count").set_value(5).run()
    test.button(key="compare_pairs_start").click().run()
    pairing = shared.store().pairs.newest(models.id)
    assert pairing is not None and len(shared.store().pairs.all(pairing.id)) == 5
    test.button(key="compare_pairs_end").click().run()
    assert any("Not enough yet" in one.value for one in test.markdown)


def test_presses_from_outside_are_checked() -> None:
    """Values of other types are left out; the presses are in their order."""
    odd = [{"number": 2, "act": "answer", "pair": 7, "choice": "left"}, {"number": 1, "act": "undo"}, 5,
           {"number": 3, "act": "answer", "pair": "7", "choice": "left"}, {"number": 4, "act": "answer", "pair": 7,
            "choice": "<b>"}]  # fmt: skip
    sent = read_pairs_sent({"client": "c", "presses": odd})
    assert sent.presses == (PairPress(1), PairPress(2, 7, "left"))
    assert read_pairs_sent([]).presses == read_pairs_sent({"presses": "x"}).presses == ()


def test_the_charts_of_quality_need_decisions() -> None:
    """Without a decision there is none; with them, acceptance and cost per approved draft."""
    blank = [arm("a", Share()), arm("b", Share())]
    assert [panel.key for panel in worth_panels(blank, text, text)] == []
    known = [arm("a", Share(50, 60)), arm("b", Share(55, 60), 0.02), arm("c", Share(3, 5))]
    panels = {panel.key: panel for panel in worth_panels(known, text, text)}
    assert list(panels) == ["acceptance", "worth"]
    assert "not enough yet (5 reviewed)" in panels["acceptance"].figure.to_json()


def test_each_arm_has_its_share_above_the_level() -> None:
    """The mean share of words above the level is a bar for each graded arm; nothing graded: no chart."""
    graded = [replace(one, quality=replace(one.quality, above=share)) for one, share in
              ((arm("a", Share()), 0.02), (arm("b", Share()), 0.3), (arm("c", Share()), None))]  # fmt: skip
    panel = above_level(graded, text, text)
    assert panel is not None and list(panel.figure.data[0].x) == [0.02, 0.3]
    assert panel.figure.layout.xaxis.range[1] == pytest.approx(0.312)
    assert above_level([arm("a", Share())], text, text) is None


def test_of_many_arms_only_the_best_are_named() -> None:
    """Fifty names would be written over each other: the trade-offs and the recommended arm have theirs."""
    arms = [arm(f"n{n}", Share(54, 60), 0.01 + 0.001 * n, 9.0 - 0.1 * n) for n in range(50)]
    panel, few = pareto(arms, text, text), pareto(arms[:16], text, text)
    assert panel is not None and few is not None
    named = [[note.text for note in one.figure.layout.annotations if "n" in note.text[:4]] for one in (panel, few)]
    assert (named[0], len(named[1])) == (["<b>n0</b>"], 16)
    assert "only the best are named" in panel.sentence and "named" not in few.sentence


def test_a_clearly_worse_arm_is_no_trade_off() -> None:
    """A cheap arm that is approved clearly less often is drawn hollow and called so."""
    panel = pareto([arm("good", Share(57, 60), 0.04), arm("bad", Share(20, 60), 0.001, 9.0)], text, text)
    assert panel is not None and "bad (clearly worse)" in panel.figure.to_json()
    assert list(panel.figure.data[1].x) == pytest.approx([1000 * 0.04 / 0.95])


def test_no_arm_is_green_before_it_is_preferred() -> None:
    """The colour of a win share says what the sentence says: with few answers none has won."""
    found = compare.pair_results(blind(1, 2, 6, 1))
    colors = [trace.marker.color for trace in win_shares(found, str, text).figure.data if len(trace.x)]
    assert compare.pairs_sentence(found).code == "found.pairs_few" and GREEN not in colors


def test_a_share_is_written_beside_a_line() -> None:
    """Over a dot at the edge it would lie on the name of the row, over one in the middle on the line there."""
    figure = interval_dots([Dot("a", 0.0, 0.0, 0.3, "")], axis="x")
    assert next(trace for trace in figure.data if len(trace.x)).textposition == ("top right",)
    figure = interval_dots([Dot("a", share, 0.0, 1.0, "") for share in (0.5, 0.8)], axis="x", middle=0.5)
    assert next(trace for trace in figure.data if len(trace.x)).textposition == ("top right", "top center")
