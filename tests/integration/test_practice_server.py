"""The practice provider over HTTP: what a client sees of its answers, limits and faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from engine.errors import SpecError
from engine.kinds import build_prompt, kind_of, read_reply
from engine.kinds.alignment.options import AlignmentOptions
from engine.kinds.cloze.options import ClozeOptions
from engine.kinds.shadowing.options import ShadowingOptions
from engine.practice import Fault, PracticeProcess, PracticeSettings
from engine.spec import Lang, Options, RunSpec
from engine.work import pack, plan
from tests.matrix import matrix

OPTIONS: dict[str, Options] = {
    "cloze": ClozeOptions(),
    "shadowing": ShadowingOptions(),
    "alignment": AlignmentOptions(),
}
QUICK = PracticeSettings(base_ms=0, item_ms=0, keepalive_s=2, time_scale=20)
SPEC = RunSpec("cloze", "en", (2, 5), ("Travel",), per_combo=2)


@pytest.fixture(scope="module")
def process() -> Iterator[PracticeProcess]:
    with PracticeProcess(QUICK) as started:
        yield started


@pytest.fixture
def provider(process: PracticeProcess) -> PracticeProcess:
    """The one process of this file, as if it had just been started."""
    process.configure(QUICK)
    return process


@pytest.fixture
def client(provider: PracticeProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=provider.base_url, timeout=20, trust_env=False) as opened:
        yield opened


def request(spec: RunSpec = SPEC, size: int = 4, **more: Any) -> dict[str, Any]:
    """The body that asks for the spec's first packet."""
    prompt = build_prompt(spec, pack(plan(spec), size, kind_of(spec.kind).packet)[0])
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    return {"model": "practice-fast", "messages": messages, "max_tokens": prompt.max_tokens, **more}


def ask(client: httpx.Client, body: dict[str, Any] | None = None) -> httpx.Response:
    return client.post("/chat/completions", json=body or request())


def outcomes(provider: PracticeProcess) -> dict[str, int]:
    return dict(provider.stats()["outcomes"])


@pytest.mark.parametrize(("kind", "lang"), matrix(["cloze", "shadowing", "alignment"], ["en", "ja", "zh"]))
def test_an_answer_reads_back_whole(client: httpx.Client, kind: str, lang: Lang) -> None:
    """What a prompt asks for comes back as drafts: none refused, none flagged."""
    spec = RunSpec(kind, lang, (1, 3, 6), ("Travel", "学校"), options=OPTIONS[kind])
    packet = pack(plan(spec), 3, kind_of(kind).packet)[0]
    choice = ask(client, request(spec, 3)).json()["choices"][0]
    reading = read_reply(choice["message"]["content"], packet, spec)
    assert (choice["finish_reason"], reading.rejections, len(reading.drafts)) == ("stop", (), len(packet.slots))
    assert not [flag for draft in reading.drafts for flag in draft.flags if flag.severity == "flagged"]


def test_both_roots_and_the_models_answer(provider: PracticeProcess) -> None:
    """The API answers with and without /v1, and lists its three models."""
    root = provider.base_url.removesuffix("/v1")
    for base in (root, provider.base_url):
        assert httpx.post(f"{base}/chat/completions", json=request(), trust_env=False).status_code == 200
        listed = httpx.get(f"{base}/models", trust_env=False).json()["data"]
        assert [model["id"] for model in listed] == ["practice-fast", "practice-strong", "practice-small"]
    assert httpx.get(f"{root}/health", trust_env=False).json() == {"status": "ok"}


def test_an_unknown_model_is_told(client: httpx.Client) -> None:
    """An unknown model is a 400 model_not_found in OpenRouter's shape."""
    answer = ask(client, request(model="gpt-practice"))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["metadata"]["error_type"]) == (400, 400, "model_not_found")


def test_chat_gets_a_line_of_text(client: httpx.Client) -> None:
    """A message that asks for no drafts is answered in words."""
    body = {"model": "practice-strong", "messages": [{"role": "user", "content": "Hello!"}]}
    message = ask(client, body).json()["choices"][0]["message"]
    assert message["content"].startswith("This is the practice provider")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"model": "practice-fast"}', b"\xff\xfe"])
def test_a_bad_body_is_a_400(client: httpx.Client, content: bytes) -> None:
    """Bytes that are no request are refused with words."""
    answer = client.post("/chat/completions", content=content)
    assert (answer.status_code, bool(answer.json()["error"]["message"])) == (400, True)


def test_too_small_max_tokens_cut_the_answer(client: httpx.Client) -> None:
    """An answer longer than max_tokens is cut there, says so, and is billed at max_tokens."""
    answer = ask(client, request(max_tokens=100)).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 100


async def test_calls_at_one_time_never_get_the_same_draft(provider: PracticeProcess) -> None:
    """Forty calls in flight together bring 160 different passages."""
    provider.configure({"base_ms": 60_000})
    answers = await together(provider, 40)
    texts = [answer.json()["choices"][0]["message"]["content"] for answer in answers]
    passages = [item["passage"] for text in texts for item in json.loads(text)["items"]]
    assert len(set(passages)) == len(passages) == 160
    assert provider.stats()["most_in_flight"] == 40


async def test_calls_in_flight_are_capped(provider: PracticeProcess) -> None:
    """Of 20 calls at one time under a cap of 5, five are answered and the others get 429 with Retry-After."""
    provider.configure({"base_ms": 60_000, "max_in_flight": 5})
    answers = await together(provider, 20)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 15
    assert all(float(answer.headers["retry-after"]) > 0 for answer in refused)


async def test_the_window_is_kept(provider: PracticeProcess) -> None:
    """The provider's own log shows at most rpm accepted starts in a window, however many calls were sent."""
    before = provider.stats()["calls"]
    provider.configure({"rpm": 7, "window_s": 10})
    for _ in range(4):
        await together(provider, 10)
    log = [row for row in provider.stats(log=True)["log"] if row["number"] > before]
    starts = [row["at"] for row in log if row["outcome"] == "ok"]
    assert len(log) == 40
    assert all(sum(first <= start < first + 10 for start in starts) <= 7 for first in starts)
    assert sum(row["outcome"] == "429_rate" for row in log) == 40 - len(starts) > 0


async def together(provider: PracticeProcess, calls: int) -> list[httpx.Response]:
    """Calls sent at one time, each on a connection of its own."""
    limits = httpx.Limits(max_connections=calls)
    async with httpx.AsyncClient(base_url=provider.base_url, timeout=30, limits=limits, trust_env=False) as client:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(client.post("/chat/completions", json=request())) for _ in range(calls)]
        return [task.result() for task in tasks]


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.UNAVAILABLE, 503, "provider_overloaded"),
        (Fault.RATE, 429, "rate_limit_exceeded"),
        (Fault.INTERNAL, 500, "server"),
        (Fault.ERROR_200, 200, '"error"'),
        (Fault.FINISH_ERROR, 200, '"finish_reason":"error"'),
        (Fault.TRUNCATED, 200, '"finish_reason":"length"'),
        (Fault.FENCED, 200, "```json"),
        (Fault.BLANK, 200, '"content":"    '),
        (Fault.HTML, 200, "<!doctype html>"),
        (Fault.KEEPALIVE, 200, "\n\n{"),
        (Fault.WRONG_SCRIPT, 200, "我"),
        (Fault.QUOTA, 429, "insufficient_quota"),
        (Fault.CREDITS, 402, "credits"),
        (Fault.IN_FLIGHT_BUDGET, 402, "in_flight_budget_exhausted"),
        (Fault.AFFORD, 402, "can only afford"),
        (Fault.MODERATION, 403, "moderation"),
        (Fault.SLOW, 200, '"finish_reason":"stop"'),
        (Fault.DOUBLED_ID, 200, '"finish_reason":"stop"'),
        (Fault.UNKNOWN_ID, 200, '\\"id\\":\\"x'),
        (Fault.SHORT, 200, '"finish_reason":"stop"'),
        (Fault.MALFORMED, 200, '"finish_reason":"stop"'),
        (Fault.OTHER_MODEL, 200, "practice-fallback"),
    ],
)
def test_a_fault_shows_on_the_wire(
    provider: PracticeProcess, client: httpx.Client, fault: Fault, status: int, said: str
) -> None:
    """Each fault is answered as it is described, and is counted under its name."""
    before = outcomes(provider).get(fault.value, 0)
    provider.configure({"faults": {fault.value: 1.0}})
    answer = ask(client)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert outcomes(provider)[fault.value] == before + 1


def test_a_reset_drops_the_connection(provider: PracticeProcess, client: httpx.Client) -> None:
    """`reset` ends the connection without an answer, and the next call gets one again."""
    provider.configure({"faults": {"reset": 1.0}})
    with pytest.raises(httpx.TransportError):
        ask(client)
    provider.configure(QUICK)
    assert ask(client).status_code == 200


def test_a_held_call_leaves_with_its_client(provider: PracticeProcess, client: httpx.Client) -> None:
    """`timeout` holds the answer; when the client gives up, its place in flight is free again."""
    provider.configure({"faults": {"timeout": 1.0}, "max_in_flight": 1})
    with pytest.raises(httpx.ReadTimeout):
        client.post("/chat/completions", json=request(), timeout=0.3)
    provider.configure({"faults": {}, "max_in_flight": 0})
    assert any(provider.stats()["in_flight"] == 0 for _ in range(500))
    assert outcomes(provider)["timeout"] >= 1


def test_a_held_call_ends_by_itself(provider: PracticeProcess, client: httpx.Client) -> None:
    """After hold_s the connection of a held call is closed without an answer."""
    provider.configure({"faults": {"timeout": 1.0}, "hold_s": 1})
    with pytest.raises(httpx.TransportError):
        ask(client)


def test_nothing_is_lost_from_the_account(provider: PracticeProcess, client: httpx.Client) -> None:
    """Calls = outcomes + open; items and tokens are those of the answers."""
    before = provider.stats()
    usage = [ask(client).json()["usage"] for _ in range(3)]
    after = provider.stats()
    assert after["calls"] == sum(after["outcomes"].values()) + after["open"] == before["calls"] + 3
    assert after["items_served"] - before["items_served"] == 12
    assert after["tokens_out"] - before["tokens_out"] == sum(one["completion_tokens"] for one in usage)


def test_settings_out_of_bounds_change_nothing(provider: PracticeProcess) -> None:
    """A bad setting comes back as the SpecError it is; seed and time scale need a new start."""
    for raw in ({"jitter": 2}, {"faults": {"503": 2}}, {"colour": "red"}, {"seed": 1}, {"time_scale": 1.0}):
        with pytest.raises(SpecError):
            provider.configure(raw)
    assert provider.stats()["settings"] == QUICK.to_json()


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_web_page_cannot_change_settings(provider: PracticeProcess, headers: dict[str, str]) -> None:
    """A request that comes from a page, or under another host's name, is refused."""
    url = provider.base_url.removesuffix("/v1") + "/settings"
    answer = httpx.post(url, json={"rpm": 1}, headers=headers, trust_env=False)
    assert answer.status_code == 403
    assert provider.stats()["settings"]["rpm"] == 0
