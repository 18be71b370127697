"""Tests of providers.chat over real connections: what arrives, what is late, broken, refused or too large."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
import subprocess
import tracemalloc
import zlib
from functools import cache
from pathlib import Path

import pytest

from engine.errors import BadAnswer, BadCertificate, ForeignRedirect, Late, NoAnswer, NotSent, TooLarge
from engine.providers import Profile
from engine.providers.chat import Chat
from tests.unit.serving import CANARY, GOOD, answering, mute, profile, read_request, sent, serving, told


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
