"""The Runs page over the real engine."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard import charts, shared
from dashboard.screens.runs.advice import say_advice
from dashboard.screens.runs.pair import Figure, change_of, verdict_of
from dashboard.screens.runs.tabs import tabs_of
from engine import DraftFilter, Job, RunSpec, Tuning, compare
from engine.profiles import PracticeSettings
from engine.reports import Advice, ChangeRow
from engine.store.run_list import RunFilter
from tests.screens.conftest import Make, Page


def metric(test: AppTest, label: str) -> str:
    return next(metric.value for metric in test.metric if metric.label == label)


def show(test: AppTest, view: str) -> AppTest:
    """Open a view of an ended run, whichever tab it is on."""
    tab = next(name for name, tab in tabs_of("draft", live=False).items() if view in tab.views)
    test.segmented_control(key="run_tab").set_value(tab).run()
    parts = [control for control in test.segmented_control if control.key == f"run_view_{tab}"]
    return parts[0].set_value(view).run() if parts else test


def test_a_run_shows_its_figures(page: Page, make: Make) -> None:
    """The cards show what the ledger adds up to."""
    row = make(topics=("Figures",), per_combo=6)
    test = show(page("runs", run=str(row.id)), "speed")
    assert (metric(test, "Success"), metric(test, "Calls")) == ("100 %", "2")
    assert test.progress[0].value == 100
    assert test.progress[0].text.startswith("6 of 6 drafts")


def test_every_view_opens(page: Page, make: Make) -> None:
    """Drafts, calls, failures, cells and parameters of one run can all be read."""
    row = make(topics=("Views",), per_combo=4, faults={"503": 0.3}, retries=5)
    test = page("runs", run=str(row.id))
    for view in ("calls", "failures", "cells", "changes", "parameters", "drafts"):
        assert not show(test, view).exception
    assert len(test.expander) == 4
    assert len(show(test, "calls").dataframe[0].value) == row.totals.calls


def test_calls_show_what_a_reply_lost(page: Page, make: Make) -> None:
    """An item that answers no slot is dropped, and the row of its call says so."""
    row = make(topics=("Strangers",), per_combo=4, faults={"unknown_id": 1.0}, retries=0)
    assert (
        show(page("runs", run=str(row.id)), "calls")
        .dataframe[0]
        .value["Notes on the reply"]
        .str.contains("unknown id")
        .any()
    )


def test_failures_say_why(page: Page, make: Make) -> None:
    """A run that made nothing says so, with the reason, the raw answer and what to do."""
    row = make(topics=("Down",), per_combo=1, faults={"403": 1.0}, retries=0)
    assert row.state != "done"
    test = page("runs", run=str(row.id))
    assert test.warning
    assert row.reason in [code.value for code in test.code]
    assert not show(test, "failures").exception
    assert test.expander


def test_what_failed_can_be_retried(page: Page, make: Make) -> None:
    """Retrying asks for the missing slots again, in the same run."""
    row = make(topics=("Again",), per_combo=1, faults={"short": 1.0}, retries=0)
    test = page("runs", run=str(row.id))
    calls = row.totals.calls
    test.button(key="run_retry" if row.state != "paused" else "run_resume").click().run()
    assert shared.runner().join(row.id).totals.calls > calls


def test_a_run_can_be_cancelled(page: Page) -> None:
    """Cancel stops the calls not sent; every slot is in an end state and what came is kept."""
    spec = RunSpec("cloze", "en", (2,), ("Cancel",), per_combo=200)
    job = Job(spec, Tuning(1, 1), practice=PracticeSettings(base_ms=50, item_ms=2))
    run = shared.runner().submit(job)
    test = page("runs", run=str(run))
    test.button(key="run_cancel").click().run()
    totals = shared.runner().join(run).totals
    assert shared.store().runs.get(run).state == "cancelled"
    assert totals.drafted + totals.cancelled == 200


def test_the_list_is_paged(page: Page, make: Make) -> None:
    """The list shows ten runs a page, newest first, and counts them by state."""
    for _number in range(10 - sum(shared.store().run_list.counts(RunFilter()).values())):
        make(topics=("List",), per_combo=1)
    newest = make(topics=("List",), per_combo=1).id
    test = page("runs")
    assert len(test.page_link) == 10
    assert f"Run {newest} " in test.page_link[0].value
    assert "All" in test.segmented_control(key="runs_state").options[0]


def test_an_unknown_run_says_so(page: Page) -> None:
    """A link to a run that is not there leads back to the list."""
    for run in ("999999", "x"):
        assert page("runs", run=run).title[0].value == "There is no such run"


def _drawn(test: AppTest) -> list[str]:
    """The HTML of a page without its style sheet."""
    return [html.value for html in test.html if not html.value.endswith("</style>")]


def test_drafts_are_laid_out_when_opened(page: Page, make: Make) -> None:
    """A draft's text is read only when its row is opened."""
    row = make(topics=("Open",), per_combo=1)
    assert not _drawn(page("runs", run=str(row.id)))
    assert shared.store().drafts.page(DraftFilter(run=row.id))[0].content["passage"]


def test_what_was_learned_can_be_kept(page: Page, make: Make) -> None:
    """A limit found in a run becomes the provider's by one button, and goes again by another."""
    row = make(topics=("Learned",), per_combo=2)
    at = row.totals.first_sent_at or 0.0
    found = {"rpm": 30, "tpm": 0, "max_in_flight": 0, "shape": "window", "window_s": 60.0}
    change = ChangeRow(at=at + 0.1, what="limits", before={**found, "rpm": 0}, after=found, why="window_found")
    shared.store().runs.add_changes(row.id, [change]).result()
    test = show(page("runs", run=str(row.id)), "speed")
    assert any("30 requests per 60 s" in markdown.value for markdown in test.markdown)
    test.button(key="run_keep_limit").click().run()
    assert shared.store().profiles.all()["practice"] == {"limits": found}
    assert shared.catalog().profile("practice").limits.rpm == 30
    test.button(key="run_forget_limit").click().run()
    assert "practice" not in shared.store().profiles.all()


@pytest.mark.parametrize(("certainty", "saved"), [(0.96, True), (0.89, False)])
def test_only_a_certain_limit_can_be_saved(page: Page, make: Make, certainty: float, saved: bool) -> None:
    """The page shows what is believed, how sure and why; from 90 % certainty it offers to save it."""
    row = make(topics=(f"Certain {certainty}",), per_combo=2)
    none = {"rpm": 0, "tpm": 0, "max_in_flight": 0, "shape": "window", "window_s": 60.0}
    part = {"kind": "window", "size_s": 1.0, "counts_refused": False, "most": 9.0}
    belief = {"parts": [part], "certainty": certainty, "explained": 5, "refused": 6}
    after = {**none, "rpm": 10, "window_s": 1.0, **belief}
    change = ChangeRow(at=row.created_at, what="limits", before=none, after=after, why="fits_refusals")
    shared.store().runs.add_changes(row.id, [change]).result()
    test = show(page("runs", run=str(row.id)), "speed")
    shown = [markdown.value for markdown in test.markdown]
    assert any("10 requests per 1 s" in one and charts.plain(charts.percent(certainty)) in one for one in shown)
    assert any("5 of 6 refusals" in caption.value for caption in test.caption)
    assert [button.key for button in test.button if button.key == "run_keep_limit"] == ["run_keep_limit"] * saved


def test_the_page_advises(page: Page, make: Make) -> None:
    """A failed run says what to do about it; the memory of the process is below."""
    row = make(topics=("Advised",), per_combo=2, faults={"short": 1.0}, retries=0)
    test = show(page("runs", run=str(row.id)), "speed")
    assert any("under the target of 95 %" in markdown.value for markdown in test.markdown)
    assert not any("draftmill " in markdown.value for markdown in test.markdown), "a page names no command"
    assert any("MB" in caption.value for caption in test.caption)


def test_advice_says_what_the_engine_says() -> None:
    """The sentences of the screen are those of the engine, with what to set and what it brings."""
    advice = Advice(
        "throttled", {"most_in_flight": 1, "concurrency": 4, "throttle_ms": 200}, 2.0, "hint", {"throttle_ms": 0}
    )
    assert say_advice(advice).endswith("Set Throttle (ms) from 200 to 0. Expected: 2.00 x the speed.")


def test_rejected_drafts_are_refilled_from_the_run(page: Page, make: Make) -> None:
    """A run with rejected drafts offers to ask for them again, once, and names the run that does."""
    row = make(topics=("Refill here",), per_combo=2)
    assert "run_refill" not in [button.key for button in page("runs", run=str(row.id)).button]
    shared.store().reviews.decide([shared.store().drafts.page(DraftFilter(run=row.id))[0].id], "rejected").result()
    test = page("runs", run=str(row.id))
    test.button(key="run_refill").click().run()
    (again,) = [one for one in shared.store().runs.page(5) if one.parent_run == row.id]
    assert (again.planned, "run_refill" in [button.key for button in test.button]) == (1, False)
    shared.runner().join(again.id)  # other tests look at what goes on


def test_runs_are_searched_and_filtered(page: Page, make: Make) -> None:
    """A word of a topic finds its run alone; the chips count what the table shows."""
    row = make(topics=("Needle in the haystack",), per_combo=1)
    test = page("runs")
    test.text_input(key="runs_text").set_value("needle").run()
    assert [link.value.startswith(f"**Run {row.id} ") for link in test.page_link] == [True]
    assert test.segmented_control(key="runs_state").options[0] == "All · 1"
    test.text_input(key="runs_text").set_value("nothing like this").run()
    assert "No run matches." in [caption.value for caption in test.caption]


def test_a_run_is_described_archived_and_deleted(page: Page, make: Make) -> None:
    """Tags and a note are kept; the archive hides a run; deleting says what goes, and asks for approved drafts."""
    row = make(topics=("Kept for a while",), per_combo=2)
    shared.store().reviews.decide([shared.store().drafts.page(DraftFilter(run=row.id))[0].id], "approved").result()
    test = page("runs", run=str(row.id))
    test.text_area(key="run_remark").set_value("for Anna")
    test.button(key="run_describe").click().run()
    assert shared.store().runs.get(row.id).remark == "for Anna"
    test.button(key="run_archive").click().run()
    assert shared.store().runs.get(row.id).archived
    assert test.button(key="run_delete").disabled
    assert any("2 drafts, 1 of them pending, 1 approved" in markdown.value for markdown in test.markdown)
    test.checkbox(key="run_delete_sure").set_value(True).run()
    test.button(key="run_delete").click().run()
    assert shared.store().runs.get(row.id).totals.drafted == 0
    assert any("were deleted at" in info.value for info in test.info)


def test_a_comparison_is_one_row_with_its_runs_below(page: Page) -> None:
    """The row has the sums of the comparison's runs and leads to its page; its runs are folded under it."""
    spec = RunSpec("cloze", "en", (2,), ("Folded comparison",), per_combo=4)
    job = Job(spec, Tuning(), practice=PracticeSettings(base_ms=10, item_ms=1))
    arms = compare.preset_arms(("serial", "batch"), 4)
    comparison = compare.start(shared.store(), shared.runner(), job, arms, 1, note="Two arms", seed=1)
    for run in shared.store().runs.page(9, comparison_id=comparison):
        shared.runner().join(run.id)
    test = page("runs")
    test.text_input(key="runs_text").set_value("folded comparison").run()
    assert [link.value for link in test.page_link] == [f"**Comparison {comparison} · Two arms**"]
    assert [progress.text for progress in test.progress] == ["8 / 8"]
    assert [one.label for one in test.expander] == ["2 runs of the comparison"]
    test.toggle(key="runs_parts").set_value(True).run()
    assert len(test.progress) == 2


def test_two_runs_are_read_side_by_side(page: Page, make: Make) -> None:
    """The figures of both with their differences, the settings that differ, and the drafts of the same slots."""
    one = make(topics=("Beside",), per_combo=4, batch_size=1)
    other = make(topics=("Beside",), per_combo=4, batch_size=4, reuse=False)
    test = show(page("runs", run=str(one.id)), "pair")
    assert "Choose a run to see both side by side." in [caption.value for caption in test.caption]
    test.selectbox(key="run_pair").set_value(other.id).run()
    assert not test.exception
    figures, settings = (frame.value for frame in test.dataframe[:2])
    calls = figures[figures["Measure"] == "Calls"].iloc[0]
    assert list(calls)[1:] == ["4", "1", "-75 %", "better"]
    assert "Batch size" in list(settings["Setting"])
    assert len(_drawn(test)) == 8


FIGURE = st.floats(0, 1e6)


@given(FIGURE, FIGURE, st.sampled_from(["more", "less"]), st.booleans())
def test_one_of_two_runs_is_better(one: float, other: float, better: Literal["more", "less"], is_share: bool) -> None:
    """Where the figures read differently one run is better and the other worse, whichever is first; else neither."""
    there = Figure("f", one, other, charts.rate, better, is_share)
    back = Figure("f", other, one, charts.rate, better, is_share)
    words = {verdict_of(there), verdict_of(back)}
    assert words == ({""} if charts.rate(one) == charts.rate(other) else {"better", "worse"})
    assert (change_of(there) == "=") == (words == {""})
