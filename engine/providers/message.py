"""
The text of a completion's choice, wherever a server puts it.
"""

from __future__ import annotations

import json
import re
from typing import Any

_THOUGHTS = ("reasoning_content", "reasoning", "thinking")
_FENCE = re.compile(r"\A\s*```[\w-]*\s*(.*?)\s*```\s*\Z", re.DOTALL)
_OBJECT = re.compile(r"^\s*\{", re.MULTILINE)
_MOST_TRIES = 50
_NOTHING = ("", "{}", "[]", "null")
_CUT = ("length", "max_tokens", "content_filter", "error", "insufficient_system_resource")


def choice_text(choice: dict[str, Any]) -> str:
    """
    The text that counts as the answer.

    Returns:
        The content; where it is blank, the arguments of tool or function calls; where there are none and the answer was
        not cut off, whole JSON at the end of the reasoning. "" where there is nothing.
    """
    message = _dict(choice.get("message"))
    content = content_text(message.get("content"))
    if content.strip() in _NOTHING:
        content = content_text(choice.get("text")) or content_text(message.get("text")) or content
    beside = _arguments(message) or (dumped(message["parsed"]) if message.get("parsed") else "")
    if "{" not in content and beside:
        return beside  # words beside a call are no answer
    if content.strip() not in _NOTHING:
        return content
    return beside or _whole_json_of_thoughts(message, choice.get("finish_reason")) or content


def has_thoughts(choice: dict[str, Any]) -> bool:
    """Whether a choice holds the model's thoughts, apart from its answer."""
    message = _dict(choice.get("message"))
    return any(message.get(name) for name in (*_THOUGHTS, "reasoning_details"))


def dumped(value: Any) -> str:
    """JSON text of a value; "" where it is nested too deeply."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def content_text(content: Any) -> str:
    """The text of a content: a string, an object, or a list of parts; parts of reasoning are left out."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        return dumped(content)  # some servers parse the model's JSON
    if not isinstance(content, list):
        return ""
    if all(isinstance(part, str) for part in content):
        return "".join(content)
    parts = [_dict(part) for part in content]
    if parts and all(part and not {"text", "type"} & set(part) for part in parts):
        return dumped(content)
    return "".join(_part_text(part) for part in parts if part.get("type") not in ("thinking", "reasoning"))


def _part_text(part: dict[str, Any]) -> str:
    text = part.get("text")
    if isinstance(text, dict):
        text = text.get("value")
    return _text(text) or (dumped(part["input"]) if isinstance(part.get("input"), dict) else "")


def _arguments(message: dict[str, Any]) -> str:
    called = message.get("tool_calls")
    calls = [_dict(call) for call in called] if isinstance(called, list) else []
    functions = [_dict(call.get("function")) or call for call in calls] + [_dict(message.get("function_call"))]
    arguments = [function.get("arguments", function.get("input")) for function in functions]
    return "\n".join(one if isinstance(one, str) else dumped(one) for one in arguments if one)


def _whole_json_of_thoughts(message: dict[str, Any], finish: Any) -> str:
    if finish in _CUT:
        return ""
    for name in _THOUGHTS:
        if found := _whole_json(_text(message.get(name))):
            return found
    details = message.get("reasoning_details")
    parts = [_dict(part) for part in details] if isinstance(details, list) else []
    return _whole_json("".join(_text(part.get("text")) for part in parts))


def _whole_json(text: str) -> str:
    """The JSON object that a text is, or ends with; "" where it ends otherwise."""
    fenced = _FENCE.match(text)
    text = (fenced[1] if fenced else text).strip().removesuffix("```").rstrip()
    if not text.endswith(("}", "]")):
        return ""
    starts = [0, *(match.start() for match in _OBJECT.finditer(text))]
    return next((text[start:] for start in starts[:_MOST_TRIES] if _is_json(text[start:])), "")


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text, strict=False), dict | list)
    except (ValueError, RecursionError):
        return False


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
