"""Answers in another wrapping: streams, several gzip members, tool calls, JSON in the reasoning."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import httpx
import pytest

from engine.errors import NoAnswer, TooLarge, UnknownEncoding
from engine.money.usage import Usage
from engine.providers import Key, read_answer
from engine.providers.chat import BODY_CAP, Chat
from engine.providers.reply import Answer, Reply
from tests.unit.serving import CANARY, profile

TEXT = '{"items": [{"id": "k7q-0", "title": "字 \u2028 it\'s"}]}'
USAGE = {"prompt_tokens": 9, "completion_tokens": 7}


def read(body: str | bytes) -> Reply:
    return read_answer(Answer(200, {}, body if isinstance(body, bytes) else body.encode()))


def completion(message: Any, finish: str = "stop") -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": finish}], "usage": USAGE, "model": "m"}


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"model": "m", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


PIECES = [TEXT[at : at + 7] for at in range(0, len(TEXT), 7)]
CHUNKS = [
    delta(role="assistant"),
    *(delta(content=one) for one in PIECES),
    delta("stop"),
    {"choices": [], "usage": USAGE},
]
WHOLE = json.dumps(completion({"content": TEXT}), ensure_ascii=False)
PRETTY = json.dumps(completion({"content": TEXT}), indent=2)


def events(chunks: list[dict[str, Any]], end: str = "\n\n", done: bool = True) -> str:
    text = "".join(f"data: {json.dumps(one, ensure_ascii=False)}{end}" for one in chunks)
    return text + (f"data: [DONE]{end}" if done else "")


CALLS = [
    delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "json", "arguments": ""}}]),
    *(delta(tool_calls=[{"index": 0, "function": {"arguments": one}}]) for one in PIECES),
    {**delta("tool_calls"), "usage": USAGE},
]
STREAMS = {
    "events": events(CHUNKS),
    "carriage returns": events(CHUNKS, "\r\n\r\n"),
    "one line ends": events(CHUNKS, "\n"),
    "comments": ": PROCESSING\n\n" + events(CHUNKS).replace("data: {", ": keep-alive\n\ndata: {", 3),
    "named events": events(CHUNKS).replace("data: {", "event: message\nid: 4\ndata: {"),
    "no space": events(CHUNKS).replace("data: ", "data:"),
    "a whole completion in one event": events([completion({"content": TEXT})]),
    "objects a line": "\n".join(json.dumps(one) for one in CHUNKS),
    "tool calls": events(CALLS),
    "two choices": events([*CHUNKS[:3], {"choices": [{"index": 1, "delta": {"content": "no"}}]}, *CHUNKS[3:]]),
    "a trailer": WHOLE + "\n\ndata: [DONE]\n\n",
    "a trailer on the line": WHOLE + "data: [DONE]",
    "comment lines before": ": PROCESSING\n\n: PROCESSING\n\n" + WHOLE,
    "comment lines, pretty": ": OPENROUTER PROCESSING\n" + PRETTY + "\n",
    "in quotes": json.dumps(WHOLE),
}


@pytest.mark.parametrize("body", STREAMS.values(), ids=STREAMS)
def test_a_stream_that_was_not_asked_for_is_put_together(body: str) -> None:
    """Deltas become one text, the usage is the last chunk's, comments and trailers say nothing."""
    reply = read(body)
    assert (reply.text, reply.usage, reply.model, reply.envelope) == (TEXT, Usage(9, 7), "m", True)
    assert reply.finish in ("stop", "tool_calls")


def test_a_stream_that_ends_early_is_an_answer_that_broke_off() -> None:
    """Without a finish and without an end the rest is missing."""
    assert read(events(CHUNKS[:4], done=False)).finish == "error"
    assert read(events([*CHUNKS[:4], {"error": {"code": 502, "message": "died"}}])).finish == "error"
    assert read(events([{"error": {"code": 429, "message": "slow"}}], done=False)).status == 429


MESSAGES = {
    "tool calls": {"tool_calls": [{"type": "function", "function": {"name": "json", "arguments": TEXT}}]},
    "arguments as an object": {"tool_calls": [{"function": {"arguments": json.loads(TEXT)}}]},
    "a function call": {"content": "", "function_call": {"name": "json", "arguments": TEXT}},
    "reasoning_content": {"content": None, "reasoning_content": TEXT},
    "reasoning": {"content": " \n", "reasoning": TEXT},
    "reasoning in a fence": {"content": "", "reasoning": f"```json\n{TEXT}\n```"},
    "reasoning that ends with it": {"content": "", "reasoning_content": f"Let me see {{a}}.\n{TEXT}"},
    "reasoning details": {"content": "", "reasoning_details": [{"type": "reasoning.text", "text": TEXT}]},
    "texts": {"content": [TEXT[:9], TEXT[9:]]},
    "parts": {"content": [{"type": "thinking", "thinking": "hm", "text": "hm"}, {"type": "text", "text": TEXT}]},
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_the_answer_is_read_wherever_the_server_puts_it(message: dict[str, Any]) -> None:
    """Arguments of a call and whole JSON beside an empty content are the text."""
    assert json.loads(read(json.dumps(completion(message))).text) == json.loads(TEXT)


@pytest.mark.parametrize(
    "choice", [{"delta": {"content": TEXT}}, {"content": TEXT}, {"message": TEXT}, {"message": {"text": TEXT}}]
)
def test_a_choice_without_a_message_is_read(choice: dict[str, Any]) -> None:
    """A delta where no stream was asked for, and a content or a text in place of the message."""
    reply = read(json.dumps({"choices": [{**choice, "finish_reason": "stop"}], "usage": USAGE}))
    assert (reply.text, reply.finish, reply.usage) == (TEXT, "stop", Usage(9, 7))


def test_a_text_beside_no_choices_is_the_answer_where_it_holds_json() -> None:
    """`result` is a text of some servers; a word in it is none."""
    reply = read(json.dumps({"id": "as-1", "result": TEXT, "usage": USAGE}))
    assert (reply.text, reply.usage) == (TEXT, Usage(9, 7))
    assert not read(json.dumps({"result": "ok"})).envelope


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"code": 1001, "msg": "invalid api key", "data": None}, 401, "invalid api key"),
        ({"error_code": 110, "error_msg": "Access token invalid"}, 401, "Access token invalid"),
        ({"error_code": 17, "error_msg": "daily request limit reached"}, 429, "daily"),
        ({"code": 429, "msg": "too fast", "data": None}, 429, "too fast"),
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}, "choices": None}, 402, "balance"),
    ],
)
def test_an_error_in_fields_of_its_own_is_an_error(body: dict[str, Any], status: int, said: str) -> None:
    """A gateway that answers 200 with a code and a message refuses the call: it is no login page."""
    reply = read(json.dumps(body))
    assert (reply.status, said in reply.error_message) == (status, True)


@pytest.mark.parametrize(
    ("message", "finish"),
    [
        ({"content": "", "reasoning_content": TEXT}, "length"),
        ({"content": "", "reasoning_content": TEXT[:-3]}, "stop"),
        ({"content": "", "reasoning_content": f"{TEXT} But no, better:"}, "stop"),
        ({"content": None, "reasoning": "plan " * 50}, "stop"),
    ],
)
def test_thoughts_are_no_answer(message: dict[str, Any], finish: str) -> None:
    """Reasoning that was cut, or that does not end with whole JSON, is not read."""
    assert read(json.dumps(completion(message, finish))).text == ""


async def sent(body: bytes, encoding: str = "gzip") -> bytes:
    headers = {"content-encoding": encoding} if encoding else {}
    stream = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(body)))
    async with Chat(profile(), Key(CANARY), deadline_s=5, connections=1, transport=stream) as chat:
        return (await chat.send(b"{}")).body


RAW = WHOLE.encode()
_raw = zlib.compressobj(wbits=-15)
PACKED = {
    "two members": (gzip.compress(RAW[:50]) + gzip.compress(RAW[50:]), "gzip"),
    "five members": (
        b"".join(gzip.compress(RAW[at::5][:0] + RAW[at : at + 40]) for at in range(0, len(RAW), 40)),
        "gzip",
    ),
    "padding behind": (gzip.compress(RAW) + bytes(64), "gzip"),
    "raw deflate": (_raw.compress(RAW) + _raw.flush(), "deflate"),
    "packed without a header": (gzip.compress(RAW), ""),
    "a header without packing": (RAW, "gzip"),
}


@pytest.mark.parametrize(("body", "encoding"), PACKED.values(), ids=PACKED)
async def test_a_packed_body_is_read_whole(body: bytes, encoding: str) -> None:
    """Several members, raw deflate and a wrong header lose nothing."""
    assert await sent(body, encoding) == RAW


async def test_a_second_member_that_ends_early_is_in_doubt() -> None:
    """The first member alone is half an answer."""
    with pytest.raises(NoAnswer):
        await sent(gzip.compress(RAW[:50]) + gzip.compress(RAW[50:])[:-6])


async def test_members_together_stay_within_the_cap() -> None:
    """The limit holds for all members together."""
    with pytest.raises(TooLarge):
        await sent(gzip.compress(bytes(BODY_CAP - 5)) + gzip.compress(bytes(50)))


async def test_an_encoding_that_was_not_asked_for_may_be_billed() -> None:
    """It is refused by name, so that the ledger counts its upper bound."""
    with pytest.raises(UnknownEncoding, match="may have been billed"):
        await sent(b"\x0b\x02\x80", "br")
