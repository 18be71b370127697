"""Runs whose provider writes above the level, or in another language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import DraftFilter, Tuning
from engine.practice.settings import PracticeSettings
from engine.reports import QualityFilter
from tests.integration.conftest import QUICK, Bench
from tests.matrix import slow

MISSES = {"offlevel": 0.2}
BATCHES = Tuning(concurrency=4, batch_size=3, retries=2)


@pytest.mark.parametrize(("lang", "level"), [("en", 1), slow("ja", 2), slow("zh", 3)])
def test_drafts_far_above_their_level_are_asked_for_once_more(bench: Bench, lang: str, level: int) -> None:
    """Of 120 drafts each is there; every far miss was asked for again once, in full packets, the rest is flagged."""
    bench.practice.configure(PracticeSettings(**QUICK, faults=MISSES))
    run = bench.run(bench.job(tuning=BATCHES, lang=lang, levels=(level,), per_combo=60))
    rows = list(bench.store.drafts.each(DraftFilter(run=run.id)))
    far = [row for row in rows if (row.above_share or 0) >= 0.3]
    assert run.state == "done" and len(rows) == 120
    assert run.totals.calls <= 1.35 * 40
    assert all(row.asks == 2 and row.flagged and row.above_words for row in far)
    assert max(row.asks for row in rows) == 2


def test_without_retries_a_draft_above_its_level_is_kept_and_flagged(bench: Bench) -> None:
    """With `retries` 0 nothing is asked for twice: all drafts are stored, those above their level flagged."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"offlevel": 1.0}))
    run = bench.run(bench.job(tuning=Tuning(batch_size=3, retries=0), levels=(1,), per_combo=6))
    rows = list(bench.store.drafts.each(DraftFilter(run=run.id)))
    assert run.state == "done" and run.totals.calls == 4
    assert all("above_level" in {flag.code for flag in row.flags} for row in rows)


def test_a_provider_that_is_always_above_the_level_pauses_no_run(bench: Bench) -> None:
    """Replies that are only too hard are answers: the run ends done, at twice the calls at most."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"offlevel": 1.0}))
    run = bench.run(bench.job(tuning=BATCHES, levels=(1,), per_combo=30))
    assert run.state == "done" and run.totals.drafted == run.totals.flagged == 60
    assert run.totals.calls <= 40


def test_the_thresholds_are_the_runs_own(bench: Bench) -> None:
    """A run that asks never again, and flags nothing, stores what comes."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"offlevel": 1.0}))
    run = bench.run(bench.job(tuning=BATCHES, levels=(1,), per_combo=6, level_shares=(0.05, 1.0, 1.0)))
    flags = [flag for row in bench.store.drafts.each(DraftFilter(run=run.id)) for flag in row.flags]
    assert run.totals.calls == 4
    assert {flag.severity for flag in flags if flag.code == "above_level"} == {"note"}


@pytest.mark.parametrize("lang", [slow("en"), "ja", slow("zh")])
def test_drafts_in_another_language_are_never_stored(bench: Bench, lang: str) -> None:
    """Spanish for English, Chinese for Japanese, Japanese for Chinese: refused, asked for again, none stored."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"offlang": 0.2}))
    run = bench.run(bench.job(tuning=replace(BATCHES, retries=5), lang=lang, levels=(2,), per_combo=15))
    flags = {flag.code for row in bench.store.drafts.each(DraftFilter(run=run.id)) for flag in row.flags}
    assert run.state == "done" and run.totals.drafted == 30
    assert not flags & {"language_doubtful", "foreign_sentence"}


def test_charts_count_the_shares_stored_with_the_drafts(bench: Bench) -> None:
    """Run page and Quality page count drafts by the share in their rows: all that are graded, each once."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"offlevel": 1.0}))
    run = bench.run(bench.job(tuning=BATCHES, levels=(1,), per_combo=6))
    bands = bench.store.drafts.above(run.id)
    assert bands == bench.store.quality.above(QualityFilter()) and bands["0.3"] == sum(bands.values()) == 12
