"""What a job will take, and a run's share of the limit: known only where an answer of the server was timed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.cli.status import print_status
from engine.job import Job, Overrides
from engine.messages import NOTHING
from engine.money.cost import cost_usd
from engine.money.price import FREE, Price
from engine.money.usage import Usage
from engine.providers import Catalog, Profile
from engine.reports.estimate import estimate_of
from engine.reports.metrics import summarise
from engine.reports.progress import progress_of, share_of_limit, why_so_long
from engine.reports.status import figures_of
from engine.spec import RunSpec, Tuning
from engine.store import NewRun, Settlement, Store, Totals
from engine.work import plan
from tests.unit.test_store_kit import kept, prints, sent

URL = "http://127.0.0.1:9/v1"
SPEC = RunSpec("cloze", "en", (1, 2), ("tea", "rain"), provider="custom", model="m", reuse=False)
JOB = Job(SPEC, Tuning(1, 2), overrides=Overrides(base_url=URL, key_env=""))


def planned(store: Store, base_url: str = URL) -> int:
    """A run of SPEC on a server, at work."""
    slots = plan(SPEC)
    run = store.runs.create(NewRun(SPEC, JOB.tuning, "m", base_url), slots, prints(slots)).result()
    store.runs.start(run).result()
    return run


def call(store: Store, run: int, outcome: str, seconds: float, *slots: int, **more: Any) -> None:
    """A call for these slots that took so long; an ok one keeps its drafts."""
    drafts = [kept(slot) for slot in slots] if outcome == "ok" else []
    entry = Settlement(sent(store, run, *slots), outcome, drafts=drafts, ended_at=100.0 + seconds, **more)
    store.calls.settle(entry).result()


def test_the_time_on_an_unknown_server_is_not_known(store: Store) -> None:
    """Without an answer of the server there is no time, speed or share, but a reason; all else is estimated."""
    at = estimate_of(store, Catalog.load(), JOB)
    assert (at.wall_s, at.items_per_s, at.limit_items_per_s, at.share_of_limit, at.bottleneck) == (None,) * 5
    assert (at.unknown.code, at.drafts, at.calls) == ("estimate.latency_unknown", 4, 2)
    assert str(at.unknown).startswith("Not known yet")


def test_the_practice_provider_is_known_from_its_settings(store: Store) -> None:
    """Its latency is a setting: nothing has to be measured."""
    at = estimate_of(
        store, Catalog.load(), replace(JOB, spec=replace(SPEC, provider="practice"), overrides=Overrides())
    )
    assert at.wall_s == pytest.approx(2 * (1.2 + 2 * 0.25)) and at.unknown == NOTHING


@pytest.mark.parametrize(
    ("outcome", "more"),
    [("ok", {}), ("empty", {"status": 200}), ("failed", {"status": 200, "tokens_out": 300})],
)
def test_one_whole_answer_tells_the_time(store: Store, outcome: str, more: dict[str, Any]) -> None:
    """Good or not, an answer of 158 s makes the estimate of two such calls 316 s."""
    call(store, planned(store), outcome, 158.0, 0, 1, **more)
    assert estimate_of(store, Catalog.load(), JOB).wall_s == pytest.approx(316.0)


@pytest.mark.parametrize(
    ("outcome", "more"),
    [("rate_limited", {"status": 429}), ("in_doubt", {}), ("failed", {"status": 503}), ("not_sent", {})],
)
def test_what_is_no_answer_tells_nothing(store: Store, outcome: str, more: dict[str, Any]) -> None:
    """A refusal, an error and a broken connection say nothing about the time of an answer."""
    call(store, planned(store), outcome, 0.1, 0, 1, **more)
    assert estimate_of(store, Catalog.load(), JOB).wall_s is None


def test_another_server_under_the_same_name_tells_nothing(store: Store) -> None:
    """`custom` is any server: only answers of the same address count."""
    call(store, planned(store, "http://127.0.0.1:8/v1"), "ok", 158.0, 0, 1)
    assert estimate_of(store, Catalog.load(), JOB).wall_s is None


def test_a_new_run_has_no_limit_yet(store: Store) -> None:
    """In JSON the limit and the share are null, with a reason beside them; the first answer gives them."""
    run = planned(store)
    figures = figures_of(progress_of(store, run))
    assert (figures["limit_items_per_s"], figures["share_of_limit"]) == (None, None)
    assert figures["limit_note"] == "latency_unknown" and progress_of(store, run).eta_s is None
    call(store, run, "ok", 4.0, 0, 1)
    figures = figures_of(progress_of(store, run))
    assert (figures["limit_items_per_s"], figures["share_of_limit"], figures["limit_note"]) == (0.5, 1.0, None)


def test_a_table_of_figures_holds_no_code(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """What JSON says by a code, the table of `draftmill status` says in words."""
    print_status(store, planned(store), as_json=False)
    said = capsys.readouterr().out
    assert "latency_unknown" not in said and "reason code" not in said and "limit note" in said


def test_more_than_the_limit_is_said() -> None:
    """A share is never above 100 %: where the run is faster, a note says that the estimate was too low."""
    assert share_of_limit(2.0, 4.0) == (0.5, NOTHING)
    assert share_of_limit(4.01, 4.0) == (1.0, NOTHING)
    share, note = share_of_limit(88.0, 4.0)
    assert (share, note.code) == (1.0, "estimate.limit_too_low") and "too low" in str(note)


def test_a_time_left_of_three_forecasts_is_explained() -> None:
    """More than three times the forecast is shown with its reason; less, or an unknown time, is not."""
    assert why_so_long(31.0, 10.0).code == "estimate.limit_found"
    assert [why_so_long(*times) for times in ((30.0, 10.0), (None, 10.0), (31.0, 0.0))] == [NOTHING] * 3


def test_an_unclear_limit_is_no_short_time_left(store: Store) -> None:
    """While calls are refused and no limit is in force, the rest takes as long as what is made took; it says why."""
    run = planned(store)
    call(store, run, "ok", 1.0, 0, 1)
    assert (progress_of(store, run).eta_s or 0.0) < 5.0
    call(store, run, "rate_limited", 100.0, 2)
    progress = progress_of(store, run)
    assert (progress.eta_s, progress.eta_note.code) == (pytest.approx(100.0), "estimate.limit_found")


def test_rates_are_of_settled_slots() -> None:
    """A healthy run a tenth of the way has made all of what is settled."""
    assert summarise(Totals(planned=100, drafted=12, open=88)).success_rate == 1.0
    ended = summarise(Totals(planned=100, drafted=10, failed=6, cancelled=4, open=80))
    assert (ended.success_rate, ended.error_rate) == (0.5, 0.3)


def test_the_ledger_and_the_estimate_use_one_price() -> None:
    """On a free server the name under which it serves a model changes no price, and nothing is called an estimate."""
    own = Profile("own", URL, prices={"practice-fast": Price(0.15, 0.60)})
    assert own.price("m") == own.price("practice-fast", "m") == FREE
    assert own.price("practice-fast", "practice-fast") == Price(0.15, 0.60)
    assert cost_usd(Usage(1000, 1000), own.price("practice-fast", "m")) == (0.0, False)
