"""
The practice provider as an HTTP server: its paths, and the process loop that serves them on 127.0.0.1.

reception answers the calls; process starts and stops a child that runs this.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from engine.errors import DraftmillError, SpecError
from engine.practice.reception import Peer, Reception
from engine.practice.settings import PracticeSettings
from engine.practice.wire import models

HOST = "127.0.0.1"
LOOPBACK_NAMES = ("127.0.0.1", "localhost")
PEERS = ("127.0.0.1", "::1")
KEEP_ALIVE_S = 300  # longer than any client keeps a connection: the server must not close one that is about to be used
BACKLOG = 4096


class PortTaken(DraftmillError):
    """Another program listens on this port; the message names it and says what to do."""

    def __init__(self, port: int) -> None:
        super().__init__("port_taken", port=port)


def print_port(port: int) -> None:
    """Say on stdout where the server listens: {"port": 8790}, for people and for the process that started it."""
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()


def serve(
    settings: PracticeSettings,
    port: int = 0,
    *,
    listening: Callable[[int], None] = print_port,
    until_eof: bool = False,
) -> None:
    """
    Serve until Ctrl-C, or until stdin ends.

    Args:
        settings: How the provider behaves; `key_env` names the variable its key is read from.
        port: On 127.0.0.1; 0 takes a free one.
        listening: Called with the port once connections are accepted; default: prints one JSON line.
        until_eof: End when stdin reaches its end: a child's way to go with its parent, however that ended.

    Raises:
        PortTaken: another program listens on this port.
        SpecError: the variable named by `key_env` is not set.
    """
    key = read_key(settings)
    sock = _bind(port)
    reception = Reception(settings, key)
    server = _Server(_config(build_app(reception)), sock.getsockname()[1], listening)
    reception.drop = server.drop
    if until_eof:
        threading.Thread(target=_watch_stdin, args=(server,), daemon=True).start()
    gc.freeze()  # the bank and the libraries stay: the collector need not look at them again
    with suppress(KeyboardInterrupt):
        server.run(sockets=[sock])


def build_app(reception: Reception) -> Starlette:
    """The provider's paths, with and without /v1."""
    chat = _Chat(reception)

    async def show_models(request: Request) -> JSONResponse:
        return JSONResponse(models())

    async def show_key(request: Request) -> JSONResponse:
        refused = reception.refuse_key(request.scope)
        return JSONResponse(refused.body, refused.status) if refused else JSONResponse(reception.account())

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def stats(request: Request) -> JSONResponse:
        return JSONResponse(reception.stats(log=request.query_params.get("log") == "1"))

    async def settings(request: Request) -> JSONResponse:
        return await _configure(reception, request)

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/chat/completions", chat, methods=["POST"]),
            Route("/v1/models", show_models),
            Route("/models", show_models),
            Route("/v1/key", show_key),
            Route("/key", show_key),
            Route("/health", health),
            Route("/stats", stats),
            Route("/settings", settings, methods=["POST"]),
        ]
    )


def read_key(settings: PracticeSettings) -> str:
    """
    The key every call must carry, from the variable the settings name; empty when they name none.

    Raises:
        SpecError: the variable is not set.
    """
    if not settings.key_env:
        return ""
    key = os.environ.get(settings.key_env, "").strip()
    if not key:
        raise SpecError("key_env", settings.key_env, "set_variable", variable=settings.key_env)
    return key


class _Chat:
    """An object, because Starlette calls it as an ASGI application without a wrapper."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._reception.chat(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn that says when it listens, and can drop a peer's connection."""

    def __init__(self, config: uvicorn.Config, port: int, listening: Callable[[int], None]) -> None:
        super().__init__(config)
        self._port, self._listening = port, listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening(self._port)

    def drop(self, peer: Peer) -> None:
        """Reset a peer's connection: no answer, no orderly end."""
        for protocol in list(self.server_state.connections):
            if getattr(protocol, "client", None) == peer and protocol.transport is not None:
                sock = protocol.transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST in place of FIN
                protocol.transport.abort()


async def _configure(reception: Reception, request: Request) -> JSONResponse:
    """Only programs of this machine may change settings; a page in a browser may not, wherever it came from."""
    peer, host = request.client, request.url.hostname
    if peer is None or peer.host not in PEERS or host not in LOOPBACK_NAMES or "origin" in request.headers:
        return JSONResponse({"error": {"message": "settings are changed from this machine only"}}, 403)
    try:
        raw = json.loads(await request.body())
        if not isinstance(raw, dict):
            raise ValueError
        reception.configure(raw)
    except SpecError as exc:
        return JSONResponse({"error": exc.to_json()}, 400)
    except ValueError:
        return JSONResponse({"error": SpecError("settings", "", "give_json_object").to_json()}, 400)
    return JSONResponse(reception.settings.to_json())


def _bind(port: int) -> socket.socket:
    # With the protocol named asyncio sends small answers at once; without it each would wait 40 ms for an ACK.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        # Without this a second server may bind the same port before either listens, and the clash would come too late.
        sock.listen(BACKLOG)
    except OSError as exc:
        sock.close()
        raise PortTaken(port) from exc
    return sock


def _config(app: Starlette) -> uvicorn.Config:
    # Silent: a dropped connection is this provider's trade, and uvicorn would write a traceback for each.
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=1,
    )


def _watch_stdin(server: uvicorn.Server) -> None:
    with suppress(OSError, ValueError):
        while sys.stdin.buffer.read(4096):
            pass
    server.force_exit = True
    server.should_exit = True
