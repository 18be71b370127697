"""
Keeps a key out of every text that a provider sends back: messages, headers and stored bodies.

A key that can be nothing else (long, key-like) is removed wherever it occurs, in every usual encoding. A key that could
be an ordinary word ("house", accepted by local servers) is removed only from sentences about keys: the text of a draft
is never changed.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

HIDDEN = "(hidden)"

_LONG = 28  # characters: no word is longer
_FAIRLY_LONG = 16  # with letters and digits together
_PREFIXED = 12  # with one of the usual prefixes
_LONGEST_MESSAGE = 100_000
_PREFIX = re.compile(r"(?:sk|pk|rk|key)-", re.IGNORECASE)
# Keys in other people's messages, masked ones ("sk-ab***yz", "****cdef") too.
_KEY_LIKE = re.compile(r"\b(?:sk|pk|rk|key)-[\w*.\-]{4,}|\*{3,}[\w-]*|(?<=Bearer )\S+", re.IGNORECASE)
_ABOUT_KEYS = re.compile(r"key|token|bearer|auth|credential|secret|password", re.IGNORECASE)
_MASK = re.compile(r"[*•]{2,}|\.{2,}|…|[xX]{4,}|[\[<(]?redacted[\])>]?")
_RUN = re.compile(r"[\w+/=.-]{6,}")
_BASE64_LOST = (0, 2, 3)
"""Characters at the start of a base64 text that also depend on the 0, 1 or 2 bytes before the key."""


def is_unmistakable(secret: str) -> bool:
    """Whether a key can be nothing else: no word of a text looks like it."""
    mixed = any(char.isdigit() for char in secret) and any(char.isalpha() for char in secret)
    prefixed = _PREFIX.match(secret) is not None
    return len(secret) >= _LONG or (mixed and len(secret) >= _FAIRLY_LONG) or (prefixed and len(secret) >= _PREFIXED)


class Redactor:
    """
    Removes one key from texts.

    Args:
        secret: The key; "" where there is none: then only what looks like a key is removed from messages.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._anywhere = _forms(secret) if is_unmistakable(secret) else None
        self._anywhere_bytes = re.compile(self._anywhere.pattern.encode()) if self._anywhere else None
        self._word = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)") if secret and not self._anywhere else None

    def __repr__(self) -> str:
        return "Redactor()"

    def message(self, text: str) -> str:
        """
        A message without the key, its encodings, masked echoes of it, and anything else that looks like a key.

        Only the first 100,000 characters are kept: no error is longer, and hostile ones must not take for ever.
        """
        text = text[:_LONGEST_MESSAGE]
        if self._anywhere is not None:
            text = self._anywhere.sub(HIDDEN, text)
            text = self._without_masked(text)
            text = _RUN.sub(self._without_part, text)
        elif self._word is not None and _ABOUT_KEYS.search(text):
            text = self._word.sub(HIDDEN, text)
        return _KEY_LIKE.sub(HIDDEN, text)

    def header(self, value: str) -> str:
        """A header's value without the key."""
        if self._anywhere is not None:
            return self._anywhere.sub(HIDDEN, value)
        return self._word.sub(HIDDEN, value) if self._word and _ABOUT_KEYS.search(value) else value

    def body(self, status: int, body: bytes) -> bytes:
        """
        A body as it may be stored.

        Args:
            status: Below 300 the body may hold drafts: only a key that can be nothing else is removed, and what the
                body reports as an error is treated as a message. From 300 up every string of it is a message.
            body: As it came.
        """
        if not self._secret:
            return body
        if self._anywhere_bytes is not None:
            body = self._anywhere_bytes.sub(HIDDEN.encode(), body)
        if status < 300 and b'"error"' not in body:
            return body
        parsed = _json(body)
        if parsed is None:
            return body if status < 300 else self._plain(body)
        clean = _mapped(parsed, self.message) if status >= 300 else self._only_error(parsed)
        return body if clean == parsed else json.dumps(clean, ensure_ascii=False).encode("utf-8", "replace")

    def _plain(self, body: bytes) -> bytes:
        text = body.decode("utf-8", "replace")
        clean = self.message(text)
        return body if clean == text else clean.encode()

    def _only_error(self, parsed: Any) -> Any:
        if not isinstance(parsed, dict) or "error" not in parsed:
            return parsed
        return {**parsed, "error": _mapped(parsed["error"], self.message)}

    def _without_masked(self, text: str) -> str:
        """Removes "start***end" where the start or the end, of two characters or more, is the key's own."""
        kept, at = [], 0
        for mask in _MASK.finditer(text):
            start, end = self._shown_before(text, mask.start()), self._shown_after(text, mask.end())
            if start < at or (start, end) == mask.span():
                continue
            kept += [text[at:start], HIDDEN]
            at = end
        return "".join([*kept, text[at:]])

    def _shown_before(self, text: str, end: int) -> int:
        """Where the key's beginning starts that ends at `end`; `end` where there is none."""
        sizes = range(min(len(self._secret), end), 1, -1)
        return next((end - size for size in sizes if text.startswith(self._secret[:size], end - size)), end)

    def _shown_after(self, text: str, start: int) -> int:
        sizes = range(len(self._secret), 1, -1)
        return next((start + size for size in sizes if text.startswith(self._secret[-size:], start)), start)

    def _without_part(self, match: re.Match[str]) -> str:
        part = match[0].strip("-_=/.")
        telling = len(part) >= 10 or (len(part) >= 6 and any(char.isdigit() for char in part))
        return HIDDEN if telling and part in self._secret else match[0]


def _forms(secret: str) -> re.Pattern[str]:
    """The key as written, with any of its characters escaped (JSON, URL, HTML), in base64 and in hex."""
    raw = secret.encode()
    spelled = "".join(_spellings(char) for char in secret)
    encoded = "|".join(re.escape(form) for form in dict.fromkeys(_base64_forms(raw)))
    return re.compile(rf"(?:{spelled}|(?:{encoded})[\w+/-]*=*|(?i:{raw.hex()}))")


def _spellings(char: str) -> str:
    code = f"{ord(char):02x}"
    cased = re.escape(char) if not char.isalpha() else f"[{char.lower()}{char.upper()}]"
    slashes = r"\\{1,4}"  # bounded: a body of nothing but backslashes must not take for ever
    coded = rf"(?i:{slashes}u00{code}|%(?:25){{0,3}}{code}|&#x{code};)"
    return rf"(?:{cased}|{slashes}{re.escape(char)}|{coded}|&#{ord(char)};)"


def _base64_forms(raw: bytes) -> Iterator[str]:
    for before, lost in enumerate(_BASE64_LOST):
        text = base64.b64encode(bytes(before) + raw).decode().rstrip("=")
        core = text[lost : -1 if (before + len(raw)) % 3 else None]
        yield core
        yield core.replace("+", "-").replace("/", "_")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every string changed; names of fields stay, for they are read."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(part, change) for part in value]
    return {name: _mapped(part, change) for name, part in value.items()} if isinstance(value, dict) else value
