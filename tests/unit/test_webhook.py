"""The webhook: what is sent when a run ends or pauses, how it is signed, and that it is sent once."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from engine.errors import NotSent, SpecError
from engine.messages import Message
from engine.providers.chat import post
from engine.runners.webhook import ATTEMPTS, SIGNED_WITH, URL, Deliveries, Webhook, read_webhook
from engine.store import Store
from engine.store.events import MOST_TRIES
from tests.clocks import VirtualClock
from tests.unit.test_store_kit import planned

HOOK = "https://hooks.example.com/draftmill"
KEY = "s" * 32


class Receiver:
    """A server that answers as configured, then with 200."""

    def __init__(self, *answers: int | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def webhook(self) -> Webhook:
        return Webhook(HOOK, KEY, self._post)

    @property
    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.requests]

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        return await post(url, body, headers, deadline_s=5, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else 200
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, headers={"Location": "https://elsewhere.example.com"})


def ended(store: Store, state: str = "paused") -> int:
    run = planned(store)
    store.runs.end(run, state, Message("paused_by_hand")).result()  # type: ignore[arg-type]
    return run


def delivered(store: Store, receiver: Receiver) -> int:
    return asyncio.run(Deliveries(store, receiver.webhook(), VirtualClock()).send_due())


def test_each_end_and_pause_is_sent_once(database: str) -> None:
    """A paused run that is cancelled is two events, in order; a second process, or a restart, sends none again."""
    receiver = Receiver()
    with Store.open(database) as store:
        run = ended(store)
        assert delivered(store, receiver) == 1
        store.runs.end(run, "cancelled").result()
    with Store.open(database) as again, Store.open(database) as other:
        assert [delivered(again, receiver), delivered(other, receiver), delivered(again, receiver)] == [1, 0, 0]
    assert [body["event"] for body in receiver.bodies] == ["run.paused", "run.cancelled"]
    assert receiver.bodies[0]["reason_code"] == "paused_by_hand"


def test_two_processes_never_send_one_event(database: str) -> None:
    """An event that one process has claimed is not another's."""
    with Store.open(database) as one, Store.open(database) as other:
        ended(one)
        claimed = [store.events.claim().result() for store in (one, other)]
    assert [event is None for event in claimed] == [False, True]


def test_the_signature_covers_the_time_and_the_body(tmp_path: Path) -> None:
    """A receiver with the secret computes the same HMAC; the secret itself is not sent."""
    receiver = Receiver()
    with Store.open(tmp_path / "draftmill.db") as store:
        ended(store)
        delivered(store, receiver)
    (request,) = receiver.requests
    at, mac = (part.partition("=")[2] for part in request.headers["draftmill-signature"].split(","))
    signed = at.encode() + b"." + request.content
    assert mac == hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    assert KEY not in str(request.headers) + request.content.decode()


@pytest.mark.parametrize("fault", [500, 404, 302, httpx.ConnectError("refused"), httpx.ReadTimeout("late")])
def test_what_is_not_received_is_sent_again(tmp_path: Path, fault: int | Exception) -> None:
    """Any answer but a 2xx, a redirect included, and none at all: the same event once more."""
    receiver = Receiver(fault)
    with Store.open(tmp_path / "draftmill.db") as store:
        ended(store)
        assert (delivered(store, receiver), store.events.waiting()) == (1, 0)
    assert receiver.bodies[0] == receiver.bodies[1] and len(receiver.bodies) == 2


def test_tries_end(tmp_path: Path) -> None:
    """A receiver that never answers well is asked three times now, later again, and eight times three in all."""
    receiver = Receiver(*[503] * 100)
    with Store.open(tmp_path / "draftmill.db") as store:
        ended(store)
        for _ in range(MOST_TRIES + 2):
            assert delivered(store, receiver) == delivered(store, receiver) == 0
            store.events.postpone(1, -1).result()
        assert store.events.waiting() == 0
    assert len(receiver.requests) == ATTEMPTS * MOST_TRIES


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("https://127.0.0.1/x", URL),
        ("https://localhost./x", URL),
        ("http://127.0.0.1:8080", URL),
        ("https://[::1]/x", URL),
        ("https://10.0.0.7/x", URL),
        ("https://169.254.169.254/latest", URL),
        ("https://[64:ff9b::7f00:1]/x", URL),
        ("https://2130706433/x", URL),
        ("https://intranet/x", URL),
        ("https://hooks.internal/x", URL),
        ("http://hooks.example.com/x", URL),
        ("https://me:s3cr3t@hooks.example.com/x", URL),
        ("ftp://hooks.example.com", URL),
        (HOOK, SIGNED_WITH),
    ],
)
def test_an_unsafe_webhook_is_refused(url: str, field: str) -> None:
    """This machine, private networks however they are written, plain http, and a missing secret."""
    with pytest.raises(SpecError) as caught:
        read_webhook({URL: url})
    assert caught.value.field == field and "s3cr3t" not in str(caught.value)


def test_a_name_that_leads_to_a_private_address_gets_nothing() -> None:
    """What a name means is known when it is resolved: then it is refused, before a connection is made."""
    with pytest.raises(NotSent, match="leads to a private address"):
        asyncio.run(post("https://localhost:9/hook", b"{}", {}, deadline_s=5))


def test_without_an_address_nothing_is_sent() -> None:
    """No variable, no webhook; with both, the address without its last slash, and the secret in no repr."""
    assert read_webhook({}) is None
    found = read_webhook({URL: f"{HOOK}/", SIGNED_WITH: KEY})
    assert found is not None and found.url == HOOK and KEY not in repr(found)
