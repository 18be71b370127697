"""
Replies whose JSON is written in another notation: encoded once more, with HTML entities, or as a literal of Python or
JavaScript.

Only the notation changes: no character of a string is added or lost, and nothing that was cut is completed.
"""

from __future__ import annotations

import ast
import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any

_MOST_LITERAL = 300_000
_MOST_UNQUOTED = 3
_DECODER = json.JSONDecoder(strict=False)
_QUOTED = re.compile(r'\s*(?:```\w*)?\s*(?=")')
_ESCAPED = re.compile(r'\{(?:\s|\\n|\\r|\\t)*\\"')
_PLAIN = re.compile(r'\{\s*"')
_BASE64 = re.compile(r"\s*(?:[A-Za-z0-9+/]{4}\s?)+[A-Za-z0-9+/]{0,3}={0,2}\s*")
_SIGN = re.compile(r"\\([\\!#$%&'()*+,\-.:;<=>?@\[\]^_`{|}~])")
"""A backslash before a sign that needs none, or before another backslash."""
_LITERAL = re.compile(r"[{\[]\s*['\w/]|\b(?:None|True|False|undefined)\b|//|/\*")
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"'
    r"|'(?P<single>(?:[^'\\]|\\.)*)'"
    r"|(?P<comment>//[^\n]{0,400}|/\*[^*]{0,400}\*/)"
    r"|(?P<comma>,(?=\s{0,99}(?:(?://[^\n]{0,400}\n|/\*[^*]{0,400}\*/)\s{0,99}){0,3}[}\]]))"
    r"|(?P<word>[A-Za-z_$][\w$]*)(?P<key>(?=\s*:))?",
    re.DOTALL,
)
_ODD_SPACE = re.compile("[\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]+")
_STRING_OR_SPACE = re.compile(rf'"(?:[^"\\]|\\.)*"|(?P<space>{_ODD_SPACE.pattern})', re.DOTALL)
_WORDS = {"None": "null", "undefined": "null", "NaN": "null", "True": "true", "False": "false"}


def unwrapped(text: str) -> str:
    """
    A reply's text without what was put around its notation: a JSON string, entities, escapes of plain signs.

    Returns:
        The text, decoded as often as it was encoded; a text in ordinary JSON as it is.
    """
    text = _from_base64(text.removeprefix("\ufeff"))
    for _ in range(_MOST_UNQUOTED):
        inner = _unquoted(text)
        if inner is None:
            break
        text = inner
    if "&quot;" in text and not _PLAIN.search(text):
        text = html.unescape(text)
    return _SIGN.sub(lambda found: found[0] if found[1] == "\\" else found[1], text)


def _from_base64(text: str) -> str:
    """Decode a reply that is nothing but base64; any other text is returned as it is."""
    if not _BASE64.fullmatch(text):
        return text
    try:
        inner = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        return text
    return inner if inner.lstrip()[:1] in ("{", "[") else text


def plain_spaces(text: str) -> str:
    """A text whose odd spaces outside strings, such as no-break spaces, are plain ones."""
    if not _ODD_SPACE.search(text):
        return text
    return _STRING_OR_SPACE.sub(lambda found: " " if found["space"] else found[0], text)


def literals(text: str) -> Iterator[Any]:
    """The values that a reply may be in Python's or JavaScript's notation, one for each that it is whole in."""
    if len(text) > _MOST_LITERAL or not _LITERAL.search(text):
        return
    start, end = text.find("{"), text.rfind("}")
    listed = text.find("[")
    if 0 <= listed < start:
        start, end = listed, text.rfind("]")
    written = text[start : end + 1].strip()
    for read in (ast.literal_eval, _javascript):
        try:
            yield read(written)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue


def decoded(part: Any) -> Any:
    """The value of a string that holds JSON, as some models write a list or an item; anything else as it is."""
    if not isinstance(part, str) or part.lstrip()[:1] not in ("{", "["):
        return part
    try:
        return _DECODER.decode(part)
    except (ValueError, RecursionError):
        return part


def _unquoted(text: str) -> str | None:
    """The text inside one JSON string, with its quotes or without; None where it is none."""
    opened = _QUOTED.match(text)
    try:
        if opened is not None:
            inner, _ = _DECODER.raw_decode(text, opened.end())
            return inner if isinstance(inner, str) and "{" in inner else None
        if (escaped := _ESCAPED.search(text)) is None or _PLAIN.search(text):
            return None
        inner = _DECODER.decode(f'"{text[escaped.start() : text.rfind("}") + 1]}"')
        return inner if isinstance(inner, str) else None
    except (ValueError, RecursionError):
        return None


def _javascript(text: str) -> Any:
    return json.loads(_TOKEN.sub(_as_json, text), strict=False)


def _as_json(found: re.Match[str]) -> str:
    if (single := found["single"]) is not None:
        return '"' + re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', single.replace("\\'", "'")) + '"'
    if found["comment"] is not None or found["comma"] is not None:
        return " "
    if (word := found["word"]) is None:
        return found[0]
    return f'"{word}"' if found["key"] is not None else _WORDS.get(word, word)
