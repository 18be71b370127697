"""What a refused form of a call means, what is sent in its place, and that it is learned once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.generate.decision import Action, History
from engine.generate.retry import decide
from engine.providers import Profile, payload, read_answer
from engine.providers.adapt import Adaptations, CallForm
from engine.providers.reply import Answer, Reply

URL = "http://127.0.0.1:8000/v1"
OBJECT = CallForm(2, 1800, 1200)
SCHEMA = CallForm(2, 1800, 1200, "json_schema")
ONE = CallForm(1, 900, 600)
ANTHROPIC = "output_format.schema: For 'array' type, property 'minItems' is not supported"
GEMINI = "The specified schema produces a constraint that has too many states for serving"
CONTEXT = (
    "This model's maximum context length is 4096 tokens. However, you requested 4100 tokens (2300 in the messages, "
    "1800 in the completion)"
)
LITELLM = "LiteLLM Rate Limit Handler for rate limit type = key. Crossed max_parallel_requests limit. Current limit: 2"
GEMINI_QUOTA = "You exceeded your current quota, please check your plan and billing details. Please retry in 5.8s."


def refused(status: int, message: str, **more: Any) -> Reply:
    return read_answer(Answer(status, {}, json.dumps({"error": {"message": message, **more}}).encode()))


FORMATS: list[tuple[str, Reply, CallForm, set[str]]] = [
    (
        "unknown",
        refused(400, "response_format: type json_object is unknown, send json_schema or text"),
        OBJECT,
        {"json_object"},
    ),
    ("LM Studio", refused(400, "'response_format.type' must be 'json_schema' or 'text'"), OBJECT, {"json_object"}),
    ("none at all", refused(400, "no", param="response_format"), OBJECT, {"json_object", "json_schema"}),
    ("json mode", refused(400, "Json mode is not supported for this model."), OBJECT, {"json_object", "json_schema"}),
    ("an extra field", refused(422, "x", loc=["body", "response_format"]), OBJECT, {"json_object", "json_schema"}),
    ("Anthropic", refused(400, ANTHROPIC), SCHEMA, {"json_schema"}),
    ("Gemini", refused(400, GEMINI), SCHEMA, {"json_schema"}),
    ("llama.cpp", refused(500, "Failed to parse grammar"), SCHEMA, {"json_schema"}),
    ("unclear", refused(400, "Invalid argument"), SCHEMA, {"json_schema"}),
    (
        "OpenRouter",
        refused(404, "No endpoints found that can handle the requested parameters."),
        SCHEMA,
        {"json_schema"},
    ),
]


@pytest.mark.parametrize(("reply", "form", "formats"), [row[1:] for row in FORMATS], ids=[row[0] for row in FORMATS])
def test_a_refused_response_format_is_left_out_from_then_on(reply: Reply, form: CallForm, formats: set[str]) -> None:
    """The call is sent again at once, and the message says what to write into the profile."""
    decision = decide(reply, History(retries=1, form=form))
    assert decision.action is Action.RETRY and decision.adapt == Adaptations(refused_formats=frozenset(formats))
    assert "json_mode = " in str(decision.message)


@pytest.mark.parametrize("words", ["Invalid argument", "", "ungültige Anfrage", "bad request: 1003"])
def test_an_unclear_refusal_is_asked_once_without_the_format(words: str) -> None:
    """A format refused in unknown words, json_object included, is left out once to find out."""
    decision = decide(refused(400, words), History(retries=3, form=OBJECT))
    assert decision.adapt == Adaptations(refused_formats=frozenset({"json_object", "json_schema"}))
    plain = replace(OBJECT, response_format="", adapted=decision.adapt)
    assert decide(refused(400, words), History(retries=3, form=plain, alike=1)).action is Action.STOP


def test_an_unclear_refusal_of_a_call_without_a_format_is_not_tried_again() -> None:
    """Nor one after a good answer, and never for a model's name, credit or moderation."""
    for reply, history in (
        (refused(400, "Invalid argument"), History(retries=3, form=replace(OBJECT, response_format=""))),
        (refused(400, "Invalid argument"), History(retries=3, form=SCHEMA, answered=True)),
        (refused(400, "The model x does not exist", code="model_not_found"), History(retries=3, form=SCHEMA)),
    ):
        assert decide(reply, history).reason == "bad_request"


def test_json_validate_failed_is_a_bad_answer_first() -> None:
    """Groq's refusal of its own model's answer drops the format only when it comes twice in a row."""
    reply = refused(400, "Failed to validate JSON", code="json_validate_failed")
    assert decide(reply, History(retries=3, answered=True, form=OBJECT)).adapt is None
    again = decide(reply, History(retries=3, answered=True, alike=1, form=OBJECT))
    assert again.adapt == Adaptations(refused_formats=frozenset({"json_object"}))


def test_json_validate_failed_before_any_good_answer_drops_the_format() -> None:
    """The first answer of a run may not stop it: the call is sent again at once, without the format."""
    decision = decide(refused(400, "Failed", code="json_validate_failed"), History(retries=3, form=OBJECT))
    assert decision.action is Action.RETRY
    assert decision.adapt == Adaptations(refused_formats=frozenset({"json_object"}))


def test_an_answer_refused_without_any_format_stops_at_the_second() -> None:
    """Groq's refusal of its model's answer names the model, not the request."""
    reply, plain = refused(400, "Failed.", code="json_validate_failed"), replace(OBJECT, response_format="")
    assert decide(reply, History(retries=3, form=plain)).action is Action.RETRY
    stop = decide(reply, History(retries=3, alike=1, form=plain))
    assert (stop.action, str(stop.message)) == (Action.STOP, "Failed. Try another model.")


def test_the_profile_is_offered_no_format_that_was_refused_before() -> None:
    """After json_object, a refused schema leaves none."""
    before = replace(SCHEMA, adapted=Adaptations(refused_formats=frozenset({"json_object"})))
    decision = decide(refused(400, "response_format json_schema is not supported"), History(retries=3, form=before))
    assert 'json_mode = "none"' in str(decision.message)


FIELDS = [
    (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        {"param": "max_tokens"},
        Adaptations(completion_tokens=True),
    ),
    (
        "Unsupported value: 'temperature' does not support 0.7 with this model.",
        {"param": "temperature"},
        Adaptations(no_temperature=True),
    ),
    ("invalid", {"param": "temperature"}, Adaptations(no_temperature=True)),
]


@pytest.mark.parametrize(("message", "more", "adapt"), FIELDS, ids=["tokens", "temperature", "param"])
def test_a_field_that_is_not_taken_is_replaced_or_left_out(message: str, more: Any, adapt: Adaptations) -> None:
    """Newer models take another field for the tokens, and no temperature; both are learned with one call each."""
    assert decide(refused(400, message, **more), History(retries=1, form=OBJECT)).adapt == adapt


LENGTHS: list[tuple[str, Reply, CallForm, Adaptations, bool]] = [
    (
        "a cap that is enough",
        refused(400, "max_tokens 1800 is over the most: 1500 completion tokens"),
        OBJECT,
        Adaptations(max_tokens=1500),
        False,
    ),
    (
        "a cap that is not",
        refused(400, "max_tokens must be at most 700"),
        OBJECT,
        Adaptations(max_tokens=700, max_items=1),
        True,
    ),
    ("a context with room", refused(400, CONTEXT), OBJECT, Adaptations(max_tokens=1780), False),
    ("a context without", refused(400, CONTEXT.replace("2300", "3300")), OBJECT, Adaptations(max_items=1), True),
    ("no figures", refused(400, "prompt is too long"), OBJECT, Adaptations(max_items=1), True),
    ("413", refused(413, "Payload"), OBJECT, Adaptations(max_items=1), True),
    (
        "Groq",
        refused(429, "Request too large for model in organization: Limit 6000, Requested 7000"),
        OBJECT,
        Adaptations(max_items=1),
        True,
    ),
    ("one draft, a cap", refused(400, "max_tokens must be at most 500"), ONE, Adaptations(max_tokens=500), False),
    ("one draft, no figures", refused(400, "max_tokens is too large"), ONE, Adaptations(max_tokens=450), False),
]


@pytest.mark.parametrize(
    ("reply", "form", "adapt", "smaller"), [row[1:] for row in LENGTHS], ids=[row[0] for row in LENGTHS]
)
def test_a_call_that_is_too_long_is_lowered_or_split(
    reply: Reply, form: CallForm, adapt: Adaptations, smaller: bool
) -> None:
    """Where the text still fits the cap is lowered, else the packet is split; later calls know both."""
    decision = decide(reply, History(retries=1, form=form))
    assert (decision.action, decision.adapt, decision.smaller) == (Action.RETRY, adapt, smaller)


def test_a_draft_too_long_for_the_model_says_so() -> None:
    """One draft cannot be split: the run stops and names the cause."""
    learned = Adaptations(max_tokens=450)
    decision = decide(
        refused(400, "maximum context length exceeded"),
        History(3, form=CallForm(1, 450, 600, adapted=learned), adapted=learned),
    )
    assert (decision.action, decision.reason) == (Action.STOP, "too_long")


RATES = [
    ("a quota a minute", 429, GEMINI_QUOTA, {}, Action.SLOW, 5.8),
    ("RetryInfo", 429, "Your current quota is used up", {"details": [{"retryDelay": "5s"}]}, Action.SLOW, 5.0),
    ("Groq", 429, "Rate limit reached: Limit 30, Used 30. Please try again in 5.9s.", {}, Action.SLOW, 5.9),
    (
        "a quota a day",
        429,
        GEMINI_QUOTA,
        {"details": [{"violations": [{"quotaId": "GenerateRequestsPerDayPerModel"}]}]},
        Action.STOP,
        5.8,
    ),
    ("a quota without an end", 429, "You exceeded your current quota", {}, Action.STOP, None),
    ("LiteLLM in flight", 429, LITELLM, {}, Action.SLOW, None),
    (
        "LiteLLM's budget",
        429,
        "Budget has been exceeded! Current cost: 1.2",
        {"type": "budget_exceeded"},
        Action.STOP,
        None,
    ),
    ("LiteLLM's budget as a 400", 400, "ExceededBudget: over budget", {"type": "budget_exceeded"}, Action.STOP, None),
]


@pytest.mark.parametrize(
    ("status", "message", "more", "action", "wait_s"), [row[1:] for row in RATES], ids=[row[0] for row in RATES]
)
def test_a_limit_is_told_by_its_words(
    status: int, message: str, more: Any, action: Action, wait_s: float | None
) -> None:
    """What passes in seconds is waited for, what lasts stops the run, a limit in flight has no wait."""
    decision = decide(refused(status, message, **more), History(retries=3, answered=True, form=OBJECT))
    assert (decision.action, decision.wait_s) == (action, wait_s)
    if "budget" in message.lower():
        assert decision.reason == "credit"
    assert decision.in_flight == ("parallel" in message)


@pytest.mark.parametrize("body", ["404 page not found", '{"detail": "Not Found"}', '{"error": "Unknown path"}', ""])
def test_an_address_without_its_version_is_named(body: str) -> None:
    """A 404 of the server itself is about base_url, not about the model."""
    reply = read_answer(Answer(404, {}, body.encode()))
    assert decide(reply, History(retries=3)).reason == "no_endpoint"


def body_of(profile: Profile, adapted: Adaptations) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string", "enum": ["a"]}, "minItems": 1, "maxItems": 3}
    made = payload(
        profile, model="m", system="s", user="u", schema=schema, max_tokens=9, temperature=0.7, adapted=adapted
    )
    loaded: dict[str, Any] = json.loads(made)
    return loaded


def test_the_body_is_written_in_the_form_that_was_learned() -> None:
    """json_mode schema falls back to object, then to none; object to schema, then to none."""
    for mode, order in (
        ("schema", ["json_schema", "json_object", None]),
        ("object", ["json_object", "json_schema", None]),
    ):
        profile, refused_so_far = Profile("mine", URL, json_mode=mode), []
        for expected in order:
            body = body_of(profile, Adaptations(refused_formats=frozenset(refused_so_far)))
            assert body.get("response_format", {}).get("type") == expected
            refused_so_far.append(expected)
    body = body_of(Profile("mine", URL), Adaptations(completion_tokens=True, no_temperature=True))
    assert body["max_completion_tokens"] == 9 and not {"max_tokens", "temperature"} & set(body)
    assert (
        body_of(Profile("mine", URL, completion_tokens=True, send_temperature=False), Adaptations()).keys()
        == body.keys()
    )


def test_what_is_learned_adds_up_and_bounds_the_calls() -> None:
    """Tokens for thoughts are added, the lowest bound holds."""
    both = Adaptations(max_tokens=5000, thinking_tokens=4000).joined(Adaptations(max_tokens=4500, max_items=2))
    assert (both.max_items, both.allowed(400), both.allowed(1000)) == (2, 4400, 4500)


def test_a_daily_quota_says_when_it_opens() -> None:
    """A wait of seconds is no end of a day; hours are believed."""
    google = {"details": [{"violations": [{"quotaId": "GenerateRequestsPerDayPerModel"}]}, {"retryDelay": "30s"}]}
    stop = decide(refused(429, "You exceeded your current quota", **google), History(3))
    assert (stop.action, stop.message.says("resets_daily"), "30 s" in str(stop.message)) == (Action.STOP, True, False)
    free = {"metadata": {"headers": {"X-RateLimit-Reset": "1790035200000"}}}
    answer = json.dumps({"error": {"message": "Rate limit exceeded: free-models-per-day", **free}}).encode()
    reply = read_answer(Answer(429, {"date": "Mon, 21 Sep 2026 12:00:00 GMT"}, answer))
    assert "It resets in 12.0 hours" in str(decide(reply, History(3)).message)


@pytest.mark.parametrize("thoughts", [{"reasoning": "hm"}, {"reasoning_content": "hm"}])
def test_a_blank_answer_with_thoughts_names_the_setting(thoughts: dict[str, str]) -> None:
    """A model that thinks and writes nothing is distinguished from one that writes nothing."""
    body = {"choices": [{"message": {"content": "", **thoughts}, "finish_reason": "stop"}]}
    decision = decide(read_answer(Answer(200, {}, json.dumps(body).encode())), History(3))
    assert decision.reason == "blank" and "Turn thinking off" in str(decision.message)
    assert "thinking" not in str(decide(Reply(200, ""), History(3)).message)
