"""A report is computed from rows alone: the state of the comparison, what its arms came to, and how it travels."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dashboard.charts.page import Words, to_html
from engine.cli.compare_view import print_report
from engine.compare import Arm, ComparisonReport, preset_arms, report, reports, to_csv, to_json
from engine.compare.report import state_of
from engine.errors import StoreError
from engine.process import lease_now
from engine.spec import Tuning
from engine.store import CallStart, NewComparison, NewRun, Settlement, Store
from engine.work import plan
from tests.unit.test_store_kit import kept, prints, spec

SERIAL, CONCURRENT = preset_arms(("serial", "concurrent"), 8)
KEYS = {
    "name", "concurrency", "batch_size", "retries", "throttle_ms", "trials", "drafts", "items_per_s", "ci_low",
    "ci_high", "speedup", "predicted_items_per_s", "limit_items_per_s", "share_of_limit", "success_rate", "error_rate",
    "rate_429", "tokens_an_item", "cost_a_draft", "cost_an_approved_draft", "acceptance", "yield",
    "limit_note", "advice",
    "provider", "model", "temperature", "judge", "cost_per_approved", "approved_per_h", "decided", "approved",
    "acceptance_low", "acceptance_high", "refused_share", "flagged_share", "flags", "second_model_score",
    "second_model_usd", "review_minutes_per_approved", "yield_by_batch", "by_batch", "by_place", "level_share", "style",
}  # fmt: skip


class Rows:
    """A comparison written row by row."""

    def __init__(self, store: Store, *arms: Arm, trials: int = 2, note: str = "") -> None:
        self.store = store
        rows = [arm.to_json() for arm in arms]
        self.id = store.comparisons.create(NewComparison(spec(), rows, trials, note)).result()

    def queue(self, arm: Arm, trial: int = 1) -> int:
        slots = plan(spec())
        placed = {"comparison_id": self.id, "arm": arm.name, "trial": trial}
        return self.store.runs.create(NewRun(spec(), arm.tuning, "fast", **placed), slots, prints(slots)).result()

    def work(self, arm: Arm, trial: int = 1, each_s: float = 1.0, first: int = 0, until: int = 8) -> int:
        run = self.queue(arm, trial)
        self.store.runs.claim(run, "me", 0.0).result()
        self.store.runs.start(run).result()
        self.call(run, arm, each_s, range(first, until))
        return run

    def call(self, run: int, arm: Arm, each_s: float, slots: Sequence[int], at: float = 100.0) -> None:
        """One call a slot, `concurrency` of them side by side."""
        for place, slot in enumerate(slots):
            sent_at = at + place // arm.tuning.concurrency * each_s
            call = self.store.calls.start(CallStart(run, slot, 1, (slot,), sent_at)).result()
            spent = Settlement(call, "ok", tokens_in=60, tokens_out=40, cost_usd=0.01, drafts=[kept(slot)])
            self.store.calls.settle(replace(spent, ended_at=sent_at + each_s)).result()

    def done(self, arm: Arm, trial: int = 1, each_s: float = 1.0) -> int:
        run = self.work(arm, trial, each_s)
        self.store.runs.end(run, "done").result()
        return run

    def report(self) -> ComparisonReport:
        return report(self.store, self.id)


@pytest.fixture
def rows(store: Store) -> Rows:
    return Rows(store, SERIAL, CONCURRENT)


def test_the_figures_are_those_of_the_rows(rows: Rows) -> None:
    """8 drafts of a second each: 1/s one by one, 4/s four by four, as forecast."""
    for trial in (1, 2):
        rows.done(SERIAL, trial)
        rows.done(CONCURRENT, trial)
    at = rows.report()
    serial, concurrent = at.arms
    assert (at.state, at.runs, at.runs_done, at.drafts) == ("done", 4, 4, 8)
    assert (serial.items_per_s, concurrent.items_per_s, concurrent.speedup) == pytest.approx((1.0, 4.0, 4.0))
    assert (concurrent.predicted_items_per_s, concurrent.limit_items_per_s) == pytest.approx((4.0, 4.0))
    assert (serial.success_rate, serial.tokens_an_item, serial.cost_a_draft) == pytest.approx((1.0, 100, 0.01))
    assert (serial.guide_band, concurrent.guide_band) == ((1, 1), (3, 4))
    assert at.verdict is not None
    assert (at.verdict.best, at.verdict.real) == ("concurrent", True)


def test_nothing_measured_is_none(rows: Rows) -> None:
    """A comparison without an ended run has no figures, and shows itself all the same."""
    at = rows.report()
    assert (at.arms[0].items_per_s, at.arms[0].speedup, at.verdict) == (None, None, None)
    assert to_json(at)[0]["items_per_s"] is None
    assert "The verdict needs two settings" in to_html(at)


def test_a_trial_cut_short_does_not_count(rows: Rows) -> None:
    """What a cancelled run made is kept and measured as no trial."""
    rows.done(SERIAL, 1)
    cut = rows.work(SERIAL, 2, until=3)
    rows.store.runs.end(cut, "cancelled").result()
    at = rows.report()
    assert (at.runs_done, at.arms[0].trials_done, len(at.arms[0].runs)) == (1, 1, 2)
    assert rows.store.runs.get(cut).totals.drafted == 3


def test_the_time_a_paused_run_stood_still_is_not_its_own(rows: Rows) -> None:
    """A run that was paused for an hour and resumed keeps its speed."""
    run = rows.work(SERIAL, 1, until=4)
    rows.store.runs.end(run, "paused").result()
    rows.store.runs.reopen(run, ()).result()
    rows.store.runs.claim(run, "you", 4000.0).result()
    rows.call(run, SERIAL, 1.0, range(4, 8), at=3700.0)
    rows.store.runs.end(run, "done").result()
    assert rows.report().arms[0].items_per_s == pytest.approx(1.0)


def test_a_double_of_a_trial_is_not_measured(rows: Rows) -> None:
    """Of two runs for one arm and trial only the first counts."""
    rows.done(SERIAL, 1)
    rows.done(SERIAL, 1, each_s=5.0)
    arm = rows.report().arms[0]
    assert (arm.trials_done, arm.items_per_s) == (1, pytest.approx(1.0))


def test_what_was_reviewed_is_accepted_or_not(rows: Rows) -> None:
    """Acceptance is approved of reviewed; all the money is that of the approved drafts."""
    run = rows.done(SERIAL)
    ids = [draft.id for draft in rows.store.drafts.page(limit=8)]
    rows.store.reviews.decide(ids[:3], "approved").result()
    rows.store.reviews.decide(ids[3:4], "rejected").result()
    arm = rows.report().arms[0]
    assert (arm.runs, arm.acceptance, arm.cost_an_approved_draft) == ((run,), 0.75, pytest.approx(0.08 / 3))


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ((), "paused"),
        (("queued", "queued"), "queued"),
        (("done", "queued"), "running"),
        (("running", "queued"), "running"),
        (("paused", "queued"), "running"),
        (("done", "paused"), "paused"),
        (("done",), "paused"),
        (("done", "cancelled"), "cancelled"),
        (("cancelled",), "cancelled"),
        (("done", "incomplete"), "done"),
    ],
)
def test_the_state_of_the_whole(rows: Rows, states: tuple[str, ...], whole: str) -> None:
    """A comparison of two runs is as far as its runs are; what resume can help is paused."""
    row = rows.store.runs.get(rows.queue(SERIAL))
    runs = [row.model_copy(update={"state": state, "owner": "me", "heartbeat_at": lease_now()}) for state in states]
    assert state_of(runs, 2) == whole


def test_a_run_whose_process_has_gone_is_paused(rows: Rows) -> None:
    """A run that says it is running, with nobody's heartbeat, waits to be resumed."""
    rows.work(SERIAL)
    rows.queue(CONCURRENT)
    assert rows.report().state == "paused"


def test_json_has_one_object_an_arm(rows: Rows) -> None:
    """Every object has every name, and survives JSON."""
    rows.done(SERIAL)
    objects = json.loads(json.dumps(to_json(rows.report())))
    assert [one["name"] for one in objects] == ["serial", "concurrent"]
    assert all(set(one) == KEYS for one in objects)
    assert (objects[0]["trials"], objects[0]["yield"]) == (1, 1.0)


def test_csv_is_read_back(rows: Rows) -> None:
    """The CSV holds what the JSON holds; what is not measured is empty."""
    rows.done(SERIAL)
    lines = list(csv.DictReader(io.StringIO(to_csv(rows.report()))))
    assert set(lines[0]) == KEYS
    assert (float(lines[0]["items_per_s"]), lines[1]["items_per_s"]) == (1.0, "")


def test_names_are_inert(store: Store) -> None:
    """A formula or a tag in a name or note does nothing in a spreadsheet or a browser."""
    evil = Arm('=1+1<script>alert("x")</script>', Tuning(2, 2))
    rows = Rows(store, evil, SERIAL, note="<img src=x onerror=alert(1)>")
    rows.done(SERIAL)
    assert next(csv.DictReader(io.StringIO(to_csv(rows.report()))))["name"].startswith("'=1+1")
    page = to_html(rows.report())
    parser = Tags()
    parser.feed(page)
    assert "alert(1)" in page
    assert parser.seen.count("script") == 1 + page.count('class="plotly-graph-div"')
    assert "img" not in parser.seen
    assert not re.search(r"<(script|img)[^>]*>\s*alert|onerror=alert[^&]*>", page)


def test_the_page_stands_alone(rows: Rows) -> None:
    """The HTML is whole, loads no other file or host, and draws a bar with its interval for each arm."""
    for trial in (1, 2):
        rows.done(SERIAL, trial)
        rows.done(CONCURRENT, trial, each_s=0.9 + trial / 10)
    page = to_html(rows.report())
    parser = Tags()
    parser.feed(page)
    assert parser.open == []
    bars = json.loads(re.search(r'"speeds",\s*(\[.*?\]),\s*\{"height"', page, re.S)[1])[0]  # type: ignore[index]
    assert (len(bars["x"]), len(bars["error_x"]["array"])) == (2, 2)
    assert not {"src", "href"} & parser.attributes
    assert not re.search(r"https?:|src=|href=|url\(|@import", re.sub(r"<script.*?</script>", "", page, flags=re.S))
    assert "prefers-color-scheme: dark" in page
    heads = [part.count("<th>") for part in page.split("<table>")[1:]]
    assert heads and max(heads) <= 9, "a wider table is cut beside the names of two models"


def test_the_terminal_shows_whole_names(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Names that differ at their end only are folded, not cut."""
    arms = [Arm(f"{'model-' * 9} + {'judge-' * 6} · 4 x {n}", Tuning(4, n)) for n in (1, 3)]
    print_report(Rows(store, *arms).report())
    printed = capsys.readouterr().out
    assert all(f"4 x {n}" in printed for n in (1, 3)) and "…" not in printed


def test_the_page_speaks_the_readers_language(rows: Rows) -> None:
    """Headings, table, verdict and charts are in the language of the page; without one it is English."""
    for trial in (1, 2):
        rows.done(SERIAL, trial)
        rows.done(CONCURRENT, trial, each_s=0.9 + trial / 10)
    words = Words("zh", lambda msgid: f"[{msgid}]", lambda message: f"({message.code})", str.upper)
    page = to_html(rows.report(), words, rows.store)
    assert '<html lang="zh">' in page and "(verdict.real)" in page
    assert all(f"[{name}]" in page for name in ("Settings", "Drafts per second", "The performance table", "Topics"))
    assert "<td>SERIAL</td>" in page and 'id="over_time"' in page
    english = to_html(rows.report(), store=rows.store)
    assert "Which settings are fast?" in english and "concurrent is the fastest" in english


class Tags(HTMLParser):
    """The tags of a page: all, and those that were opened and not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes |= {name for name, _value in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_list_is_newest_first(rows: Rows) -> None:
    """A page of comparisons holds reports, the newest first."""
    newer = Rows(rows.store, SERIAL, CONCURRENT, note="second")
    assert [at.id for at in reports(rows.store)] == [newer.id, rows.id]
    assert [at.id for at in reports(rows.store, 1, 1)] == [rows.id]


def test_an_unknown_comparison_is_said(rows: Rows) -> None:
    """A comparison that is not there is a StoreError."""
    with pytest.raises(StoreError):
        report(rows.store, 10**6)


def test_every_model_has_a_forecast_of_its_own(store: Store) -> None:
    """A model that takes twice as long is forecast at half the speed, not at the mean of both."""
    slow = replace(SERIAL, name="slow", model="slow")
    both = Rows(store, SERIAL, slow, trials=1)
    both.done(SERIAL, 1, each_s=1.0)
    both.done(slow, 1, each_s=2.0)
    assert [one.predicted_items_per_s for one in both.report().arms] == pytest.approx([1.0, 0.5], rel=0.05)
