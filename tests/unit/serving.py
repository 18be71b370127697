"""Tiny real servers on 127.0.0.1 for the tests of the HTTP client, and one call to them."""

from __future__ import annotations

import asyncio
import json
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from engine.providers import Key, Profile
from engine.providers.chat import Chat

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


def told(error: BaseException | None) -> str:
    """All that a log, a traceback or a repr could say of an error and its causes."""
    text = ""
    while error is not None:
        text += "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
        error = error.__cause__ or error.__context__
    return text
