"""Tests of retry: every row of the retry contract, then its bounds, then the waiting."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import BadAnswer, BadCertificate, ForeignRedirect, Late, NoAnswer, NotSent, ProviderError, TooLarge
from engine.generate.decision import Action, History
from engine.generate.retry import decide
from engine.money.usage import Usage
from engine.providers.adapt import Adaptations, CallForm
from engine.providers.reply import Reply

KEEP, RETRY, SLOW, STOP, FAIL, REASK = Action
FRESH = History(retries=3)
WARM = History(retries=3, answered=True)
MODEL = "the model does not exist"
QUOTA = "You exceeded your current quota, please check your plan and billing details"
PER_DAY = "Rate limit exceeded: free-models-per-day"
PER_MINUTE = "Rate limit reached on requests per min (RPM); add a payment method at /account/billing"


TWO = CallForm(items=2, max_tokens=1800, needed=1200)
SCHEMA = CallForm(response_format="json_schema")
PLAIN = CallForm(response_format="")


def warm(**counts: Any) -> History:
    return History(retries=3, answered=True, **counts)


def error(kind: type[ProviderError]) -> ProviderError:
    return kind("mine", "what happened")


def reply(status: int = 200, text: str = "{}", **more: Any) -> Reply:
    return Reply(status, text=text, **more)


# Each row: what was seen, what went before, the action, the reason and the marks that must be set.
CONTRACT: list[tuple[str, Reply | ProviderError, History, Action, str, dict[str, Any]]] = [
    ("a good answer", reply(finish="stop"), FRESH, KEEP, "", {}),
    ("a good answer of another finish", reply(finish="tool_calls"), WARM, KEEP, "", {}),
    # DNS, connect refused, TLS handshake
    ("unreachable", error(NotSent), WARM, RETRY, "unreachable", {"doubt": False}),
    ("unreachable from the start", error(NotSent), FRESH, STOP, "unreachable", {"doubt": False}),
    ("a bad certificate", error(BadCertificate), WARM, STOP, "certificate", {"doubt": False}),
    # reset or timeout after the request was written
    ("reset", error(NoAnswer), WARM, RETRY, "broken_off", {"doubt": True}),
    ("late", error(Late), FRESH, RETRY, "late", {"doubt": True}),
    ("late again", error(Late), warm(doubts=1), FAIL, "late", {"doubt": True}),
    ("reset again", error(NoAnswer), warm(doubts=1), FAIL, "broken_off", {"doubt": True}),
    # 200 + top-level error: read_answer has given it the status of its code
    ("an error inside a 200", reply(502, "", error_message="x"), WARM, RETRY, "server_error", {"doubt": True}),
    # 200 + finish_reason error
    ("finish error", reply(finish="error", usage=Usage(1, 1)), WARM, RETRY, "finish_error", {"doubt": False}),
    ("finish error without usage", reply(finish="error"), WARM, RETRY, "finish_error", {"doubt": True}),
    # 200, content blank or null
    ("blank", reply(text=" \n "), WARM, REASK, "blank", {}),
    ("null", reply(text=""), warm(blanks=1), REASK, "blank", {}),
    ("blank three times", reply(text=""), warm(blanks=2), FAIL, "blank", {}),
    # 200, HTML or no JSON envelope
    ("a page", reply(text="", envelope=False), WARM, RETRY, "no_envelope", {"doubt": True}),
    ("a second page", reply(text="", envelope=False), warm(pages=1), STOP, "no_envelope", {}),
    ("a page from the start", reply(text="", envelope=False), FRESH, RETRY, "no_envelope", {"doubt": True}),
    (
        "a second page from the start",
        reply(text="", envelope=False),
        History(retries=3, pages=1),
        STOP,
        "no_envelope",
        {},
    ),
    ("no content", reply(204, "", envelope=False), FRESH, RETRY, "no_envelope", {"doubt": True}),
    # finish_reason length
    ("length", reply(finish="length"), warm(form=TWO), REASK, "cut_off", {"smaller": True}),
    (
        "length of one",
        reply(finish="length"),
        warm(form=CallForm(max_tokens=900)),
        RETRY,
        "cut_off",
        {"max_tokens": 1800},
    ),
    (
        "length of one, far below",
        reply(finish="length", usage=Usage(9, 90)),
        warm(form=CallForm(max_tokens=900)),
        RETRY,
        "cut_off",
        {"max_tokens": None},
    ),
    (
        "length of one, far below again",
        reply(finish="length", usage=Usage(9, 90)),
        warm(retried=1, form=CallForm(max_tokens=900)),
        FAIL,
        "cut_off",
        {},
    ),
    (
        "length of one, asked with twice",
        reply(finish="length"),
        warm(form=CallForm(is_raised=True)),
        FAIL,
        "cut_off",
        {},
    ),
    ("length of one again", reply(finish="length"), warm(shrunk=True), FAIL, "cut_off", {}),
    ("length without text", reply(finish="length", text=""), warm(form=TWO), RETRY, "thinking", {"smaller": False}),
    ("open thoughts", reply(finish="length", text="<think>Let me"), warm(form=TWO), RETRY, "thinking", {}),
    (
        "length without text, with room",
        reply(finish="length", text=""),
        warm(form=CallForm(adapted=Adaptations(thinking_tokens=8000))),
        STOP,
        "thinking",
        {},
    ),
    # content_filter, refusal, 403 moderation
    ("content filter", reply(finish="content_filter"), WARM, FAIL, "refused", {}),
    ("refusal", reply(text="", refusal="I will not"), WARM, FAIL, "refused", {}),
    ("moderation", reply(403, error_code="moderation"), FRESH, FAIL, "moderation", {}),
    (
        "moderation in words",
        reply(400, error_message="inappropriate content"),
        WARM,
        FAIL,
        "moderation",
        {},
    ),
    ("a key as a 400", reply(400, error_message="API Key not found. Pass a valid one."), FRESH, STOP, "key", {}),
    ("a suspended account", reply(429, error_message="account has been suspended"), FRESH, STOP, "forbidden", {}),
    ("a quota in a code", reply(429, error_code="exceeded_current_quota_error"), FRESH, STOP, "quota", {}),
    ("a model unknown in Chinese", reply(400, error_message="模型不存在"), FRESH, STOP, "bad_request", {}),
    ("a 400 for credit", reply(400, error_message="Your credit balance is too low"), FRESH, STOP, "credit", {}),
    ("a wrong path", reply(405, error_message="Method Not Allowed"), FRESH, STOP, "no_endpoint", {}),
    ("moderation as a 400", reply(400, error_code="content_filter"), FRESH, FAIL, "moderation", {}),
    # 408 and 5xx, insufficient_system_resource
    *[
        (str(status), reply(status, ""), FRESH, RETRY, "server_error", {"doubt": False})
        for status in (408, 500, 503, 529)
    ],
    *[(str(status), reply(status, ""), FRESH, RETRY, "server_error", {"doubt": True}) for status in (502, 504, 524)],
    ("a 502 page", reply(502, "", envelope=False), FRESH, RETRY, "server_error", {"doubt": True}),
    ("a 503 with a wait", reply(503, "", retry_after_s=9.0), FRESH, RETRY, "server_error", {"wait_s": 9.0}),
    ("a 500 that says no", reply(500, "", retryable=False), WARM, FAIL, "server_error", {}),
    ("no resource", reply(finish="insufficient_system_resource"), WARM, RETRY, "no_resource", {}),
    # 429 rate or capacity, 402 in-flight budget
    ("429", reply(429, ""), FRESH, SLOW, "rate", {"wait_s": None}),
    ("429 with a wait", reply(429, "", retry_after_s=7.0), WARM, SLOW, "rate", {"wait_s": 7.0}),
    ("429 of 0 s", reply(429, "", retry_after_s=0.0), WARM, SLOW, "rate", {"wait_s": 0.0}),
    ("429 page", reply(429, "", envelope=False), WARM, SLOW, "rate", {}),
    ("429 a minute", reply(429, "", error_message=PER_MINUTE), WARM, SLOW, "rate", {}),
    ("429 in flight", reply(429, "", error_message="too many concurrent calls"), WARM, SLOW, "in_flight_limit", {}),
    (
        "402 in flight",
        reply(402, "", error_code="in_flight_budget_exhausted", retry_after_s=3.0),
        WARM,
        SLOW,
        "in_flight_budget",
        {"wait_s": 3.0},
    ),
    ("402 retryable", reply(402, "", retryable=True), WARM, SLOW, "in_flight_budget", {}),
    # 429 insufficient_quota, daily cap
    ("429 quota", reply(429, "", error_code="insufficient_quota"), WARM, STOP, "quota", {}),
    ("429 quota in words", reply(429, "", error_message=QUOTA), WARM, STOP, "quota", {}),
    ("429 a day", reply(429, "", error_message=PER_DAY, retry_after_s=40.0), WARM, STOP, "quota", {"wait_s": 40.0}),
    ("429 that says no", reply(429, "", retryable=False), WARM, STOP, "quota", {}),
    # 402 "can only afford N"
    ("can afford less", reply(402, "", affordable_tokens=1000), WARM, RETRY, "can_afford_less", {"max_tokens": 900}),
    ("can afford less again", reply(402, "", affordable_tokens=1000), warm(shrunk=True), STOP, "credit", {}),
    ("can afford nothing", reply(402, "", affordable_tokens=20), WARM, STOP, "credit", {}),
    ("too heavy", reply(402, "", error_code="weight_exceeds_budget"), WARM, RETRY, "too_heavy", {"smaller": True}),
    ("too heavy again", reply(402, "", error_code="weight_exceeds_budget"), warm(retried=1), STOP, "credit", {}),
    # 401, other 402, 403 budget / permission / region
    ("401", reply(401, ""), WARM, STOP, "key", {}),
    ("402", reply(402, "", error_message="Insufficient Balance"), WARM, STOP, "credit", {}),
    ("403", reply(403, "", error_message="not in your region"), WARM, STOP, "forbidden", {}),
    ("407", reply(407, ""), WARM, STOP, "forbidden", {}),
    # 400 404 413 422
    *[(f"{n} first", reply(n, "", error_message=MODEL), FRESH, STOP, "bad_request", {}) for n in (400, 404, 413, 422)],
    *[(f"{n} later", reply(n, "", error_message=MODEL), WARM, FAIL, "bad_request", {}) for n in (400, 404, 413, 422)],
    *[(f"{n} thrice", reply(n, ""), warm(alike=2), STOP, "bad_request", {}) for n in (400, 404, 413, 422)],
    ("400 twice", reply(400, ""), warm(alike=1), FAIL, "bad_request", {}),
    ("405", reply(405, ""), FRESH, STOP, "bad_request", {}),
    ("501", reply(501, ""), FRESH, STOP, "bad_request", {}),
    # json_schema refusal: fall back first
    *[
        (
            f"{n} no schema",
            reply(n, "", error_message="json_schema is not supported"),
            History(retries=3, form=SCHEMA),
            RETRY,
            "no_schema",
            {"adapt": Adaptations(refused_formats=frozenset({"json_schema"}))},
        )
        for n in (400, 404, 422, 500)
    ],
    (
        "no schema, after it was dropped",
        reply(400, "", error_message="response_format"),
        warm(form=PLAIN, retried=1, alike=2),
        STOP,
        "bad_request",
        {"adapt": None},
    ),
    (
        "no schema, sent before it was dropped",
        reply(400, "", error_message="json_schema"),
        warm(form=SCHEMA, adapted=Adaptations(refused_formats=frozenset({"json_schema"})), alike=5),
        RETRY,
        "no_schema",
        {"adapt": Adaptations(refused_formats=frozenset({"json_schema"}))},
    ),
    # Retry-After > 120 s
    ("429 for an hour", reply(429, "", retry_after_s=3600.0), WARM, STOP, "long_wait", {"wait_s": 3600.0}),
    ("503 for 121 s", reply(503, "", retry_after_s=121.0), WARM, STOP, "long_wait", {"wait_s": 121.0}),
    ("503 for 120 s", reply(503, "", retry_after_s=120.0), WARM, RETRY, "server_error", {"wait_s": 120.0}),
    # larger than 10 MB, redirects, and what has no row
    ("too large", error(TooLarge), WARM, RETRY, "too_large", {"doubt": True}),
    ("too large again", error(TooLarge), warm(pages=1), STOP, "too_large", {"doubt": True}),
    ("a redirect", error(ForeignRedirect), WARM, STOP, "redirect", {"doubt": False}),
    ("a redirect read", reply(307, "", envelope=False), WARM, STOP, "redirect", {}),
    ("a bad answer", error(BadAnswer), WARM, FAIL, "bad_answer", {}),
]


@pytest.mark.parametrize(
    ("seen", "history", "action", "reason", "marks"), [row[1:] for row in CONTRACT], ids=[row[0] for row in CONTRACT]
)
def test_the_contract(
    seen: Reply | ProviderError, history: History, action: Action, reason: str, marks: dict[str, Any]
) -> None:
    """Each row of the contract decides as docs/retry.md says."""
    decision = decide(seen, history)
    assert (decision.action, decision.reason) == (action, reason)
    assert {name: getattr(decision, name) for name in marks} == marks


@pytest.mark.parametrize(("seen", "history"), [row[1:3] for row in CONTRACT], ids=[row[0] for row in CONTRACT])
def test_with_no_retries_nothing_is_sent_twice(seen: Reply | ProviderError, history: History) -> None:
    """With 0 retries no row sends, or asks, again."""
    counts = {name: getattr(history, name) for name in History.__slots__}
    decision = decide(seen, History(**{**counts, "retries": 0}))
    assert decision.action in (KEEP, FAIL, STOP)


@pytest.mark.parametrize("seen", [reply(503, ""), error(NotSent), reply(finish="error")])
def test_a_retry_beyond_the_last_is_a_failure(seen: Reply | ProviderError) -> None:
    """A packet is sent 1 + retries times and no more."""
    assert decide(seen, warm(retried=2)).action is RETRY
    failed = decide(seen, warm(retried=3))
    assert failed.action is FAIL and "4 times" in str(failed.message)


def test_a_rate_signal_spends_no_retry() -> None:
    """A 429 slows down also when every retry is spent."""
    assert decide(reply(429, ""), warm(retried=3)).action is SLOW


def test_a_cut_answer_is_read_even_with_no_retries() -> None:
    """With 0 retries the complete items of a cut-off answer are still kept."""
    decision = decide(reply(finish="length"), History(retries=0, answered=True, form=TWO))
    assert decision.action is KEEP and decision.smaller


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (reply(401, "", error_message="bad key"), ["401", "bad key", "set it again"]),
        (reply(429, "", error_message=PER_DAY, retry_after_s=9000.0), ["per-day", "resets in 2.5 hours"]),
        (reply(503, "", retry_after_s=600.0), ["503", "10 minutes", "resume"]),
        (reply(404, "", error_message=MODEL), [MODEL, "model's name"]),
        (error(BadCertificate), ["Nothing was sent", "SSL_CERT_FILE"]),
        (error(NotSent), ["what happened", "base_url"]),
        (reply(402, ""), ["402", "Add credit"]),
    ],
)
def test_a_stop_says_what_happened_and_what_to_do(seen: Reply | ProviderError, words: list[str]) -> None:
    """Whoever reads why a run paused knows what to do next."""
    decision = decide(seen, FRESH)
    assert decision.action is STOP and all(word in str(decision.message) for word in words)
