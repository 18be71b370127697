"""
Bodies of other APIs than chat completions, as chat completions: Ollama, Anthropic, OpenAI's responses, Gemini, plain
generators, and completions inside a wrapper of the gateway.

A base_url may point at the wrong path of the right server; what comes back is paid for and whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WRAPPERS = ("data", "result", "response", "output", "body", "completion")
_TEXTS = ("response", "generated_text", "output_text", "text", "completion")
_MAYBE_TEXTS = ("result", "answer", "reply", "content", "output")
"""These are texts of a generator where they hold JSON; elsewhere they are wrappers, or say how a call went."""
_COUNTS = ("prompt_eval_count", "eval_count")
_DEPTH = 3


def completion_of(body: Any, depth: int = _DEPTH) -> dict[str, Any] | None:
    """
    A body as a chat completion.

    Returns:
        The body with its choices as a list; that of another API or inside a wrapper rewritten; None where it is none.
    """
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if not isinstance(body, dict):
        return None
    if "choices" in body:
        return {**body, "choices": _choices(body["choices"])}
    found = _foreign(body)
    if found is not None:
        return {**_shared(body), "choices": [found]}
    inner = (completion_of(body[name], depth - 1) for name in _WRAPPERS if depth and name in body)
    return next((one for one in inner if one is not None), None)


def chunk_of(event: dict[str, Any]) -> dict[str, Any]:
    """One event of another API's stream as a chunk of a chat completion; any other event as it is."""
    kind, delta = str(event.get("type", "")), event.get("delta")
    if kind.endswith("output_text.delta") and isinstance(delta, str):
        return _chunk({"content": delta})
    if kind == "content_block_delta" and isinstance(delta, dict):
        return _chunk({"content": delta.get("text")} if "text" in delta else {})
    if kind == "message_delta" and isinstance(delta, dict):
        return {**_shared(event), **_chunk({}, delta.get("stop_reason"))}
    if kind in ("message_start", "message_stop", "ping") or kind.startswith(("content_block", "response.")):
        whole = event.get("message") or event.get("response")
        completed = completion_of(whole) if kind == "response.completed" else None
        return completed or (_shared(whole) if isinstance(whole, dict) else {})
    if "choices" in event or "error" in event:
        return event
    found = _foreign(event)
    if found is None:
        return event
    return {**_shared(event), **_chunk(found["message"], found["finish_reason"])}


def _chunk(delta: dict[str, Any], finish: Any = None) -> dict[str, Any]:
    return {"choices": [{"delta": delta, "finish_reason": finish}]}


def _choices(choices: Any) -> list[Any]:
    if isinstance(choices, dict):
        choices = [choices] if "message" in choices or "text" in choices else list(choices.values())
    if not isinstance(choices, list):
        return []
    return [_choice(one) for one in choices]


def _choice(choice: Any) -> Any:
    """A choice with its message as an object, also where it is a text, a delta or only a content."""
    if not isinstance(choice, dict):
        return choice
    found = next((choice[name] for name in ("message", "delta") if choice.get(name)), choice)
    return {**choice, "message": {"content": found} if isinstance(found, str) else found}


def _foreign(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The choice of another API's answer."""
    return _ollama(body) or _anthropic(body) or _responses(body) or _gemini(body) or _generated(body)


def _ollama(body: Mapping[str, Any]) -> dict[str, Any] | None:
    message = body.get("message")
    if not isinstance(message, dict) or not {"content", "tool_calls"} & message.keys():
        return None
    return _answer(message, body.get("done_reason") or body.get("finish_reason"), body.get("done"))


def _anthropic(body: Mapping[str, Any]) -> dict[str, Any] | None:
    content = body.get("content")
    if not isinstance(content, list | str) or not ("stop_reason" in body or body.get("type") == "message"):
        return None
    return _answer({"content": content}, body.get("stop_reason"))


def _responses(body: Mapping[str, Any]) -> dict[str, Any] | None:
    output = body.get("output")
    if not isinstance(output, list):
        return None
    contents = [one.get("content") for one in output if isinstance(one, dict) and one.get("type") == "message"]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return _answer({"content": parts}, "length" if body.get("status") == "incomplete" else "stop")


def _gemini(body: Mapping[str, Any]) -> dict[str, Any] | None:
    candidates = body.get("candidates")
    if not isinstance(candidates, list) or not candidates or not isinstance(candidates[0], dict):
        return None
    content = candidates[0].get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    texts = [_part(one) for one in parts] if isinstance(parts, list) else []
    return _answer({"content": texts}, candidates[0].get("finishReason"))


def _generated(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The text of a plain generator."""
    text = next((body[name] for name in _TEXTS if isinstance(body.get(name), str)), None)
    text = text or next((body[name] for name in _MAYBE_TEXTS if "{" in str(body.get(name) or "")), None)
    if not isinstance(text, str) or "error" in body:
        return None
    return _answer({"content": text}, body.get("finish_reason") or body.get("done_reason"), body.get("done"))


def _part(part: Any) -> Any:
    """A part of Gemini's answer; its thoughts are marked by a field of their own."""
    if isinstance(part, dict) and part.get("thought"):
        return {"type": "thinking", "text": part.get("text")}
    return {"type": "text", "text": part.get("text")} if isinstance(part, dict) else part


def _answer(message: dict[str, Any], finish: Any, done: Any = None) -> dict[str, Any]:
    return {"message": message, "finish_reason": finish or (None if done is False else "stop")}


def _shared(body: Mapping[str, Any]) -> dict[str, Any]:
    """Model and usage, under the names of chat completions."""
    usage = body.get("usage") or body.get("usageMetadata") or {name: body[name] for name in _COUNTS if name in body}
    shared = {"model": body.get("model") or body.get("modelVersion"), "usage": usage}
    return {name: value for name, value in shared.items() if value}
