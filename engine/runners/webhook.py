"""
The webhook: tells an address of the user's that a run ended or paused, from the store's outbox.

The body is signed with HMAC-SHA256 over the time and the body, so that a receiver can tell it from a forged or an old
one. A process that dies between sending and saying so sends again: receivers know an event by its id.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt, wait_exponential

from engine.clock import Clock
from engine.errors import ProviderError, SpecError, StoreError
from engine.providers.addresses import check_base_url, is_public
from engine.providers.chat import post
from engine.providers.secrets import SECRET_CHARS, read_secret
from engine.store import RunRow, Store, committed
from engine.store.events import EventRow

log = logging.getLogger(__name__)

URL = "DRAFTMILL_WEBHOOK_URL"
SIGNED_WITH = "DRAFTMILL_WEBHOOK_SECRET"
LOOK_S = 1.0
DEADLINE_S = 10.0
ATTEMPTS = 3
"""At once; then an event waits a minute, four, sixteen ... up to four hours, eight times in all."""
FIRST_WAIT_S = 60.0
LONGEST_WAIT_S = 4 * 3600.0
_FIGURES = ("planned", "drafted", "failed", "cancelled", "open", "cost_usd")

Post = Callable[[str, bytes, Mapping[str, str]], Coroutine[Any, Any, int]]


async def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    return await post(url, body, headers, deadline_s=DEADLINE_S)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are sent, and what signs them."""

    url: str
    secret: str = field(repr=False)
    post: Post = _post


def read_webhook(env: Mapping[str, str] | None = None) -> Webhook | None:
    """
    The webhook of $DRAFTMILL_WEBHOOK_URL; None: none is set.

    Raises:
        SpecError: its address is not a public https address, or DRAFTMILL_WEBHOOK_SECRET is missing or short.
    """
    env = os.environ if env is None else env
    url = env.get(URL, "").strip()
    if not url:
        return None
    try:
        checked = check_base_url(url)
    except SpecError as error:
        private = error.fix.code in ("address_private", "address_http")
        raise SpecError(URL, error.value, "webhook_address") if private else error.renamed(URL) from None
    if not is_public(checked) or not checked.startswith("https:"):
        raise SpecError(URL, urlsplit(checked).hostname, "webhook_address")
    secret = read_secret(SIGNED_WITH, env)
    if not secret:
        raise SpecError(SIGNED_WITH, "", "token_short", least=SECRET_CHARS)
    return Webhook(checked, secret)


def sign_body(secret: str, body: bytes, at: int) -> str:
    """The header Draftmill-Signature: the time in unix seconds, and the HMAC-SHA256 of "TIME.BODY" as hex."""
    mac = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


def body_of(event: EventRow, row: RunRow) -> bytes:
    """What is sent: the event, and the figures of its run as they are now."""
    run = {"run": row.id, "purpose": row.purpose, "kind": row.kind, "lang": row.lang, "note": row.note}
    return json.dumps(
        {
            "id": event.id,
            "event": f"run.{event.state}",
            "at": event.at,
            "reason_code": event.reason_code,
            "run": {**run, **{name: getattr(row.totals, name) for name in _FIGURES}},
        }
    ).encode()


class Deliveries:
    """
    Sends what is due.

    Args:
        store: Holds the outbox.
        webhook: Where to.
        clock: Counts the waits between attempts.
    """

    def __init__(self, store: Store, webhook: Webhook, clock: Clock) -> None:
        self._store = store
        self._webhook = webhook
        self._repeat = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=1, max=10),
            retry=retry_if_result(lambda received: not received),
            retry_error_callback=lambda _state: False,
            sleep=clock.sleep,
        )
        self._clock = clock

    async def serve(self) -> None:
        """Send events as they come, until it is cancelled."""
        while True:
            await self._clock.sleep(LOOK_S)
            try:
                await self.send_due()
            except StoreError as error:
                log.info("the store did not answer: %s", error, extra={"action": "webhook_waits"})

    async def send_due(self) -> int:
        """Send what is due, the oldest first, until one is not received; how many were."""
        received = 0
        while self._store.events.any_due():
            event = await committed(self._store.events.claim())
            if event is None or not await self._deliver(event):
                break
            received += 1
        return received

    async def _deliver(self, event: EventRow) -> bool:
        body = body_of(event, self._store.runs.get(event.run))
        received = bool(await self._repeat(self._send, event, body))
        if received:
            await committed(self._store.events.sent(event.id))
        else:
            wait_s = min(FIRST_WAIT_S * 4.0 ** (event.tries - 1), LONGEST_WAIT_S)
            await committed(self._store.events.postpone(event.id, wait_s))
        return received

    async def _send(self, event: EventRow, body: bytes) -> bool:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "draftmill",
            "Draftmill-Event": str(event.id),
            "Draftmill-Signature": sign_body(self._webhook.secret, body, int(time.time())),
        }
        try:
            status = await self._webhook.post(self._webhook.url, body, headers)
        except ProviderError as error:
            log.warning("event %d: %s", event.id, error, extra={"action": "webhook_failed", "run": event.run})
            return False
        received = 200 <= status < 300
        if not received:
            about = {"action": "webhook_failed", "run": event.run}
            log.warning("event %d: the webhook answers %d", event.id, status, extra=about)
        return received
