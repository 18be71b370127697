"""
The doors of the server: whom a request may name as its host, and what a browser may do with an answer.

Streamlit checks the Host of its websocket alone; here every request is checked by the same list, so that a name that
was rebound to this machine (DNS rebinding) reads neither the pages nor the status API.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
REFUSED = "this host is not one of the dashboard's; open it as http://localhost, or allow the name with --allowed-host"


class Doors:
    """Refuses a Host that is not in server.allowedHosts with 403, and gives every answer its safety headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif is_host_allowed(Headers(scope=scope).get("host")):
            await self._app(scope, receive, _with_headers(send))
        else:
            await JSONResponse({"error": REFUSED}, 403)(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, text in HEADERS.items():
                headers.setdefault(name, text)
        await send(message)

    return sending
