"""
The reception, where calls arrive: one call runs top to bottom through `Reception.chat`: read, judge, wait, answer.

What the limits allow is decided in limits, what a fault does in faults, what is written in compose.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any

from starlette.types import Receive, Scope, Send

from engine.clock import RealClock
from engine.errors import SpecError
from engine.practice import wire
from engine.practice.book import CHAT, GONE, NO_BANK, OK, OPEN, Book, BookRow
from engine.practice.chance import unit
from engine.practice.compose import Composer
from engine.practice.faults import HTML_PAGE, SLOW_FACTOR, Fault, FaultReply, error_body, refusal, strike
from engine.practice.limits import PracticeLimiter
from engine.practice.models import MODELS, pace_of
from engine.practice.refuse import rate_headers, too_many
from engine.practice.settings import LASTING, PracticeSettings, changed

MOST_BODY = 10_000_000
REFUSAL_SHARE = 0.1  # an error comes back in a tenth of the time of an answer

Peer = tuple[str, int]
Headers = list[tuple[bytes, bytes]]
JSON: Headers = [(b"content-type", b"application/json")]
HTML: Headers = [(b"content-type", b"text/html; charset=utf-8")]


class Gone(Exception):
    """The client closed the connection before its request was whole."""


class Reception:
    """
    The provider's state: settings, limits, account, and the series of its drafts.

    Args:
        settings: How it behaves; `configure` changes it while it runs.
        key: What every call must carry as bearer; empty: no key is asked for.
    """

    def __init__(self, settings: PracticeSettings, key: str = "") -> None:
        self.settings = settings
        self.clock = RealClock(settings.time_scale)
        self.limiter = PracticeLimiter(settings)
        self.book = Book()
        self.drop: Callable[[Peer], None] | None = None
        """Drops the connection of a peer (faults `reset` and `timeout`); the server sets it."""
        self._composer = Composer(settings.seed)
        self._bearer = f"Bearer {key}".encode() if key else b""

    def configure(self, raw: Mapping[str, Any]) -> None:
        """
        Go on with some settings changed.

        Raises:
            SpecError: a value is out of bounds, or cannot be changed while the provider runs.
        """
        settings = changed(self.settings, raw)
        for name in LASTING:
            if getattr(settings, name) != getattr(self.settings, name):
                raise SpecError(name, raw[name], "restart_practice")
        self.settings = settings
        self.limiter.configure(settings)

    def stats(self, *, log: bool) -> dict[str, Any]:
        """The account, and what is going on now."""
        return {
            **self.book.to_json(log=log),
            "now": round(self.clock.now(), 4),
            "in_flight": self.limiter.in_flight,
            "most_in_flight": self.limiter.most_in_flight,
            "settings": self.settings.to_json(),
        }

    async def chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /chat/completions, as a bare ASGI application: this is the path that must be fast."""
        row = self.book.open(self.clock.now())
        try:
            body = await _read(receive)
        except Gone:
            self.book.close(row, GONE, 0)
            return
        row.at = self.clock.now()
        request = self._understand(scope, body)
        if isinstance(request, FaultReply):
            await self._refuse(row, str(request.status), request, send)
            return
        row.ids = tuple(ask.id for ask in request.order.asks) if request.order else ()
        verdict = self.limiter.arrive(row.at)
        if verdict is not None:
            await self._refuse(row, f"429_{verdict.limit}", too_many(self.settings, verdict), send)
            return
        try:
            await self._serve(row, request, scope, receive, send)
        finally:
            self.limiter.leave()
            if row.outcome == OPEN:
                self.book.close(row, GONE, 0)

    def refuse_key(self, scope: Scope) -> FaultReply | None:
        """What a call without the right key is answered; None where the key is right, or none is asked for."""
        if self._bearer and not compare_digest(_header(scope, b"authorization"), self._bearer):
            return FaultReply(401, error_body(401, "No valid key was given.", "authentication"))
        return None

    def account(self) -> dict[str, Any]:
        """The body of GET /key: simulated cost so far, and no limit."""
        return {
            "data": {"label": "practice", "usage": round(self.book.used_usd, 9), "limit": None, "limit_remaining": None}
        }

    def _understand(self, scope: Scope, body: bytes | None) -> wire.Request | FaultReply:
        refused = self.refuse_key(scope)
        if refused:
            return refused
        if body is None:
            return FaultReply(413, error_body(413, "The request is too large.", "payload_too_large"))
        try:
            request = wire.read_request(body)
        except wire.BadRequest as exc:
            return FaultReply(400, error_body(400, str(exc), "invalid_request"))
        if request.model not in MODELS:
            return FaultReply(400, error_body(400, f"{request.model[:80]} is not a valid model ID", "model_not_found"))
        return request

    async def _serve(self, row: BookRow, request: wire.Request, scope: Scope, receive: Receive, send: Send) -> None:
        shares = self.settings.faults
        fault = strike(shares, unit(self.settings.seed, "fault", row.number)) if shares else None
        wait_s = self._latency(row.number, request) * (SLOW_FACTOR if fault is Fault.SLOW else 1)
        refused = refusal(fault, request.max_tokens, _topic(request)) if fault else None
        if fault and refused:
            await self._sleep_until(row.at + wait_s * REFUSAL_SHARE)
            await self._refuse(row, fault.value, refused, send)
        elif fault is Fault.HTML:
            await self._sleep_until(row.at + wait_s * REFUSAL_SHARE)
            self.book.close(row, fault.value, 200)
            await _send(send, 200, HTML_PAGE.encode(), HTML)
        elif fault is Fault.RESET or fault is Fault.TIMEOUT:
            await self._vanish(row, fault, wait_s, scope, receive)
        else:
            await self._complete(row, request, fault, wait_s, send)

    def _latency(self, number: int, request: wire.Request) -> float:
        settings = self.settings
        swing = 1 + settings.jitter * (2 * unit(settings.seed, "jitter", number) - 1)
        return (settings.base_ms + settings.item_ms * request.items) / 1000 * swing * pace_of(request.model)

    async def _complete(
        self, row: BookRow, request: wire.Request, fault: Fault | None, wait_s: float, send: Send
    ) -> None:
        try:
            shares = self.settings.faults
            crowded, missing = shares.get(Fault.CROWDED, 0.0), shares.get(Fault.MISSING_WORD, 0.0)
            now = int(self.clock.wall())
            composed = self._composer.compose(request, row.number, now, fault, crowded, missing, shares)
        except (ValueError, OSError) as exc:  # a bank that is missing or broken is reported; the connection is not cut
            await self._refuse(
                row, NO_BANK, FaultReply(500, error_body(500, f"No bank to write with: {exc}", "server")), send
            )
            return
        await self._sleep_until(row.at + wait_s)
        row.served, row.tokens_in, row.tokens_out = composed.served, request.tokens_in, composed.tokens_out
        self.book.used_usd += wire.cost_usd(request.model, row.tokens_in, row.tokens_out)
        self.book.close(row, fault.value if fault else OK if request.order else CHAT, 200)
        headers = JSON + _headers(rate_headers(self.settings, self.limiter, self.clock.now()))
        if fault is Fault.KEEPALIVE:
            await self._trickle(send, composed.body, headers)
        else:
            await _send(send, 200, composed.body, headers)

    async def _refuse(self, row: BookRow, outcome: str, refused: FaultReply, send: Send) -> None:
        self.book.close(row, outcome, refused.status)
        headers = refused.headers
        if refused.status == 429:
            headers = {**headers, **rate_headers(self.settings, self.limiter, self.clock.now())}
        await _send(send, refused.status, wire.dump(refused.body), JSON + _headers(headers))

    async def _vanish(self, row: BookRow, fault: Fault, wait_s: float, scope: Scope, receive: Receive) -> None:
        """Give no answer: drop the connection half-way, or hold it until the client goes or the time is up."""
        until_s = self.settings.hold_s if fault is Fault.TIMEOUT else wait_s / 2
        with suppress(TimeoutError):
            async with asyncio.timeout(until_s / self.settings.time_scale):
                await receive()
        self.book.close(row, fault.value, 0)
        if self.drop is not None and scope.get("client"):
            self.drop(tuple(scope["client"]))
            await receive()  # returns when the server has seen that the connection is gone

    async def _trickle(self, send: Send, body: bytes, headers: Headers) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(math.ceil(self.settings.keepalive_s)):
            await send({"type": "http.response.body", "body": b"\n", "more_body": True})
            await self.clock.sleep(1.0)
        await send({"type": "http.response.body", "body": body})

    async def _sleep_until(self, due: float) -> None:
        await self.clock.sleep(due - self.clock.now())


async def _read(receive: Receive) -> bytes | None:
    """The whole request body; None when it is larger than the cap."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, status: int, body: bytes, headers: Headers) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


def _headers(headers: Mapping[str, str]) -> Headers:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for given, value in scope["headers"] if given == name), b"")


def _topic(request: wire.Request) -> str:
    return request.order.asks[0].topic if request.order else ""
