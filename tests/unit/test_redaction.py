"""Tests of providers.redaction: the key is nowhere, and hiding it never changes content."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote

import pytest

from engine.providers.redaction import Redactor, is_unmistakable

KEY = "sk-canary-0123/4567+89abcdef"
PIECES = ("canary", "0123/4567", "89abcdef")
WORDS = ["house", "x", "EMPTY", "ollama", "title", "internationalization", "1234", "lm-studio", "items"]


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


ECHOES = {
    "plain": KEY,
    "quoted": f'"{KEY}"',
    "JSON": escaped(KEY),
    "JSON in part": escaped(KEY[:4]) + KEY[4:],
    "JSON twice": escaped(KEY).replace("\\", "\\\\"),
    "a slash": KEY.replace("/", "\\/"),
    "URL": quote(KEY, safe=""),
    "URL, every character": "".join(f"%{ord(char):02X}" for char in KEY),
    "HTML": KEY.replace("-", "&#45;").replace("/", "&#x2F;"),
    "base64": base64.b64encode(KEY.encode()).decode(),
    "base64 of a header": base64.b64encode(f"Bearer {KEY}".encode()).decode(),
    "base64 of a pair": base64.b64encode(f"me:{KEY}".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"a{KEY}".encode()).decode(),
    "hex": KEY.encode().hex(),
    "upper case": KEY.upper(),
    "masked": f"{KEY[:9]}{'*' * 12}{KEY[-4:]}",
    "masked by points": f"{KEY[:6]}...{KEY[-6:]}",
    "the end only": f"****{KEY[-4:]}",
    "the beginning only": f"{KEY[:14]}[redacted]",
    "cut": KEY[:18],
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("status", [400, 401, 500])
def test_no_echo_of_a_key_is_left_in_an_error(echo: str, status: int) -> None:
    """However a provider spells the key in an error, no trace of it is stored."""
    for body in (json.dumps({"error": {"message": f"bad key {echo} for you"}}), f"bad key {echo} for you"):
        kept = Redactor(KEY).body(status, body.encode()).decode()
        assert "(hidden)" in kept and "bad key" in kept and "for you" in kept
        shown = json.loads(kept)["error"]["message"] if kept.startswith("{") else kept
        for piece in (*PIECES, echo, "cdef", KEY[:6]):
            assert piece.lower() not in shown.lower()


@pytest.mark.parametrize("echo", list(ECHOES)[:13])
def test_a_key_in_a_completion_is_removed_whole(echo: str) -> None:
    """A key that can be nothing else is removed from a 200 as well, in every spelling."""
    body = json.dumps({"choices": [{"message": {"content": f"I know {ECHOES[echo]}!"}}]})
    kept = Redactor(KEY).body(200, body.encode()).decode()
    assert "(hidden)" in kept and not any(piece in kept for piece in (*PIECES, ECHOES[echo]))


@pytest.mark.parametrize("word", WORDS)
def test_a_key_that_is_a_word_never_changes_a_completion(word: str) -> None:
    """A local server accepts any word as a key; the drafts come through byte by byte."""
    assert not is_unmistakable(word)
    text = f'{{"items": [{{"id": "k1-1", "title": "My {word}", "passage": "A key to the {word}."}}]}}'
    body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()
    assert Redactor(word).body(200, body) == body


@pytest.mark.parametrize("word", WORDS)
def test_a_key_that_is_a_word_is_removed_where_keys_are_the_subject(word: str) -> None:
    """In a sentence about keys a word that is the key is hidden, elsewhere it is a word."""
    redactor = Redactor(word)
    assert redactor.message(f"invalid API key: {word}") == "invalid API key: (hidden)"
    assert redactor.message(f"no model {word}") == f"no model {word}"
    assert redactor.header(f"Bearer {word}") == "Bearer (hidden)" and redactor.header("60") == "60"


def test_an_error_in_a_200_is_a_message_and_the_content_beside_it_is_not() -> None:
    """Only the error of a 200 is searched for words."""
    body = {"error": {"message": "bad key house"}, "choices": [{"message": {"content": "the key of the house"}}]}
    kept = json.loads(Redactor("house").body(200, json.dumps(body).encode()))
    assert kept["error"]["message"] == "bad key (hidden)" and kept["choices"] == body["choices"]


def test_field_names_and_ordinary_errors_stay() -> None:
    """What an error says beside the key is not touched, and an untouched body keeps its bytes."""
    body = b'{"error":  {"code": 400, "message": "max_tokens is too large ... see https://example.com/docs"}}'
    for secret in (KEY, "house", "error", ""):
        assert Redactor(secret).body(400, body) == body


@pytest.mark.parametrize("text", ["x" * 2_000_000, "*" * 2_000_000, "a..." * 400_000, "sk-" * 600_000, "\\" * 999_999])
def test_redaction_takes_bounded_time(text: str) -> None:
    """A hostile error body of megabytes is searched in a moment."""
    started = time.process_time()
    Redactor(KEY).body(500, text.encode())
    assert time.process_time() - started < 3.0
