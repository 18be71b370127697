"""Tests of providers.chat: real servers on this machine; httpx.MockTransport where the network is beside the point."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import ssl
import subprocess
import traceback
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest

from engine.errors import (
    BadAnswer,
    BadCertificate,
    ForeignRedirect,
    Late,
    NoAnswer,
    NotSent,
    SpecError,
    TooLarge,
)
from engine.providers import Chat, Key, Profile, payload

CANARY = "sk-canary-0123456789abcdef"
GOOD = json.dumps({"choices": [{"message": {"content": "{}"}}]}).encode()
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on 127.0.0.1 that reads one request head and body a connection, then does as `serve` says."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def read_request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next((int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length:")), 0)
    return head, await reader.readexactly(length)


def answering(*parts: bytes, head: str = "", status: str = "200 OK", pause_s: float = 0.0) -> Serve:
    """A server that sends a head, then parts with a pause before each, then closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(f"HTTP/1.1 {status}\r\nconnection: close\r\n{head}\r\n".encode())
        for part in parts:
            await asyncio.sleep(pause_s)
            writer.write(part)
            await writer.drain()

    return serve


def mute(arrived: asyncio.Event) -> Serve:
    """A server that takes a request and says nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        arrived.set()
        await asyncio.Event().wait()

    return serve


def profile(port: int = 9, scheme: str = "http") -> Profile:
    return Profile("mine", f"{scheme}://127.0.0.1:{port}/v1", key_env="MINE_API_KEY")


async def sent(port: int, *, deadline_s: float = 5.0, scheme: str = "http") -> bytes:
    async with Chat(profile(port, scheme), Key(CANARY), deadline_s=deadline_s, connections=2) as chat:
        return (await chat.send(b'{"model":"m"}')).body


async def mocked(handler: Callable[[httpx.Request], httpx.Response]) -> bytes:
    transport = httpx.MockTransport(handler)
    async with Chat(profile(), Key(CANARY), deadline_s=5.0, connections=1, transport=transport) as chat:
        return (await chat.send(b"{}")).body


async def test_a_call_is_one_plain_post_with_the_key_and_a_length() -> None:
    """A call is one POST with its length, its key and no chunks."""
    heads = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, body = await read_request(reader)
        heads.append((head, body))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nX-Request-Id: 7\r\n\r\n%b" % (len(GOOD), GOOD))

    async with serving(serve) as port:
        assert await sent(port) == GOOD
    head, body = heads[0]
    assert head.startswith("post /v1/chat/completions http/1.1") and body == b'{"model":"m"}'
    assert f"authorization: bearer {CANARY}" in head and "transfer-encoding" not in head
    assert head.count("content-length") == head.count("host:") == 1


async def test_connections_are_used_again() -> None:
    """Calls one after the other share a connection."""
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while True:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with serving(serve) as port, Chat(profile(port), None, deadline_s=5, connections=2) as chat:
        for _ in range(3):
            assert (await chat.send(b"{}")).status == 200
    assert len(connections) == 1


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate"])
async def test_a_compressed_answer_is_unpacked(encoding: str) -> None:
    """A compressed answer arrives unpacked."""
    packed = zlib.compress(GOOD) if encoding == "deflate" else gzip.compress(GOOD)
    async with serving(answering(packed, head=f"content-encoding: {encoding}\r\n")) as port:
        assert await sent(port) == GOOD


async def test_blank_lines_before_an_answer_are_waited_through() -> None:
    """Blank keep-alive lines are no answer and no failure."""
    async with serving(answering(b"\n", b"\n", b"\n", GOOD, pause_s=0.02)) as port:
        assert (await sent(port)).strip() == GOOD


@pytest.mark.parametrize("part", [b"\n", b"x", b" "])
async def test_a_trickle_ends_at_the_deadline(part: bytes) -> None:
    """However it trickles, a call ends at its total deadline, in doubt."""
    started = asyncio.get_running_loop().time()
    async with serving(answering(*[part] * 500, pause_s=0.02)) as port:
        with pytest.raises(Late, match=r"within 0\.3 s"):
            await sent(port, deadline_s=0.3)
    assert asyncio.get_running_loop().time() - started < 1.5


async def test_a_server_that_never_speaks_is_late() -> None:
    """A request that was written and never answered is Late: maybe billed."""
    async with serving(mute(asyncio.Event())) as port:
        with pytest.raises(Late):
            await sent(port, deadline_s=0.2)


async def test_a_server_that_does_not_even_read_is_late() -> None:
    """A request that is stuck half-written ends at the deadline too."""

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(deaf) as port, Chat(profile(port), None, deadline_s=0.3, connections=1) as chat:
        with pytest.raises(Late):
            await chat.send(b"x" * 20_000_000)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="closed before a byte"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", id="within the head"),
        pytest.param(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"choi', id="within the body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", id="within a chunk"),
        pytest.param(b"220 smtp.example.com ESMTP\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", id="a monstrous head"),
    ],
)
async def test_an_answer_that_breaks_after_the_request_is_in_doubt(answer: bytes) -> None:
    """Whatever breaks once the request is written may have been billed: NoAnswer, never NotSent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)

    async with serving(serve) as port:
        with pytest.raises(NoAnswer) as caught:
            await sent(port)
    assert not isinstance(caught.value, Late)
    assert CANARY not in told(caught.value)


async def test_a_reset_after_the_request_is_in_doubt() -> None:
    """A connection reset while the provider works is NoAnswer."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.transport.abort()

    async with serving(serve) as port:
        with pytest.raises(NoAnswer):
            await sent(port)


@pytest.mark.parametrize("cut", [10, -4])
async def test_a_truncated_gzip_is_in_doubt(cut: int) -> None:
    """A compressed answer that ends early was paid for and cannot be read: NoAnswer."""
    async with serving(answering(gzip.compress(GOOD)[:cut], head="content-encoding: gzip\r\n")) as port:
        with pytest.raises(NoAnswer, match="broke"):
            await sent(port)


async def test_a_refused_connection_was_never_sent() -> None:
    """Where nobody listens nothing is sent, and nothing is billed."""
    async with serving(answering()) as port:
        pass
    with pytest.raises(NotSent, match=r"127\.0\.0\.1 cannot be reached"):
        await sent(port)


async def test_an_unknown_host_was_never_sent() -> None:
    """A name that does not resolve is NotSent."""
    nowhere = Profile("mine", "https://no-such-host.invalid/v1")
    async with Chat(nowhere, None, deadline_s=5, connections=1) as chat:
        with pytest.raises(NotSent):
            await chat.send(b"{}")


async def test_a_deadline_within_the_handshake_was_never_sent() -> None:
    """A deadline that passes before the request leaves is no doubt: NotSent."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(silent) as port:
        with pytest.raises(NotSent, match=r"within 0\.2 s"):
            await sent(port, deadline_s=0.2, scheme="https")


async def test_a_server_without_tls_was_never_sent() -> None:
    """A handshake that fails leaves nothing to bill."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with serving(plain) as port:
        with pytest.raises(NotSent):
            await sent(port, scheme="https")


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
async def test_a_certificate_that_does_not_verify_is_named(tmp_path: Path) -> None:
    """A server that cannot prove who it is gets no key."""
    pem = tmp_path / "both.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*make, "-keyout", pem, "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", pem)
    async with serving(answering(GOOD), tls) as port:
        with pytest.raises(BadCertificate, match="does not verify"):
            await sent(port, scheme="https")


@pytest.mark.parametrize("location", ["https://elsewhere.example.com/x", "/v2", "http://127.0.0.1:1/", "http://[", ""])
async def test_a_redirect_is_refused(location: str) -> None:
    """The key follows no redirect."""
    head = f"location: {location}\r\n" if location else ""
    async with serving(answering(head=head, status="307 Temporary Redirect")) as port:
        with pytest.raises(ForeignRedirect, match="307"):
            await sent(port)


async def test_an_endless_answer_is_refused_while_it_is_read() -> None:
    """An answer above 10 MB is refused before it is whole."""
    async with serving(answering(*[b"x" * 2**20] * 200)) as port:
        with pytest.raises(TooLarge, match="10 MB"):
            await sent(port)


@cache
def bomb() -> bytes:
    """300 MB of zeros, packed."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(300)) + packer.flush()


async def test_a_bomb_is_never_unpacked() -> None:
    """300 MB of packed zeros never take 64 MB of memory, not even for a moment."""
    async with serving(answering(bomb(), head="content-encoding: gzip\r\n")) as port:
        tracemalloc.start()
        with pytest.raises(TooLarge):
            await sent(port)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 64 * 2**20


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
async def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    """Packed twice, or by another packer, an answer is refused unread."""
    async with serving(answering(gzip.compress(bomb()), head=f"content-encoding: {encoding}\r\n")) as port:
        with pytest.raises(BadAnswer, match="not asked for"):
            await sent(port)


async def test_a_cancelled_call_ends_at_once() -> None:
    """Cancelling a call in flight closes its connection and stays a cancellation."""
    arrived = asyncio.Event()
    async with serving(mute(arrived)) as port:
        call = asyncio.create_task(sent(port))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


def told(error: BaseException | None) -> str:
    """All that a log, a traceback or a repr could say of an error and its causes."""
    text = ""
    while error is not None:
        text += "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
        error = error.__cause__ or error.__context__
    return text


async def test_no_error_tells_the_key() -> None:
    """A transport that quotes the whole request tells nobody the key."""

    def quoting(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError(f"bad request: {request.headers['authorization']}")

    with pytest.raises(NoAnswer) as caught:
        await mocked(quoting)
    assert CANARY not in str(caught.value) and "(hidden)" in str(caught.value)


async def test_a_provider_that_echoes_the_key_does_not_spread_it() -> None:
    """The key is taken out of an answer that repeats it, body and headers."""

    def echoing(request: httpx.Request) -> httpx.Response:
        key = request.headers["authorization"]
        return httpx.Response(401, content=f'{{"error": "bad {key}"}}', headers={"X-Echo": key})

    async with Chat(
        profile(), Key(CANARY), deadline_s=5, connections=1, transport=httpx.MockTransport(echoing)
    ) as chat:
        answer = await chat.send(b"{}")
    assert CANARY.encode() not in answer.body and CANARY not in str(answer.headers)
    assert answer.headers["x-echo"] == "Bearer (hidden)"


async def test_a_proxy_that_is_set_is_followed_but_never_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxy variables hold for the world outside and never for loopback."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    async with serving(answering(GOOD)) as port:
        assert await sent(port) == GOOD
    async with Chat(Profile("far", "https://api.example.com"), None, deadline_s=5, connections=1) as chat:
        with pytest.raises(NotSent, match=r"cannot be reached.*127\.0\.0\.1:9"):
            await chat.send(b"{}")


async def test_a_proxy_of_another_kind_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A SOCKS proxy is named before anything is sent, without its password."""
    monkeypatch.setenv("https_proxy", "socks5://user:secret@127.0.0.1:9")
    with pytest.raises(SpecError, match="http://") as caught:
        async with Chat(Profile("far", "https://api.example.com"), None, deadline_s=5, connections=1):
            pass
    assert "secret" not in str(caught.value)


async def models(status: int, body: str) -> list[str]:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, text=body))
    async with Chat(profile(), Key(CANARY), deadline_s=5, connections=1, transport=transport) as chat:
        return await chat.models()


@pytest.mark.parametrize(
    "body",
    [
        '{"data": [{"id": "b"}, {"id": "a"}, {"id": "b"}, {"id": 7}, {}]}',
        '{"models": ["b", "a"]}',
        '[{"name": "a"}, "b"]',
    ],
)
async def test_models_are_listed_sorted(body: str) -> None:
    """A list of models in any usual shape reads as sorted names."""
    assert await models(200, body) == ["a", "b"]


@pytest.mark.parametrize(("status", "body"), [(401, '{"error": "no key"}'), (200, "<html>"), (200, "{}"), (404, "[]")])
async def test_no_list_of_models_is_a_bad_answer(status: int, body: str) -> None:
    """What is no list of models is told as such, with its status."""
    with pytest.raises(BadAnswer, match=str(status)):
        await models(status, body)


async def test_models_are_asked_for_without_a_body() -> None:
    """GET /models carries no body over a real connection."""
    async with (
        serving(answering(b'{"data": [{"id": "m"}]}')) as port,
        Chat(profile(port), None, deadline_s=5, connections=1) as chat,
    ):
        assert await chat.models() == ["m"]


ASK = {"model": "m", "system": "s", "user": "u", "max_tokens": 9, "temperature": 0.5}


@pytest.mark.parametrize(
    ("json_mode", "schema", "expected"),
    [("schema", {}, "json_schema"), ("schema", None, "json_object"), ("object", {}, "json_object"), ("none", {}, None)],
)
def test_json_is_asked_for_as_the_profile_says(json_mode: str, schema: object, expected: str | None) -> None:
    """response_format follows the profile; without a schema plain JSON is asked for."""
    asked = Profile("mine", "https://api.example.com", json_mode=json_mode)  # type: ignore[arg-type]  # parametrized
    body = json.loads(payload(asked, schema=schema, **ASK))  # type: ignore[arg-type]  # parametrized
    assert body.get("response_format", {}).get("type") == expected


def test_a_body_always_says_max_tokens_and_no_stream() -> None:
    """Every call limits its output and asks for one whole answer; the profile's own fields go along."""
    asked = Profile("mine", "https://api.example.com", extra_body={"thinking": {"type": "disabled"}})
    body = json.loads(payload(asked, schema=None, **ASK))  # type: ignore[arg-type]  # mixed values
    assert body["max_tokens"] == 9 and body["stream"] is False and body["thinking"] == {"type": "disabled"}


def test_parameters_are_required_only_with_a_schema() -> None:
    """OpenRouter is asked for endpoints that know schemas only while one is sent."""
    asked = Profile(
        "mine",
        "https://api.example.com",
        json_mode="schema",
        require_parameters=True,
        extra_body={"provider": {"sort": 1}},
    )
    assert json.loads(payload(asked, schema={}, **ASK))["provider"] == {"sort": 1, "require_parameters": True}  # type: ignore[arg-type]  # mixed values
    assert json.loads(payload(asked, schema=None, **ASK))["provider"] == {"sort": 1}  # type: ignore[arg-type]  # mixed values


def test_a_lone_surrogate_costs_no_call() -> None:
    """Half a character quoted from an answer is replaced, not raised."""
    asked = Profile("mine", "https://api.example.com")
    body = json.loads(payload(asked, schema=None, **{**ASK, "user": "字\ud800"}))  # type: ignore[arg-type]  # mixed values
    assert body["messages"][1]["content"] == "字?"


def test_a_call_needs_a_model() -> None:
    """With no model at all nothing is sent."""
    with pytest.raises(SpecError, match="model is empty"):
        payload(Profile("mine", "https://api.example.com"), schema=None, **{**ASK, "model": ""})  # type: ignore[arg-type]  # mixed values
