"""Tests of providers.envelope: what answers of every shape are read as."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money.usage import Usage
from engine.providers import read_answer
from engine.providers.reply import Answer, Reply

DATE = "Sun, 06 Nov 2026 08:49:37 GMT"


def read(body: Any, status: int = 200, **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, raw))


def completion(message: Any, finish: str = "stop", **more: Any) -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": finish}], "model": "served", **more}


def test_a_completion_is_read_whole() -> None:
    """Text, finish, model, usage and cost of an ordinary answer are all read; extra fields do not matter."""
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 40,
        "total_tokens": 140,
        "cost": 0.0012,
        "prompt_tokens_details": {"cached_tokens": 64},
    }
    reply = read(completion({"content": "hello", "role": "assistant", "x": 1}, usage=usage, system_fingerprint=None))
    assert reply == Reply(200, "hello", "stop", model="served", usage=Usage(100, 40, 64, 0.0012))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("字", "字"),
        (None, ""),
        ("  \n ", "  \n "),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}, 3, {"type": "image"}], "ab"),
        ({"items": ["字"]}, '{"items": ["字"]}'),
        (7, ""),
    ],
)
def test_content_of_any_shape_is_text(content: Any, text: str) -> None:
    """Content may be text, parts, an object or nothing."""
    assert read(completion({"content": content})).text == text


@pytest.mark.parametrize(
    "body",
    [
        {"choices": []},
        {"choices": None},
        {"choices": [None]},
        {"choices": [{}]},
        {"choices": [{"message": None}]},
        {"choices": {"0": 1}},
    ],
)
def test_an_empty_completion_is_blank_and_not_an_error(body: Any) -> None:
    """A completion without content is an envelope with blank text."""
    reply = read(body)
    assert (reply.status, reply.envelope, reply.text) == (200, True, "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Log in</title></html>",
        b'{"choices": [{"message": {"cont',
        b"\x00\xff\xfe",
        b"null",
        b"[]",
        b"7",
        b'"ok"',
        b'{"status": "ok"}',
        b"[" * 100_000,
        b"9" * 10_000,
    ],
)
def test_what_is_no_envelope_is_said_to_be_none(body: bytes) -> None:
    """HTML, broken JSON, no JSON and JSON of something else are no envelope."""
    assert read(body) == Reply(200, envelope=False, error_message=read(body).error_message)
    assert not read(body).envelope and "<" not in read(body).error_message


def test_keep_alive_lines_and_a_byte_order_mark_do_not_matter() -> None:
    """Blank lines before the JSON and a BOM are skipped; one bad byte costs one character."""
    good = json.dumps(completion({"content": "a?b"})).encode()
    assert read(b"\n \r\n\n" + good).text == "a?b"
    assert read(b"\xef\xbb\xbf" + good).text == "a?b"
    assert read(good.replace(b"?", b"\xff")).text == "a\ufffdb"


ERRORS_IN_200 = [
    ({"error": {"code": 429, "message": "slow"}}, 429),
    ({"error": {"code": "402", "message": "pay"}}, 402),
    ({"error": {"code": 502, "message": "x"}, "choices": None}, 502),
    ({"error": {"code": 502, "message": "x"}, "choices": [{"message": {"content": " "}}]}, 502),
    ({"error": {"code": None, "message": "x"}}, 500),
    ({"error": {"code": 7, "message": "x"}}, 500),
    ({"error": {"type": "rate_limit_error"}}, 429),
    ({"error": {"type": "insufficient_quota", "code": "insufficient_quota"}}, 429),
    ({"error": {"type": "overloaded_error"}}, 503),
    ({"error": {"type": "authentication_error"}}, 401),
    ({"error": {"type": "invalid_request_error"}}, 400),
    ({"error": {"code": "model_not_found"}}, 404),
    ({"error": "Insufficient Balance"}, 402),
    ({"error": ["Request timed out"]}, 504),
    ({"detail": "Not found"}, 404),
    ({"detail": [{"msg": "field required", "loc": ["model"]}]}, 500),
    ({"object": "error", "message": "bad", "code": 422}, 422),
    ([{"error": {"code": 503, "status": "UNAVAILABLE"}}], 503),
]


@pytest.mark.parametrize(("body", "status"), ERRORS_IN_200)
def test_an_error_inside_a_200_is_never_a_success(body: Any, status: int) -> None:
    """A 200 that reports an error has the status of that error."""
    reply = read(body)
    assert reply.status == status and reply.envelope and reply.text == ""


def test_partial_content_beside_an_error_may_be_kept() -> None:
    """Content that came before an error is read as an answer that broke off."""
    error = {"code": 502, "message": "provider died"}
    inside = {"choices": [{"message": {"content": "half"}, "finish_reason": "error", "error": error}]}
    beside = {"choices": [{"message": {"content": "half"}}], "error": error}
    for body in (inside, beside):
        reply = read(body)
        assert (reply.status, reply.text, reply.finish) == (200, "half", "error")
        assert reply.error_message == "provider died"


CODES = [
    ({"error": {"code": 400, "metadata": {"error_type": "model_not_found"}}}, "model_not_found"),
    ({"error": {"code": "x", "type": "y"}}, "x"),
    ({"error": {"code": None, "type": "y"}}, "y"),
    ({"error": {"code": "400", "type": "y"}}, "y"),
    ({"error": {"code": "rate", "type": "insufficient_quota"}}, "insufficient_quota"),
    ({"error": {"code": 402, "availability": {"code": "in_flight_budget_exhausted"}}}, "in_flight_budget_exhausted"),
    (
        {"error": {"metadata": {"error_type": "pay", "limit_source": "openrouter_in_flight_budget"}}},
        "openrouter_in_flight_budget",
    ),
    ({"error": {"code": 403, "metadata": {"flagged_input": "..."}}}, "moderation"),
    ({"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}}, "moderation"),
    ({"error": {"code": ["x"], "type": {"y": 1}}}, ""),
    ({"detail": "no"}, ""),
]


@pytest.mark.parametrize(("body", "code"), CODES)
def test_the_telling_code_is_read(body: Any, code: str) -> None:
    """Of several codes the one that tells most is kept, as text."""
    assert read(body, 400).error_code == code


def test_openrouters_error_is_read_whole() -> None:
    """Retryable, the wait and what can be afforded are read out of an OpenRouter error."""
    message = "You requested up to 65,536 tokens, but can only afford 1,234."
    availability = {"code": "x", "retryable": True, "retry_after": 2.5}
    reply = read({"error": {"code": 402, "message": message, "availability": availability}}, 402)
    assert (reply.retryable, reply.retry_after_s, reply.affordable_tokens) == (True, 2.5, 1234)


def test_a_header_goes_before_the_bodys_wait() -> None:
    """Retry-After goes before the wait inside the body."""
    body = {"error": {"message": "x", "availability": {"retry_after": 9}}}
    assert read(body, 503, retry_after="3").retry_after_s == 3.0


def test_a_message_is_short_clean_and_keyless() -> None:
    """A provider's text is at most 500 characters on one line, without control characters and keys."""
    message = "a\x00\x1b[31m\u202eb\ud800\n" + "sk-proj-0123456789 " + "x" * 2000
    reply = read({"error": {"message": message}}, 400)
    assert len(reply.error_message) == 500 and reply.error_message.isprintable()
    assert reply.error_message.startswith("a [31m b (hidden) x")


def test_a_plain_text_error_is_shown_and_html_is_not() -> None:
    """A text/plain error is its own message; a page is not shown."""
    assert read(b"upstream connect error", 503).error_message == "upstream connect error"
    assert read(b"<h1>Bad gateway</h1>", 502).error_message == ""


USAGES = [
    ({"prompt_tokens": 5, "completion_tokens": 7}, Usage(5, 7)),
    ({"prompt_tokens": "5", "completion_tokens": 7.0}, Usage(5, 7)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 20}, Usage(5, 15)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 1}, Usage(5, 7)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "prompt_cache_hit_tokens": 3}, Usage(5, 7, 3)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "prompt_cache_hit_tokens": 99}, Usage(5, 7, 5)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "cost": "0.5"}, Usage(5, 7, 0, 0.5)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "cost": -1}, Usage(5, 7)),
    ({"prompt_tokens": 5, "completion_tokens": 7, "cost": float("nan")}, Usage(5, 7)),
    ({"prompt_tokens": -5, "completion_tokens": 7}, None),
    ({"prompt_tokens": 5, "completion_tokens": 10**12}, None),
    ({"prompt_tokens": 5, "completion_tokens": 10**400}, None),
    ({"prompt_tokens": True, "completion_tokens": 7}, None),
    ({"completion_tokens": 7}, None),
    ("free", None),
    (None, None),
]


@pytest.mark.parametrize(("raw", "usage"), USAGES)
def test_odd_usage_is_mended_or_dropped(raw: Any, usage: Usage | None) -> None:
    """Token counts are read as far as they make sense; an absurd count is no count."""
    assert read(completion({"content": "x"}, usage=raw)).usage == usage


def test_a_429_without_retry_after_waits_for_its_own_reset() -> None:
    """Where a 429 names no wait, an exhausted limit's reset is the wait, in the headers or behind OpenRouter."""
    behind = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1793954987000"}
    error = {"error": {"code": 429, "message": "free-models-per-day", "metadata": {"headers": behind}}}
    assert read(error, 429, date=DATE).retry_after_s == 10.0
    told = {"x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "4s"}
    assert read({"error": "slow"}, 429, **told).retry_after_s == 4.0
    assert read({"error": "slow"}, 429, x_ratelimit_remaining="3", x_ratelimit_reset="9").retry_after_s is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "choices", "message", "content", "code", "usage", "metadata", "detail", "text"])
            | st.sampled_from(["headers", "availability", "retry_after", "prompt_tokens", "completion_tokens", "cost"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(body=anything, status=st.integers(200, 599))
def test_no_json_breaks_the_reading(body: Any, status: int) -> None:
    """Whatever JSON comes back, it is read as a Reply, and an HTTP error is never a success."""
    reply = read(body, status)
    assert isinstance(reply.text, str) and (reply.status >= 400 or status < 400)


@given(body=st.binary(max_size=200), headers=st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text()))
def test_no_bytes_break_the_reading(body: bytes, headers: dict[str, str]) -> None:
    """Whatever bytes come back, they are read as a Reply."""
    assert isinstance(read_answer(Answer(200, headers, body)), Reply)


def test_nesting_without_end_breaks_nothing() -> None:
    """Deep nesting inside an envelope is read or refused, never raised."""
    for depth in (100, 300, 900, 5000):
        deep = b'{"a":' * depth + b"1" + b"}" * depth
        for body in (b'{"choices":[{"message":{"content":%b}}]}', b'{"error":{"message":%b}}', b'{"detail":%b}'):
            assert isinstance(read(body % deep), Reply)
