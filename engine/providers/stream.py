"""
The JSON in a response body, also where it came as a stream that was not asked for.

A server may send server-sent events, one JSON object a line, comment lines (": PROCESSING") before the object, or
"data: [DONE]" after it. The deltas of a stream are joined into one ordinary completion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from engine.providers.dialects import chunk_of, completion_of
from engine.providers.message import content_text

_LINE = re.compile(r"\r\n|\r|\n")  # not str.splitlines: U+2028 may stand inside a string
_DONE = "[DONE]"
_TRAILER = re.compile(r"(?:\s|data:|\[DONE\]|:[^\n]*\n)*")
_DECODER = json.JSONDecoder(strict=False)
_MOST_LEADING = 200
"""Characters before or behind a whole answer: a comment, a guard against scripts, the size of a chunk."""
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


def json_of(body: bytes) -> Any:
    """
    The JSON of a body, or None. One bad byte inside a paid answer must not cost its neighbours, hence `replace`.

    Returns:
        The value; of a stream, the completion that its events make together.
    """
    encoding = json.detect_encoding(body) if b"\0" in body[:4] else "utf-8-sig"
    text = body.decode(encoding, "replace")
    value = _loaded(text)
    if isinstance(value, str):
        return _loaded(value)  # the whole body in quotes
    return _from_lines(text) if value is None else value


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _from_lines(text: str) -> Any:
    if "data:" not in text and "{" not in text:
        return None
    events, rest, done = _events(text)
    if events:
        return _joined(events, done)
    start = max(rest.find("{", 0, _MOST_LEADING), 0)
    try:
        rest = rest[start:].lstrip()
        value, end = _DECODER.raw_decode(rest)
    except (ValueError, RecursionError):
        return None
    if _TRAILER.fullmatch(rest, end) or (start and len(rest) - end < _MOST_LEADING and _says_something(value)):
        return value
    values = [_loaded(line) for line in _LINE.split(rest) if line.strip()]
    return _joined(values, done) if all(isinstance(one, dict) for one in values) else None


def _says_something(value: Any) -> bool:
    """Whether a value between other text is an answer, or an error, and no script of a page."""
    return isinstance(value, dict) and ("error" in value or completion_of(value) is not None)


def _events(text: str) -> tuple[list[dict[str, Any]], str, bool]:
    """The JSON events of a stream, the lines that belong to none, and whether it said that it is done."""
    events: list[dict[str, Any]] = []
    rest, data, done = [], [], False
    for line in [*_LINE.split(text), ""]:
        name, colon, value = line.partition(":")
        if colon and name == "data":
            data.append(value.removeprefix(" "))
        elif colon and name in ("", "event", "id", "retry"):
            continue  # a comment, or a field that says nothing here
        elif line.strip() or not data:
            rest.append(line)
        else:
            done |= _add_event(events, data)
            data = []
    return events, "\n".join(rest), done


def _add_event(events: list[dict[str, Any]], data: Sequence[str]) -> bool:
    """Adds one event, of one line or several; returns whether it ends the stream."""
    whole = _loaded("\n".join(data))
    for value in [whole] if isinstance(whole, dict) else map(_loaded, data):
        if isinstance(value, dict):
            events.append(value)
    return any(_DONE in line for line in data)


def _joined(events: Sequence[dict[str, Any]], done: bool) -> dict[str, Any]:
    """One completion out of the events of a stream, which ends early where neither a finish nor an end was sent."""
    events = [chunk_of(event) for event in events]
    choices = [choice for event in events if (choice := _first_choice(event))]
    if not choices:
        return next((event for event in events if "error" in event), events[-1])
    finish = next((choice["finish_reason"] for choice in reversed(choices) if choice.get("finish_reason")), None)
    if finish is None:
        finish = "stop" if done or any("message" in choice for choice in choices) else "error"
    joined: dict[str, Any] = {"choices": [{"message": _message(choices), "finish_reason": finish}]}
    for name in ("model", "usage", "error"):
        joined |= next(({name: event[name]} for event in reversed(events) if event.get(name)), {})
    return joined


def _message(choices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    whole = next((one for choice in reversed(choices) if isinstance(one := choice.get("message"), dict)), None)
    if whole is not None:
        return whole
    deltas = [delta for choice in choices if isinstance(delta := choice.get("delta"), dict)]
    message: dict[str, Any] = {name: "".join(_strings(deltas, name)) for name in _TEXTS}
    message["content"] = message["content"] or "".join(_strings(choices, "text"))
    message["tool_calls"] = _tool_calls(deltas)
    return {name: value for name, value in message.items() if value}


def _tool_calls(deltas: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    arguments: dict[Any, str] = {}
    for delta in deltas:
        called = delta.get("tool_calls")
        for one in called if isinstance(called, list) else [{"function": delta.get("function_call")}]:
            function = one.get("function") if isinstance(one, dict) else None
            if isinstance(function, dict) and isinstance(part := function.get("arguments"), str):
                index = str(one.get("index", 0))
                arguments[index] = arguments.get(index, "") + part
    return [{"function": {"arguments": text}} for text in arguments.values()]


def _strings(parts: Sequence[dict[str, Any]], name: str) -> list[str]:
    return [content_text(part.get(name)) for part in parts]


def _first_choice(event: dict[str, Any]) -> dict[str, Any]:
    """The choice of index 0; others of a stream belong to answers that nobody asked for."""
    choices = event.get("choices")
    listed = [one for one in choices if isinstance(one, dict)] if isinstance(choices, list) else []
    return next((one for one in listed if one.get("index", 0) in (0, None)), {})
