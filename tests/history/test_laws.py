"""Each law sees its own promise broken: a store is doctored, and the law says so; before that, it said nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine import Tuning
from engine.practice import PracticeProcess
from tests.history import laws
from tests.history.facts import Account, Facts, gather
from tests.history.session import HistorySession, Work, play

SECRET = "sk-canary-of-the-laws"

Doctor = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def honest(provider: PracticeProcess, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """A run that came to its end under a few faults, with the provider's account of it."""
    work = Work(tmp_path_factory.mktemp("laws") / "draftmill.db", provider.base_url, tuning=Tuning(2, 2, retries=5))
    provider.configure({"faults": {"short": 0.2, "503": 0.2}})
    account = Account(provider)
    assert play(work, HistorySession()) == 0
    provider.configure({"faults": {}})
    return gather(work.database, account.read(), secrets=(SECRET,))


def test_an_honest_store_breaks_no_law(honest: Facts) -> None:
    """What a whole run leaves behind keeps every law."""
    assert laws.broken(honest) == []
    assert honest.served and honest.replies and honest.runs[0]["state"] == "done"


def first(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))


def lose_a_slot(facts: dict[str, Any]) -> None:
    del facts["slots"][-1]


def end_with_an_open_slot(facts: dict[str, Any]) -> None:
    facts["slots"][0].update(state="planned", content=None, source="")


def draft_without_content(facts: dict[str, Any]) -> None:
    facts["slots"][0]["content"] = None


def say_done_too_early(facts: dict[str, Any]) -> None:
    facts["slots"][0].update(state="failed", content=None, source="")


def say_incomplete_for_nothing(facts: dict[str, Any]) -> None:
    facts["runs"][0].update(state="incomplete", reason="drafts are missing in Campus; causes: 1 missing")


def say_no_cause(facts: dict[str, Any]) -> None:
    say_done_too_early(facts)
    facts["runs"][0].update(state="incomplete", reason="")


def lose_an_answer(facts: dict[str, Any]) -> None:
    del facts["replies"][first(facts["slots"], source="call")["call"]]


def leave_an_answer_unread(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok")["outcome"] = "answered"


def drop_a_paid_item(facts: dict[str, Any]) -> None:
    slot = first(facts["slots"], source="call")
    slot.update(state="failed", content=None)


def forget_a_call(facts: dict[str, Any]) -> None:
    del facts["calls"][first(facts["calls"], outcome="ok")["id"] - 1]


def tell_less_money(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok")["cost_usd"] = 0.0


def pass_the_budget(facts: dict[str, Any]) -> None:
    facts["runs"][0]["spec"]["budget_usd"] = 1e-6


def doubt_for_nothing(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok").update(outcome="in_doubt", cost_usd=0.0)


def repeat_for_ever(facts: dict[str, Any]) -> None:
    call = first(facts["calls"], outcome="ok")
    facts["calls"] += [{**call, "id": 1000 + n, "attempt": 2, "outcome": "failed", "kept": 0} for n in range(50)]


def send_ten_times(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok")["attempt"] = 10


def ask_for_one_slot_for_ever(facts: dict[str, Any]) -> None:
    call = first(facts["calls"], outcome="ok")
    facts["calls"] += [{**call, "id": 1000 + n, "attempt": 1, "outcome": "empty", "kept": 0} for n in range(9)]


def pass_the_deadline(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok")["ended_at"] += 10_000


def stay_running(facts: dict[str, Any]) -> None:
    facts["runs"][0]["state"] = "running"


def stay_in_flight(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok").update(outcome="in_flight")


def pause_in_silence(facts: dict[str, Any]) -> None:
    facts["runs"][0].update(state="paused", reason="")


def double_a_slot(facts: dict[str, Any]) -> None:
    facts["slots"].append(dict(facts["slots"][0]))


def store_an_answer_twice(facts: dict[str, Any]) -> None:
    one, other = [call for call in facts["replies"] if b"practice-" in facts["replies"][call][:200]][:2]
    facts["replies"][other] = facts["replies"][one]


def fill_two_slots_with_one_draft(facts: dict[str, Any]) -> None:
    facts["slots"][1]["content"] = facts["slots"][0]["content"]


def count_one_more(facts: dict[str, Any]) -> None:
    first(facts["calls"], outcome="ok")["kept"] += 1


def show_another_figure(facts: dict[str, Any]) -> None:
    facts["shown"][1]["tokens_out"] += 1


def write_the_key_down(facts: dict[str, Any]) -> None:
    facts["files"]["draftmill.db-wal"] = b"..." + SECRET.encode() + b"..."


DOCTORED: list[tuple[laws.Law, Doctor]] = [
    (laws.conservation, lose_a_slot),
    (laws.conservation, end_with_an_open_slot),
    (laws.conservation, draft_without_content),
    (laws.exact_count, say_done_too_early),
    (laws.exact_count, say_incomplete_for_nothing),
    (laws.exact_count, say_no_cause),
    (laws.paid_is_kept, lose_an_answer),
    (laws.paid_is_kept, leave_an_answer_unread),
    (laws.paid_is_kept, drop_a_paid_item),
    (laws.money_is_complete, forget_a_call),
    (laws.money_is_complete, tell_less_money),
    (laws.money_is_complete, pass_the_budget),
    (laws.money_is_complete, doubt_for_nothing),
    (laws.bounded_calls, repeat_for_ever),
    (laws.bounded_calls, send_ten_times),
    (laws.bounded_calls, ask_for_one_slot_for_ever),
    (laws.liveness, pass_the_deadline),
    (laws.liveness, stay_running),
    (laws.liveness, stay_in_flight),
    (laws.liveness, pause_in_silence),
    (laws.no_doubles, double_a_slot),
    (laws.no_doubles, store_an_answer_twice),
    (laws.no_doubles, fill_two_slots_with_one_draft),
    (laws.no_doubles, count_one_more),
    (laws.metrics_are_rows, show_another_figure),
    (laws.key_is_nowhere, write_the_key_down),
]


@pytest.mark.parametrize(("law", "doctor"), DOCTORED, ids=[doctor.__name__ for _, doctor in DOCTORED])
def test_a_doctored_store_is_found_out(honest: Facts, law: laws.Law, doctor: Doctor) -> None:
    """A promise broken in the rows is reported by its law."""
    names = ("runs", "slots", "calls", "replies", "shown", "files")
    rows = {name: copy.deepcopy(getattr(honest, name)) for name in names}
    doctor(rows)
    assert list(law(replace(honest, **rows)))


def test_every_law_is_shown_to_fail() -> None:
    """No law is believed that was never seen to report anything."""
    assert {law for law, _ in DOCTORED} == set(laws.LAWS)
