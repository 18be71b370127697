"""
The laws of design.md, section 4, that rows can prove: each a pure function from facts to the promises that are broken.

A law says nothing when it is kept. docs/promises.md says them in words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from engine.kinds import read_reply
from engine.money.cost import cost_usd
from engine.money.price import Price
from engine.money.usage import Usage
from engine.providers import read_answer
from engine.providers.reply import Answer
from engine.spec import RunSpec
from engine.work import Packet, Slot, nonce_of
from tests.history.facts import ENDED, OPEN, Facts, Row

Law = Callable[[Facts], Iterator[str]]

STATES = ("planned", "drafted", "failed", "cancelled")
LEAST_SPARE, SPARE_SHARE = 35, 0.10
EXTRA_ASKS = 2
PRICE = Price(0.15, 0.60)  # the practice provider's play money, USD a million tokens
CRUMB_USD = 1e-9
SLACK_S = 30.0  # of a busy machine: a deadline is kept by the loop, not by the kernel
UNBILLED = ("reset", "timeout", "html")
"""What the practice provider answers with a 200 or nothing, and never bills."""


def conservation(facts: Facts) -> Iterator[str]:
    """1. planned = drafted + failed + cancelled + open; every slot ends in exactly one state."""
    for run in facts.runs:
        slots = facts.slots_of(run)
        numbers = sorted(slot["slot"] for slot in slots)
        if numbers != list(range(run["planned"])):
            yield f"run {run['id']} planned {run['planned']} slots and holds {len(numbers)}"
        for slot in slots:
            if slot["state"] not in STATES:
                yield f"slot {slot['slot']} is {slot['state']!r}"
            if (slot["state"] == "drafted") != bool(slot["content"]):
                yield f"slot {slot['slot']} is {slot['state']} with content {slot['content']!r:.40}"
        if run["state"] in ENDED and (left := sum(slot["state"] == "planned" for slot in slots)):
            yield f"run {run['id']} is {run['state']} with {left} open slots"


def exact_count(facts: Facts) -> Iterator[str]:
    """2. `done` holds per_combo drafts in every cell; `incomplete` names cells and causes."""
    for run in facts.runs:
        spec = RunSpec.from_json(run["spec"])
        drafted = Counter((s["topic"], s["level"]) for s in facts.slots_of(run) if s["state"] == "drafted")
        short = [(t, n) for t in spec.topics for n in spec.levels if drafted[t, n] != spec.per_combo]
        if run["state"] == "done" and short:
            yield f"run {run['id']} is done and has not {spec.per_combo} drafts in {short}"
        if run["state"] == "incomplete" and not short:
            yield f"run {run['id']} is incomplete and lacks nothing"
        if run["state"] == "incomplete" and short and not (short[0][0] in run["reason"] and "causes" in run["reason"]):
            yield f"run {run['id']} is incomplete and says only {run['reason']!r}"


def paid_is_kept(facts: Facts) -> Iterator[str]:
    """3. A whole answer is stored before it is read, and every good item in it fills its slot."""
    calls = {call["id"]: call for call in facts.calls}
    slots = {(slot["run"], slot["slot"]): slot for slot in facts.slots}
    for slot in facts.slots:
        if slot["source"] == "call" and slot["call"] not in facts.replies:
            yield f"slot {slot['slot']} has a draft of call {slot['call']}, whose answer is not stored"
    runs = {run["id"]: run for run in facts.runs}
    for call_id, body in facts.replies.items():
        call = calls[call_id]
        run = runs[call["run"]]
        if call["outcome"] in OPEN and run["state"] in ENDED:
            yield f"call {call_id} is answered and was never read; run {run['id']} is {run['state']}"
        if call["outcome"] not in ("ok", "partial", "empty"):
            continue
        for number in _good_items(call, body, run, slots):
            if (state := slots[run["id"], number]["state"]) in ("planned", "failed"):
                yield f"call {call_id} brought a good draft for slot {number}, which is {state}"
    doubted = sum(call["outcome"] == "in_doubt" for call in facts.calls)
    in_flight = 0 if facts.at_rest else sum(call["outcome"] == "in_flight" for call in facts.calls)
    if (lost := bought_twice(facts)) > doubted + in_flight:
        yield f"{lost} bought completions are not stored; {doubted} calls are in doubt, {in_flight} in flight"


def money_is_complete(facts: Facts) -> Iterator[str]:
    """4. Every attempt is in the ledger, at no less than it was billed; a run's spend is within its budget."""
    if len(facts.calls) < len(facts.served):
        yield f"the provider was asked {len(facts.served)} times, the ledger holds {len(facts.calls)} calls"
    for call in facts.calls:
        if call["cost_usd"] < 0 or (call["outcome"] == "in_doubt" and not call["cost_usd"]):
            yield f"call {call['id']} is {call['outcome']} at ${call['cost_usd']}"
    billed = sum(_price(row) for row in facts.served if row["outcome"] not in UNBILLED)
    ledger = sum(call["cost_usd"] for call in facts.calls)
    if facts.served and ledger < billed - CRUMB_USD * len(facts.served):
        yield f"the provider billed ${billed:.6f}, the ledger says ${ledger:.6f}"
    for run in facts.runs:
        budget = run["spec"].get("budget_usd")
        spent = sum(call["cost_usd"] for call in facts.calls_of(run))
        if budget is not None and spent > budget + CRUMB_USD:
            yield f"run {run['id']} spent ${spent:.6f} of a budget of ${budget:.6f}"


def bounded_calls(facts: Facts) -> Iterator[str]:
    """5. One owner of repeats: at most max(35, 10 %) of them a session, and no slot is asked for without end."""
    for run in facts.runs:
        calls, retries = facts.calls_of(run), run["tuning"]["retries"]
        sittings = max(1, run["fence"])
        spare = max(LEAST_SPARE, int(SPARE_SHARE * math.ceil(run["planned"] / run["tuning"]["batch_size"])))
        slowed = sum(call["outcome"] == "rate_limited" for call in calls)
        repeats = sum(call["attempt"] > 1 for call in calls) - slowed
        if repeats > sittings * spare:
            yield f"run {run['id']} repeated {repeats} calls in {sittings} sittings; {spare} each are allowed"
        if over := [call["id"] for call in calls if call["attempt"] > 1 + retries + slowed]:
            yield f"calls {over} were sent more than 1 + {retries} times"
        asked = Counter(slot for call in calls if call["attempt"] == 1 for slot in call["slots"])
        most = sittings * (1 + retries + EXTRA_ASKS if retries else 1)
        if over := [slot for slot, times in asked.items() if times > most]:
            yield f"slots {over} of run {run['id']} were asked for more than {most} times"


def liveness(facts: Facts) -> Iterator[str]:
    """6. Every call has a deadline; every run comes to rest."""
    for call in facts.calls:
        if call["ended_at"] is not None and call["outcome"] != "in_doubt":
            took_s = call["ended_at"] - call["sent_at"]
            if took_s > facts.deadline_s + SLACK_S or took_s < 0:
                yield f"call {call['id']} took {took_s:.1f} s; the deadline is {facts.deadline_s:g} s"
    if not facts.at_rest:
        return
    for run in facts.runs:
        if run["state"] not in (*ENDED, "paused"):
            yield f"run {run['id']} is {run['state']} and nobody works on it"
        if run["state"] in ("paused", "incomplete", "cancelled") and not run["reason"]:
            yield f"run {run['id']} is {run['state']} and does not say why"
        if left := [call["id"] for call in facts.calls_of(run) if call["outcome"] == "in_flight"]:
            yield f"run {run['id']} is {run['state']} with calls {left} in flight"


def no_doubles(facts: Facts) -> Iterator[str]:
    """7. One draft a slot, one slot a draft, one reading an answer."""
    if twice := _twice((slot["run"], slot["slot"]) for slot in facts.slots):
        yield f"slots {twice} stand twice"
    if twice := _twice(filter(None, map(_completion, facts.replies.values()))):
        yield f"completions {twice} were stored twice"
    bought = [slot for slot in facts.slots if slot["source"] == "call"]
    if twice := _twice((slot["run"], str(slot["content"])) for slot in bought):
        yield f"{len(twice)} drafts fill two slots each"
    kept = Counter(slot["call"] for slot in bought)
    for call in facts.calls:
        if call["kept"] != kept[call["id"]]:
            yield f"call {call['id']} says that {call['kept']} drafts were kept; {kept[call['id']]} slots name it"
        if call["kept"] + call["late"] > call["asked"]:
            yield f"call {call['id']} asked for {call['asked']} and brought {call['kept']} + {call['late']}"


def metrics_are_rows(facts: Facts) -> Iterator[str]:
    """8. What the screens show is what the rows add up to."""
    for run in facts.runs:
        if run["id"] in facts.shown:
            shown, counted = facts.shown[run["id"]], _counted(facts, run)
            for name, figure in counted.items():
                if not math.isclose(shown[name], figure, abs_tol=1e-9):
                    yield f"run {run['id']} shows {name} {shown[name]}; its rows add up to {figure}"


def key_is_nowhere(facts: Facts) -> Iterator[str]:
    """9. No file holds the key."""
    for name, body in facts.files.items():
        for secret in facts.secrets:
            if secret.encode() in body:
                yield f"{name} holds a key"


LAWS: tuple[Law, ...] = (
    conservation,
    exact_count,
    paid_is_kept,
    money_is_complete,
    bounded_calls,
    liveness,
    no_doubles,
    metrics_are_rows,
    key_is_nowhere,
)


def broken(facts: Facts) -> list[str]:
    """Every promise that the facts break, each with its law's name."""
    return [f"{law.__name__}: {said}" for law in LAWS for said in law(facts)]


def bought_twice(facts: Facts) -> int:
    """Completions the provider wrote whose answer is not in the store: what a kill may cost."""
    return len(_bought(facts) - _stored(facts))


def _bought(facts: Facts) -> set[str]:
    return {row["id"] for row in facts.served if row["status"] == 200 and row["tokens_out"]}


def _stored(facts: Facts) -> set[str]:
    return set(filter(None, map(_completion, facts.replies.values())))


def _completion(body: bytes) -> str | None:
    found = re.search(rb'"id": ?"(practice-\d+)"', body[:200])
    return found.group(1).decode() if found else None


def _price(row: Row) -> float:
    return cost_usd(Usage(row["tokens_in"], row["tokens_out"]), PRICE)[0]


def _good_items(call: Row, body: bytes, run: Row, slots: dict[tuple[int, int], Row]) -> list[int]:
    """The slots an answer holds a valid draft for, read again."""
    reply = read_answer(Answer(call["status"] or 0, {}, body))
    asked = [slots[run["id"], number] for number in call["slots"]]
    named = tuple(Slot(s["slot"], s["topic"], s["level"], s["copy"]) for s in asked)
    packet = Packet(0, named, nonce=nonce_of(run["id"], run["created_at"]))
    truncated = reply.finish == "length"
    reading = read_reply(reply.text, packet, RunSpec.from_json(run["spec"]), truncated=truncated)
    return [draft.slot.number for draft in reading.drafts]


def _counted(facts: Facts, run: Row) -> dict[str, float]:
    slots, calls = facts.slots_of(run), facts.calls_of(run)
    states = Counter(slot["state"] for slot in slots)
    settled = [call for call in calls if call["outcome"] not in OPEN]
    return {
        "planned": len(slots),
        "drafted": states["drafted"],
        "failed": states["failed"],
        "cancelled": states["cancelled"],
        "open": states["planned"],
        "cached": sum(slot["source"] == "cache" and slot["state"] == "drafted" for slot in slots),
        "calls": len(calls),
        "http_429": sum(call["status"] == 429 or call["outcome"] == "rate_limited" for call in calls),
        "in_flight": len(calls) - len(settled),
        "in_doubt": sum(call["outcome"] == "in_doubt" for call in calls),
        "retried": sum(call["attempt"] > 1 for call in calls),
        "cost_usd": math.fsum(call["cost_usd"] for call in settled),
        "reserved_usd": math.fsum(call["cost_usd"] for call in calls if call["outcome"] in OPEN),
        **{name: sum(call[name] for call in calls) for name in ("asked", "kept", "late", "tokens_in", "tokens_out")},
    }


def _twice(values: Any) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]
