"""
The server `draftmill` starts: the dashboard and the status API, behind checks of the Host and Origin headers.

Streamlit checks the Host of its websocket only, and accepts an Origin of any port of this machine there. Starlette's
TrustedHostMiddleware checks every request by the same list, so that a name rebound to this machine (DNS rebinding) can
read neither the pages nor the API; OwnOrigin refuses what a page of another server asks for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import api, shared

SAFETY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
_TOLD = b"""<head><script>
window.__streamlit = { BACKEND_BASE_URL: location.origin + location.pathname.replace(/[^/]+\\/?$/, "") };
</script>"""
READING = ("GET", "HEAD", "OPTIONS")
PORTS = {"http": 80, "https": 443}
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LEAVE_S = 5.0
"""How long calls in flight are waited for at the end: a supervisor kills what takes longer."""


class SafetyHeaders:
    """Adds the headers that limit what a browser may do with a response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in SAFETY_HEADERS.items():
                    headers.setdefault(name, text)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OwnOrigin:
    """Refuses websockets and requests that change something, if a page of another server asks for them."""

    def __init__(self, app: ASGIApp, allowed_hosts: list[str]) -> None:
        self._app = app
        self._names = [name for name in allowed_hosts if name not in LOOPBACK]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        changes = scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in READING)
        if not changes or all(self._is_own(origin, scope) for origin in Headers(scope=scope).getlist("origin")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("a page of another server may not ask for this", 403)(scope, receive, send)

    def _is_own(self, origin: str, scope: Scope) -> bool:
        try:
            asked, host = urlsplit(origin), urlsplit(f"//{Headers(scope=scope).get('host', '')}")
            ports = (_port(asked), host.port or PORTS.get(asked.scheme))
        except ValueError:
            return False
        if asked.scheme not in PORTS or not asked.hostname:
            return False
        if (asked.hostname, ports[0]) == (host.hostname, ports[1]):
            return True
        return asked.port is None and asked.hostname in self._names  # a proxy that passes on its own Host


class ToldAddress:
    """
    Tells Streamlit's page where its server is: on a link to a page it would ask under that page first, and fail.

    The address is where the page was opened, without the page's own name; a proxy may serve it under any path.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        head: Message = {}

        async def send_told(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
                return
            body: bytes = message.get("body", b"")
            if head and _is_page(head):
                body = body.replace(b"<head>", _TOLD, 1)
                headers = MutableHeaders(scope=head)
                more = len(body) - len(message.get("body", b""))
                if "content-length" in headers:
                    headers["content-length"] = str(int(headers["content-length"]) + more)
            if head:
                await send(head)
                head = {}
            await send({**message, "body": body})

        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]  # nothing can be put into a zip
        await self._app({**scope, "headers": plain}, receive, send_told)


def _is_page(start: Message) -> bool:
    return start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _port(address: SplitResult) -> int | None:
    return address.port or PORTS.get(address.scheme)


def allowed_hosts() -> list[str]:
    """Streamlit's server.allowedHosts as Host headers spell them: an IPv6 address is written in brackets."""
    names = [str(name).strip() for name in st.get_option("server.allowedHosts")]
    return [f"[{name}]" if ":" in name else name for name in names] or ["*"]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Pause what is running when the server ends: uvicorn raises the signal that ended it again afterwards."""
    await asyncio.to_thread(shared.start)
    try:
        yield
    finally:
        await asyncio.to_thread(shared.close, LEAVE_S)


app = st.App(
    Path(__file__).with_name("app.py"),
    lifespan=lifespan,
    routes=api.routes(st.get_option("server.baseUrlPath")),
    middleware=[
        Middleware(SafetyHeaders),
        Middleware(ToldAddress),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(), www_redirect=False),
        Middleware(OwnOrigin, allowed_hosts=allowed_hosts()),
    ],
)
