"""Tests of providers.chat: the key stays in, proxies are followed with care, models are listed."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from engine.errors import BadAnswer, NoAnswer, NotSent, SpecError
from engine.providers import Key, Profile
from engine.providers.chat import Chat
from tests.unit.serving import CANARY, GOOD, answering, profile, sent, serving


async def mocked(handler: Callable[[httpx.Request], httpx.Response]) -> bytes:
    transport = httpx.MockTransport(handler)
    async with Chat(profile(), Key(CANARY), deadline_s=5.0, connections=1, transport=transport) as chat:
        return (await chat.send(b"{}")).body


async def test_no_error_tells_the_key() -> None:
    """A transport that quotes the whole request does not reveal the key."""

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
    """What is no list of models is reported as such, with its status."""
    with pytest.raises(BadAnswer, match=str(status)):
        await models(status, body)


async def test_models_are_asked_for_without_a_body() -> None:
    """GET /models carries no body over a real connection."""
    async with (
        serving(answering(b'{"data": [{"id": "m"}]}')) as port,
        Chat(profile(port), None, deadline_s=5, connections=1) as chat,
    ):
        assert await chat.models() == ["m"]
