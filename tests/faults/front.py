"""
A front for the practice provider: a real HTTP server that answers some calls itself, as badly as configured, and hands
the others on; what comes back it can spoil.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

Items = list[dict[str, Any]]


class Call(BaseHTTPRequestHandler):
    """One request as it arrived; an answer is a function that is given it."""

    protocol_version = "HTTP/1.1"
    front: Front
    body: bytes

    def do_GET(self) -> None:
        self.pass_on("GET")

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["content-length"] or 0))
        with self.front.lock:
            self.front.calls += 1
            answer = self.front.first.popleft() if self.front.first else self.front.always
        with suppress(OSError):
            (answer or Call.pass_on)(self)

    def pass_on(self, method: str = "POST") -> None:
        """Let the practice provider answer, and spoil it as the front says."""
        status, body = self.ask(method)
        self.reply(status, self.front.spoilt(body) if status == 200 and method == "POST" else body)

    def ask(self, method: str = "POST") -> tuple[int, bytes]:
        """What the practice provider answers."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.front.behind, timeout=60)) as connection:
            connection.request(method, self.path, getattr(self, "body", None), {"content-type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()

    def reply(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Drop the connection: RST, no orderly end."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Silent: what is broken here is broken on purpose."""


Answer = Callable[[Call], None]


class Front:
    """
    A server on 127.0.0.1; a context manager.

    Args:
        behind: The practice provider's base_url.
        first: Answers for the first calls, one each.
        always: The answer of every call after them; None: the practice provider's.
        items: What becomes of the drafts in an answer that was handed on.
        text: What becomes of its text, after that.
        tls: Speaks TLS with this context.
    """

    def __init__(
        self,
        behind: str,
        first: Sequence[Answer] = (),
        always: Answer | None = None,
        items: Callable[[Items], Items] | None = None,
        text: Callable[[str], str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.behind = urlsplit(behind).port or 0
        self.first = deque(first)
        self.always = always
        self.lock = threading.Lock()
        self.calls = 0
        self._items, self._text = items, text
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("FrontCall", (Call,), {"front": self}))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # broken connections are our trade
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def base_url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spoilt(self, body: bytes) -> bytes:
        """An answer of the practice provider, with its drafts and its text as this front makes them."""
        if self._items is None and self._text is None:
            return body
        answer = json.loads(body)
        message = answer["choices"][0]["message"]
        with suppress(ValueError):
            if self._items is not None:
                message["content"] = json.dumps({"items": self._items(json.loads(message["content"])["items"])})
        if self._text is not None:
            message["content"] = self._text(message["content"])
        return json.dumps(answer).encode()


def says(status: int, body: Any = b"", **headers: str) -> Answer:
    """An answer with this status and body; a body that is no bytes goes as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda call: call.reply(status, sent, named)


def error(status: int, message: str = "", **more: Any) -> Answer:
    """An error in OpenRouter's shape."""
    return says(status, {"error": {"code": status, "message": message, **more}})


def completes(finish: str = "stop", usage: Any = None, **message: Any) -> Answer:
    """A 200 with one choice: completes(content=None), completes("content_filter", content="")."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}
    counted = {"prompt_tokens": 100, "completion_tokens": 10} if usage is None else usage
    return says(200, {"id": "x", "model": "practice-fast", "choices": [choice], "usage": counted})


def breaks_off(finish: str) -> Answer:
    """Two thirds of the practice provider's text, then this finish_reason; usage as for the whole."""

    def answer(call: Call) -> None:
        whole = json.loads(call.ask()[1])
        text = whole["choices"][0]["message"]["content"]
        whole["choices"][0]["message"]["content"] = text[: len(text) * 2 // 3]
        whole["choices"][0]["finish_reason"] = finish
        call.reply(200, json.dumps(whole).encode())

    return answer


def slow_down(**headers: str) -> Answer:
    """A 429 with these headers."""
    body = {"error": {"code": 429, "message": "Rate limit exceeded."}}
    return says(429, body, **headers)


def with_headers(**headers: str) -> Answer:
    """The practice provider's answer, with headers of its own."""

    def answer(call: Call) -> None:
        status, body = call.ask()
        call.reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    return answer


def resets(call: Call) -> None:
    """The connection is gone before a byte came."""
    call.reset()


def resets_in_the_body(call: Call) -> None:
    """The practice provider has written, and half of it arrives."""
    _, body = call.ask()
    call.send_response(200)
    call.send_header("content-length", str(len(body)))
    call.end_headers()
    call.wfile.write(body[: len(body) // 2])
    call.reset()


def blank_lines(lines: int, pause_s: float = 0.05) -> Answer:
    """Keep-alive lines, then the practice provider's answer."""

    def answer(call: Call) -> None:
        call.send_response(200)
        call.send_header("connection", "close")
        call.end_headers()
        call.close_connection = True
        pause = threading.Event()
        for _ in range(lines):
            call.wfile.write(b"\n")
            pause.wait(pause_s)
        call.wfile.write(call.ask()[1])

    return answer


def answers_too_late(by_s: float) -> Answer:
    """The provider completes, and is heard after the client has gone."""

    def answer(call: Call) -> None:
        status, body = call.ask()
        threading.Event().wait(by_s)
        call.reply(status, body)

    return answer


def endless(call: Call) -> None:
    """An answer that does not end."""
    call.send_response(200)
    call.end_headers()
    call.close_connection = True
    for _ in range(400):
        call.wfile.write(b" " * 2**20)


def bomb(megabytes: int) -> Answer:
    """A small answer that unpacks to many megabytes."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()
    return says(200, packed, content_encoding="gzip")


def after(wait_s: float, answer: Answer) -> Answer:
    """The same answer, later."""

    def later(call: Call) -> None:
        threading.Event().wait(wait_s)
        answer(call)

    return later


def half_a_gzip(call: Call) -> None:
    """A compressed answer that ends early."""
    status, body = call.ask()
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    packed = packer.compress(body) + packer.flush()
    call.reply(status, packed[: len(packed) // 2], {"content-encoding": "gzip"})


PAGE = b"<!doctype html><html><body><h1>Welcome to the guest network</h1>Please sign in.</body></html>"


def portal(call: Call) -> None:
    """A captive portal's page."""
    call.reply(200, PAGE, {"content-type": "text/html"})
