"""How servers word a refusal: each is understood in at most two calls, and what passes is waited for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.generate.decision import Action, History, RetryDecision
from engine.generate.outage import OutageGuard
from engine.generate.retry import decide
from engine.providers import read_answer
from engine.providers.adapt import CallForm
from engine.providers.body import sends_temperature
from engine.providers.profile import Profile
from engine.providers.reply import Answer, Reply
from engine.spec import Tuning

Body = dict[str, Any]
ONE_ITEM = 900  # tokens of a draft


def refusal(status: int, message: Any, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
    body = message if isinstance(message, dict) else {"error": {"message": message, **more}}
    return read_answer(Answer(status, headers or {}, json.dumps(body).encode()))


def extra_calls(server: Callable[[Body], Reply | None], *, items: int, mode: str = "object") -> int | None:
    """Refusals until the server takes the call, as a run adapts to it; None where the run stops."""
    profile, guard, retried = Profile("mine", "https://x/v1", json_mode=mode), OutageGuard.of(100), 0  # type: ignore[arg-type]
    for calls in range(8):
        adapted = guard.adapted
        items = min(items, adapted.max_items or items)
        needed = ONE_ITEM * items
        form = CallForm(
            items=items,
            max_tokens=adapted.allowed(int(1.35 * needed) + 200),
            needed=needed,
            response_format=adapted.response_format(profile, True),
            temperature=sends_temperature(profile, adapted),
            adapted=adapted,
        )
        name = "max_completion_tokens" if adapted.completion_tokens else "max_tokens"
        body = {name: form.max_tokens, "format": form.response_format, "items": items}
        reply = server({**body, "temperature": 0.7} if form.temperature else body)
        if reply is None:
            return calls
        history = History(3, retried=retried, alike=guard.alike_to(reply), form=form, adapted=guard.adapted)
        decision = guard.observe(reply, decide(reply, history), Tuning())
        if not decision.repeats:
            return None
        retried += decision.adapt is None
    return None


FORMATS = [
    "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.",
    "This response_format type is unavailable now",
    "At body -> response_format -> ResponseFormatText -> type: Input should be 'text'",
    "unknown field: parameter 'response_format' is not a valid field",
    "extraneous key [response_format] is not permitted, please reformat your input",
    "Failed to deserialize the JSON body: unknown field `response_format`, expected one of `model`, `messages`",
    "JSON Mode couldn't be met",
    "json: cannot unmarshal object into Go struct field ChatRequest.response_format of type string",
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    "format 'json' is not supported by this backend",
    "不支持的参数：response_format",
    "该模型不支持 JSON 模式输出",
]


@pytest.mark.parametrize("message", FORMATS)
@pytest.mark.parametrize(("mode", "status"), [("object", 400), ("schema", 400), ("object", 422), ("object", 415)])
def test_a_format_that_is_not_taken_costs_two_calls(message: str, mode: str, status: int) -> None:
    """Whatever words say that no response_format is taken, the run goes on without it."""
    extra = extra_calls(lambda body: refusal(status, message) if body["format"] else None, items=2, mode=mode)
    assert extra is not None and extra <= 2


TEMPERATURES = [
    "invalid temperature: only 1 is allowed for this model",
    "`temperature` may only be set to 1 when thinking is enabled",
    "temperature and top_p cannot both be specified",
    "参数 temperature 取值必须为 1",
]
TOKEN_FIELDS = [
    "Unrecognized request argument supplied: max_tokens",
    "Unknown parameter: 'max_tokens'.",
    "Extra inputs are not permitted: max_tokens",
    "max_tokens has been deprecated in favor of max_completion_tokens",
    "The parameter max_tokens was removed; max_completion_tokens is required",
]


@pytest.mark.parametrize("message", [*TEMPERATURES, *TOKEN_FIELDS])
def test_a_field_that_is_not_taken_costs_one_call(message: str) -> None:
    """The temperature is left out, the tokens are asked for under the other name."""
    field = "max_tokens" if message in TOKEN_FIELDS else "temperature"
    assert extra_calls(lambda body: refusal(400, message) if field in body else None, items=2) == 1


CAPS = [
    "max_tokens is too large: {asked}. This model supports at most {most} completion tokens.",
    "`max_tokens` must be less than or equal to `{most}`, the maximum value for `max_tokens`",
    "max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens for this model",
    "Invalid max_tokens value, the valid range of max_tokens is [1, {most}]",
    "a maxOutputTokens value of {asked} but the supported range is from 1 (inclusive) to {most} (exclusive)",
    "Requested output length {asked} is above this model's maximum output length {most}",
    "num_predict cannot be larger than {most}",
    "max_tokens 参数超过模型上限 {most}",
    "max_tokens exceeds the model limit",
]


@pytest.mark.parametrize("message", CAPS)
def test_a_cap_on_what_is_written_costs_two_calls(message: str) -> None:
    """The packet is split, or less is asked for."""

    def server(body: Body) -> Reply | None:
        asked = body["max_tokens"]
        return refusal(400, message.format(asked=asked, most=1500)) if asked >= 1500 else None

    extra = extra_calls(server, items=3)
    assert extra is not None and extra <= 2


CONTEXTS = [
    "'max_tokens' is too large: {asked}. This model's maximum context length is 4096 tokens and your request has {sent}"
    " input tokens ({asked} > 4096 - {sent}).",
    "the request exceeds the available context size (4096 tokens), try increasing it",
    "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: {sent} `inputs` tokens and {asked} `max_new_tokens`",
    "total number of tokens in the prompt cannot exceed 4096",
    "The input token count (6000) exceeds the maximum number of tokens allowed (4096).",
    "Trying to keep the first 6000 tokens when context the overflows. The model is loaded with context length of 4096",
    "Input sequence length 6600 is larger than the maximum of 4096",
    "Request would exceed KV cache capacity",
    "输入内容与最大输出长度之和超过模型上下文长度 4096",
]


@pytest.mark.parametrize("message", CONTEXTS)
def test_a_context_that_is_too_small_splits_the_packet(message: str) -> None:
    """Four drafts in one call become two in two, with what still fits."""

    def server(body: Body) -> Reply | None:
        sent, asked = 1300 + 60 * body["items"], body["max_tokens"]
        return refusal(400, message.format(asked=asked, sent=sent)) if sent + asked > 4096 else None

    extra = extra_calls(server, items=4)
    assert extra is not None and extra <= 2


def decided(status: int, message: str, headers: Mapping[str, str] | None = None, **more: Any) -> RetryDecision:
    return decide(refusal(status, message, headers, **more), History(3, answered=True))


IN_FLIGHT = [
    "Your account request reached max organization concurrency: 1, please try again after 1 seconds",
    "当前API请求并发过高，请降低并发",
    "Number of concurrent connections has exceeded your rate limit",
    "Rate limit exceeded for api_key: x. Limit type: max_parallel_requests. Current limit: 2, Remaining: 0.",
    "Maximum number of pending requests reached",
    "queue is full: 8 requests are already being processed",
    "You may only have 2 simultaneous requests",
    "Too many active requests for this key (limit 2)",
    "Only one request at a time is allowed",
]


@pytest.mark.parametrize("message", IN_FLIGHT)
@pytest.mark.parametrize("status", [429, 503])
def test_a_limit_in_flight_is_known_by_its_words(message: str, status: int) -> None:
    """Fewer calls at a time help, and a Retry-After is a guess."""
    decision = decided(status, message, {"retry-after": "60"})
    assert (decision.action, decision.in_flight) == (Action.SLOW, True)
    assert status == 503 or decision.wait_s is None


PASSING: list[tuple[str, dict[str, Any], float | None]] = [
    ("Rate limit reached on tokens per min (TPM): Limit 30000, Used 29000. Please try again in 4.2s.", {}, 4.2),
    ("Your account reached organization max RPM: 3, please try again after 1 seconds", {}, 1.0),
    ("您的账户已达到速率限制，请您控制请求频率", {"code": "1302"}, None),
    ("请求过于频繁，请 6 秒后重试", {}, 6.0),
    ("Allocated quota exceeded, please increase your quota limit.", {"code": "Throttling.AllocationQuota"}, None),
    ("Rate limit exceeded: free-models-per-min.", {}, None),
    ("Resource has been exhausted (e.g. check quota).", {"type": "RESOURCE_EXHAUSTED"}, None),
    ("No deployments available for selected model, Try again in 60 seconds.", {}, 60.0),
    ("slow down", {"retry_after": 5}, 5.0),
    ("slow down", {"retryAfter": "5s"}, 5.0),
    ("slow down", {"metadata": {"retry_after_ms": 5000}}, 5.0),
    ("Please wait 12 seconds before sending another request.", {}, 12.0),
]


@pytest.mark.parametrize(("message", "more", "wait_s"), PASSING)
def test_what_passes_is_waited_for(message: str, more: dict[str, Any], wait_s: float | None) -> None:
    """A limit a minute slows the run, whatever its words; the wait is the one that is asked for."""
    decision = decided(429, message, **more)
    assert (decision.action, decision.in_flight, decision.wait_s) == (Action.SLOW, False, wait_s)


LASTING = [
    ("Rate limit reached on requests per day (RPD): Limit 200, Used 200. Please try again in 7m12s.", "quota"),
    ("Your account reached organization TPD rate limit, current:1500001, limit:1500000", "quota"),
    ("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 requests per day", "quota"),
    ("You've reached your weekly usage limit.", "quota"),
    ("You have reached your specified API usage limits. You will regain access on 2026-12-01.", "quota"),
    ("Insufficient balance", "credit"),
    ("您的账户余额不足，请充值", "credit"),
]


@pytest.mark.parametrize(("message", "reason"), LASTING)
def test_what_lasts_stops_the_run(message: str, reason: str) -> None:
    """A day's quota and an empty account do not pass in seconds."""
    decision = decided(429, message)
    assert decision.action is Action.STOP and decision.reason in (reason, "rate")


GOOGLE = {
    "error": {
        "code": 400,
        "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT",
        "details": [{"reason": "API_KEY_INVALID"}],
    }
}


@pytest.mark.parametrize(
    "body",
    [
        GOOGLE,
        {"error": {"message": json.dumps(GOOGLE, indent=2), "code": 400}},
        {"error": "Incorrect API key provided"},
    ],
)
def test_a_key_refused_with_400_stops_at_the_first_call(body: Body) -> None:
    """Google refuses a key as a bad request; nothing about the request is changed."""
    decision = decide(refusal(400, body), History(3, form=CallForm()))
    assert (decision.action, decision.reason, "API key" in str(decision.message)) == (Action.STOP, "key", True)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"message": "Provider returned error", "metadata": {"raw": "m is rate-limited upstream"}}, "upstream"),
        (
            {"message": "Provider returned error", "metadata": {"raw": '{"error": {"message": "one image"}}'}},
            "one image",
        ),
        ({"message": '{"type": "error", "error": {"message": "max is 4096"}}. Group=m'}, "max is 4096"),
        ({"message": "{not JSON} is not allowed"}, "{not JSON} is not allowed"),
    ],
)
def test_the_error_of_the_server_behind_a_gateway_is_shown(error: Body, said: str) -> None:
    """What a gateway passes on says what is wrong, not the gateway's own words around it."""
    shown = refusal(400, {"error": error}).error_message
    assert said in shown and '"error"' not in shown


@pytest.mark.parametrize("wrap", [lambda detail: detail, json.dumps], ids=["an object", "a text"])
def test_a_field_that_is_refused_is_still_named(wrap: Callable[[Body], Any]) -> None:
    """Mistral names the field in a list inside the message."""
    detail = {"detail": [{"type": "extra_forbidden", "loc": ["body", "response_format"], "msg": "Extra inputs"}]}
    reply = refusal(422, {"object": "error", "message": wrap(detail), "type": "invalid_request_error"})
    assert decide(reply, History(3, form=CallForm())).adapt is not None


def test_a_mute_500_is_asked_again_without_a_format() -> None:
    """vLLM answers 500 without a word to a response format it cannot read: the second in a row leaves it out."""
    mute = {"error": {"message": "", "type": "InternalServerError", "param": None, "code": 500}}
    assert extra_calls(lambda body: refusal(500, mute) if body["format"] else None, items=2) == 2
    told = refusal(500, "model requires more system memory (5.3 GiB) than is available (3.3 GiB)")
    assert decide(told, History(3, retried=1, form=CallForm())).adapt is None
    assert decide(refusal(500, mute), History(3, retried=1, answered=True, form=CallForm())).adapt is None


def test_a_context_is_told_from_the_figure_before_it() -> None:
    """The cap that was asked for may come before the context's size."""
    said = (
        "'max_tokens' is too large: 1800. This model's maximum context length is 4096 tokens and your request has 2500"
    )
    decision = decide(
        refusal(400, f"{said} input tokens (1800 > 4096 - 2500)."), History(3, form=CallForm(2, 1800, 1200))
    )
    assert decision.adapt is not None and decision.adapt.max_tokens == 4096 - 2500 - 16


def test_a_wait_of_days_is_stated_in_hours() -> None:
    """OpenAI names 114h18m0s: the run pauses and says so."""
    reply = refusal(429, "Rate limit reached on tokens per min (TPM). Please try again in 114h18m0s.")
    decision = decide(reply, History(3))
    assert (reply.retry_after_s, decision.action, decision.reason) == (411_480.0, Action.STOP, "long_wait")
