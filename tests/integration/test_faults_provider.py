"""What a provider can do to a run, and what a person sees of it: one line a fault."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from engine import Job, Runner, RunSpec, Tuning
from engine.profiles import Catalog
from tests.faults.front import (
    Answer,
    Call,
    Front,
    Items,
    blank_lines,
    breaks_off,
    completes,
    error,
    says,
    slow_down,
    with_headers,
)
from tests.faults.kit import DRAFTS, PLAN, THREES, Mill

ONE = Tuning(1, 3, retries=2)
FLAGGED = error(403, "Your input was flagged", metadata={"error_type": "moderation", "reasons": ["violence"]})
USAGE_OF_A_LIAR = {"prompt_tokens": -5, "completion_tokens": 1e300, "total_tokens": "many", "cost": "free"}


@dataclass(frozen=True)
class Fault:
    """
    `faults`: the practice provider's own, by share. `first`: answers of the first calls; `always`: of all of them.
    `state`: how the run ends. `words`: what must be read on its page. `calls`: the most it may take.
    """

    title: str
    state: str = "done"
    words: Sequence[str] = ()
    faults: Mapping[str, float] = field(default_factory=dict)
    first: Sequence[Answer] = ()
    always: Answer | None = None
    calls: int = 3 * PLAN
    deadline_s: float = 10.0
    tuning: Tuning = THREES
    is_asked_twice: bool = False
    """A refusal in unknown words is asked once more without the form of the answer."""


# What comes and goes: the run ends whole.
PASSING = [
    Fault("429 with Retry-After", first=[slow_down(retry_after="1")] * 2, words=["rate"]),
    Fault("429 without Retry-After", first=[slow_down()] * 2, words=["rate"]),
    Fault("a burst on all workers", first=[slow_down()] * 4, tuning=Tuning(4, 3, retries=1), words=["rate"]),
    Fault("402 in-flight budget", first=[error(402, "", metadata={"error_type": "in_flight_budget_exhausted"})]),
    Fault("402 can only afford less", first=[error(402, "You requested 4000, but can only afford 3000.")]),
    Fault(
        "402 weight exceeds budget", first=[error(402, "Too heavy", metadata={"error_type": "weight_exceeds_budget"})]
    ),
    *[Fault(f"a {status}", first=[error(status, "Oops")], words=[str(status)]) for status in (408, 500, 502, 503, 504)],
    *[Fault(f"a {status}", first=[error(status, "Oops")], words=[str(status)]) for status in (520, 524, 529)],
    Fault("200 with an error body", first=[error(200, "Provider returned error")], words=["Provider returned error"]),
    Fault("200 with a rate error in its body", first=[says(200, {"error": {"code": 429, "message": "Slow down"}})]),
    Fault("finish_reason error with partial content", first=[breaks_off("error")], words=["broke off"], calls=PLAN + 1),
    Fault("blank content", first=[completes(content="   \n ")], words=["blank"]),
    Fault("null content", first=[completes(content=None)], words=["blank"]),
    Fault("no choices", first=[says(200, {"choices": [], "usage": {}})]),
    Fault("truncated by length", first=[breaks_off("length")], words=["cut off"], calls=PLAN + 2),
    Fault("insufficient_system_resource", first=[completes("insufficient_system_resource", content="")]),
    Fault("keep-alive blank lines then a body", first=[blank_lines(5)] * 2, calls=PLAN),
    Fault("blank lines for ever", first=[blank_lines(10_000)], deadline_s=2.0, words=["may have been billed"]),
    Fault("another model served", faults={"other_model": 1.0}, words=["practice-fallback"], calls=PLAN),
    Fault("odd usage figures", first=[completes(usage=USAGE_OF_A_LIAR, content="")]),
    Fault("an odd Retry-After", first=[slow_down(retry_after="-3"), slow_down(retry_after="soon")], words=["rate"]),
    Fault(
        "odd rate headers",
        first=[with_headers(x_ratelimit_limit_requests="-1", x_ratelimit_reset_requests="never")] * 2,
        calls=PLAN,
    ),
    Fault("one straggler", faults={"slow": 0.25}, calls=PLAN),
    Fault("404 later", first=[with_headers(), error(404, "Gone")], tuning=ONE, state="incomplete", words=["Gone"]),
    Fault("413 later", first=[with_headers(), error(413, "Long")], tuning=ONE, words=["Long"], calls=PLAN + 4),
    Fault("422 later", first=[with_headers(), error(422, "Odd")], tuning=ONE, state="incomplete", words=["Odd"]),
    Fault("content filter", first=[completes("content_filter", content="")], state="incomplete", words=["refuses"]),
    Fault("a refusal", first=[completes(content="", refusal="I will not")], state="incomplete", words=["I will not"]),
    Fault("403 moderation", first=[FLAGGED], state="incomplete", words=["change the topic or the model"]),
]

# What does not pass by itself: the run pauses at once, says why and what to do, and goes on when it is mended.
STOPPING = [
    Fault("429 quota", always=error(429, "", type="insufficient_quota"), words=["quota", "Resume then"]),
    Fault("429 per day", always=error(429, "Limit: free-models-per-day"), words=["quota", "per-day"]),
    Fault("402 no credit", always=error(402, "Insufficient Balance"), words=["credit", "Add credit"]),
    Fault("401", always=error(401, "No auth credentials found"), words=["key", "set it again"]),
    Fault("an unknown model", always=error(400, "x is no valid model ID"), words=["x is no valid", "model's name"]),
    Fault("403 budget", always=error(403, "Key limit exceeded"), words=["forbidden", "Key limit", "permissions"]),
    Fault("404", always=error(404, "No endpoints found"), words=["bad_request", "No endpoints found"]),
    Fault("422", always=error(422, "Unprocessable"), words=["bad_request", "422"], is_asked_twice=True),
    Fault("an hour's Retry-After", always=slow_down(retry_after="3600"), words=["long_wait", "60 minutes"]),
]  # fmt: skip


@pytest.mark.parametrize("fault", PASSING, ids=[fault.title for fault in PASSING])
def test_what_passes_costs_calls_and_no_drafts(mill: Mill, fault: Fault) -> None:
    """Exactly what was asked for, or the slots refused by name; the reason is shown, calls are bounded, laws kept."""
    mill.practice.configure({"faults": dict(fault.faults)})
    with Front(mill.practice.base_url, fault.first) as front:
        row = mill.run(mill.job(front.base_url, fault.tuning, fault.deadline_s))
        read = mill.read(row.id)
    assert (row.state, row.totals.open) == (fault.state, 0), row.reason
    assert fault.state == "incomplete" or row.totals.drafted == DRAFTS
    assert row.totals.calls <= fault.calls
    assert all(word in read for word in fault.words), read
    assert mill.broken() == []


@pytest.mark.parametrize("fault", STOPPING, ids=[fault.title for fault in STOPPING])
def test_what_does_not_pass_pauses_at_once_and_goes_on_when_mended(mill: Mill, fault: Fault) -> None:
    """Within `concurrency` calls the run pauses, says why and what to do; once repaired, one press brings the rest."""
    with Front(mill.practice.base_url, always=fault.always) as front:
        row = mill.run(mill.job(front.base_url, fault.tuning))
        assert (row.state, row.totals.calls <= fault.tuning.concurrency + fault.is_asked_twice) == ("paused", True)
        assert all(word in row.reason for word in fault.words), row.reason
        front.always = None
        again = mill.resume(row.id)
    assert (again.state, again.totals.drafted) == ("done", DRAFTS)
    assert mill.broken() == []


def test_a_call_that_is_always_too_long_is_split_before_the_run_pauses(mill: Mill) -> None:
    """413 to everything: asked for in smaller packets down to one draft, then the run pauses and says so."""
    with Front(mill.practice.base_url, always=error(413, "Too long")) as front:
        row = mill.run(mill.job(front.base_url, Tuning(2, 3, retries=2)))
        assert (row.state, row.totals.calls <= 3 * 2) == ("paused", True)
        assert "413" in row.reason
        front.always = None
        again = mill.resume(row.id)
    assert (again.state, again.totals.drafted) == ("done", DRAFTS)
    assert mill.broken() == []


def cut_inside_the_first_draft(tokens: int | None) -> Answer:
    """The practice provider's answer, ended after 100 characters; `tokens`: the count it names, None: all it may."""

    def answer(call: Call) -> None:
        whole = json.loads(call.ask()[1])
        whole["choices"][0]["message"]["content"] = whole["choices"][0]["message"]["content"][:100]
        whole["choices"][0]["finish_reason"] = "length"
        whole["usage"]["completion_tokens"] = tokens or json.loads(call.body)["max_tokens"]
        del whole["usage"]["total_tokens"]
        call.reply(200, json.dumps(whole).encode())

    return answer


@pytest.mark.parametrize("batch_size", [1, 2, 4])
@pytest.mark.parametrize(("tokens", "words"), [(None, "Raise max_tokens"), (120, "the server's own limit")])
def test_a_fault_of_every_answer_stops_within_two_calls_of_the_plan(
    mill: Mill, batch_size: int, tokens: int | None, words: str
) -> None:
    """Every answer is cut off, by max_tokens or by the server's own limit: the run pauses and names which."""
    with Front(mill.practice.base_url, always=cut_inside_the_first_draft(tokens)) as front:
        row = mill.run(mill.job(front.base_url, Tuning(1, batch_size, retries=3), per_combo=2))
    assert (row.state, row.totals.calls <= 4 // batch_size + 2) == ("paused", True)
    assert words in row.reason
    assert mill.broken() == []


@pytest.mark.parametrize("batch_size", [1, 2])
def test_an_answer_handed_back_for_ever_stops_within_two_calls_of_the_plan(mill: Mill, batch_size: int) -> None:
    """The first answer comes back under right new ids: no slot of another topic or level takes it."""
    kept: Items = []

    def again(items: Items) -> Items:
        kept.extend(items if not kept else [])
        return [{**kept[place % len(kept)], "id": item["id"]} for place, item in enumerate(items)]

    with Front(mill.practice.base_url, items=again) as front:
        topics = ("Campus", "Daily life", "Sports", "Food")
        row = mill.run(mill.job(front.base_url, Tuning(1, batch_size, retries=3), topics=topics, per_combo=1))
    assert (row.state, row.totals.drafted) == ("paused", batch_size)
    assert row.totals.calls <= 4 // batch_size + 2
    assert {one.split(":")[0] for one in mill.broken()} <= {"paid_is_kept"}  # a replay looks like a good draft


def test_a_stop_in_the_middle_keeps_what_came(mill: Mill) -> None:
    """When the credit ends half-way, what was delivered is kept and only the rest is asked for later."""
    broke = error(402, "Insufficient Balance")
    with Front(mill.practice.base_url, [with_headers(), with_headers()], always=broke) as front:
        row = mill.run(mill.job(front.base_url, Tuning(1, 3, retries=2)))
        assert (row.state, row.totals.drafted, row.totals.open) == ("paused", 6, 6)
        front.always = None
        again = mill.resume(row.id)
    assert (again.state, again.totals.calls) == ("done", 5)
    assert mill.broken() == []


def test_down_for_ten_minutes_costs_a_bounded_number_of_calls(mill: Mill) -> None:
    """A provider that answers 503 to everything is asked at most 35 times more; then the run pauses and can go on."""
    mill.practice.configure({"faults": {"503": 1.0}})
    row = mill.run(mill.job(tuning=Tuning(4, 1, retries=5), per_combo=30))
    assert row.state == "paused"
    assert row.totals.calls <= 4 + 35
    assert "503" in row.reason and "resume" in row.reason.lower()
    mill.practice.configure({"faults": {}})
    again = mill.resume(row.id)
    assert (again.state, again.totals.drafted) == ("done", 60)
    assert mill.broken() == []


def test_a_price_nobody_knows_is_said_to_be_an_estimate(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a price list the tokens of a server with a key are counted, and the cost is said to be an estimate."""
    monkeypatch.setenv("BARE_KEY", "sk-" + "0123" * 8)

    def without_cost(call: Call) -> None:
        answer = json.loads(call.ask()[1])
        del answer["usage"]["cost"]
        call.reply(200, json.dumps({**answer, "model": "unpriced"}).encode())

    with Front(mill.practice.base_url, always=without_cost) as front:
        (mill.home / "providers.toml").write_text(
            f'[bare]\nbase_url = "{front.base_url}"\ndefault_model = "practice-fast"\nkey_env = "BARE_KEY"\n'
        )
        with Runner(mill.store, Catalog.load(mill.home / "providers.toml")) as runner:
            job = Job(RunSpec("cloze", "en", (2,), ("Campus",), 3, provider="bare"), Tuning(1, 3))
            row = runner.join(runner.submit(job), 0.02)
    assert (row.state, row.totals.tokens_out > 0, row.totals.cost_is_estimate) == ("done", True, True)
