"""Answers of other APIs than chat completions, and completions inside a wrapper: paid for, whole, and read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.money.usage import Usage
from engine.providers import read_answer
from engine.providers.reply import Answer, Reply

TEXT = '{"items": [{"id": "k7q-0", "title": "字 it\'s"}]}'
PIECES = [TEXT[at : at + 9] for at in range(0, len(TEXT), 9)]


def read(body: Any) -> Reply:
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    return read_answer(Answer(200, {}, raw))


def completion(message: Any, finish: Any = "stop") -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": finish}]}


def events(*values: Any) -> str:
    return "".join(f"event: {one.get('type', 'x')}\ndata: {json.dumps(one)}\n\n" for one in values)


CHAT = completion({"content": TEXT})
BODIES: dict[str, Any] = {
    "Ollama": {"message": {"role": "assistant", "content": TEXT}, "done": True, "done_reason": "stop"},
    "Ollama, generate": {"response": TEXT, "done": True},
    "Anthropic": {"type": "message", "content": [{"type": "text", "text": TEXT}], "stop_reason": "end_turn"},
    "responses": {"output": [{"type": "reasoning"}, {"type": "message", "content": [{"text": TEXT}]}]},
    "Gemini": {"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}, {"text": TEXT}]}}]},
    "a generator": [{"generated_text": TEXT}],
    "a wrapper": {"success": True, "errors": [], "result": CHAT},
    "a wrapped text": {"success": True, "result": {"response": TEXT}},
    "two wrappers": {"data": {"response": CHAT}},
    "a message of text": {"choices": [{"message": TEXT, "finish_reason": "stop"}]},
    "a table of choices": {"choices": {"0": CHAT["choices"][0]}},
    "one choice": {"choices": CHAT["choices"][0]},
    "a value": completion({"content": [{"type": "text", "text": {"value": TEXT}}]}),
    "an input": completion({"content": [{"type": "tool_use", "input": json.loads(TEXT)}]}),
    "parsed": completion({"content": None, "parsed": json.loads(TEXT)}),
    "words beside a call": completion({"content": "Here.", "tool_calls": [{"function": {"arguments": TEXT}}]}),
    "an empty object": completion({"content": "{}", "reasoning_content": TEXT}),
    "UTF-16": json.dumps(CHAT).encode("utf-16"),
    "UTF-16 without a mark": json.dumps(CHAT).encode("utf-16-le"),
    "a guard": ")]}',\n" + json.dumps(CHAT),
    "a comment": "<!-- proxied -->\n" + json.dumps(CHAT),
    "chunk sizes": "1a2f\r\n" + json.dumps(CHAT) + "\r\n0\r\n\r\n",
    "Ollama, a stream": "\n".join(json.dumps({"message": {"content": one}, "done": False}) for one in PIECES)
    + '\n{"message": {"content": ""}, "done": true}',
    "Anthropic, a stream": events(
        {"type": "message_start", "message": {"model": "m"}},
        *({"type": "content_block_delta", "delta": {"type": "text_delta", "text": one}} for one in PIECES),
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    ),
    "responses, a stream": events(*({"type": "response.output_text.delta", "delta": one} for one in PIECES))
    + "data: [DONE]\n\n",
    "Gemini, a stream": events(*({"candidates": [{"content": {"parts": [{"text": one}]}}]} for one in PIECES)),
    "parts of a stream": events(*({"choices": [{"delta": {"content": [{"text": one}]}}]} for one in PIECES))
    + "data: [DONE]\n\n",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_answer_of_another_api_is_read(body: Any) -> None:
    """The text is the same, wherever the server puts it."""
    reply = read(body)
    assert (reply.status, reply.envelope) == (200, True) and reply.finish in ("stop", "")
    assert json.loads(reply.text) == json.loads(TEXT)


@pytest.mark.parametrize(
    ("said", "finish"),
    [("MAX_TOKENS", "length"), ("max_output_tokens", "length"), ("SAFETY", "content_filter"), ("end_turn", "stop")],
)
def test_why_it_stopped_is_known_in_other_words(said: str, finish: str) -> None:
    """What was cut off is known as cut off."""
    assert read(completion({"content": TEXT}, said)).finish == finish


@pytest.mark.parametrize(
    "usage",
    [{"usage": {"input_tokens": 9, "output_tokens": 7}}, {"prompt_eval_count": 9, "eval_count": 7},
     {"usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 7}}],
)  # fmt: skip
def test_usage_is_known_under_other_names(usage: dict[str, Any]) -> None:
    """A call is billed by its tokens, whatever they are called."""
    assert read({"response": TEXT, **usage}).usage == Usage(9, 7)


@pytest.mark.parametrize("body", ['<html><script>var a = {"response": 1};</script></html>', {"status": "ok"}, [], "{}"])
def test_a_page_is_no_answer(body: Any) -> None:
    """A script of a page, and JSON that says nothing, are no completion."""
    assert not read(body).envelope
