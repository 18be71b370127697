"""
The server `draftmill` starts: the dashboard and the status API, both behind a check of the Host header.

Streamlit checks the Host of its websocket only. Starlette's TrustedHostMiddleware checks every request by the same
list, so that a name rebound to this machine (DNS rebinding) can read neither the pages nor the API.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import api

SAFETY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}


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


def allowed_hosts() -> list[str]:
    """Streamlit's server.allowedHosts as Host headers spell them: an IPv6 address is written in brackets."""
    names = [str(name).strip() for name in st.get_option("server.allowedHosts")]
    return [f"[{name}]" if ":" in name else name for name in names] or ["*"]


# uvicorn shuts down at SIGTERM and then raises it again: by default that ends the process before its runs are paused.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=api.routes(),
    middleware=[
        Middleware(SafetyHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(), www_redirect=False),
    ],
)
