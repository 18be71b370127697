"""Tests of providers.body: what a call says."""

from __future__ import annotations

import json

import pytest

from engine.errors import SpecError
from engine.providers import Profile, payload

ASK = {"model": "m", "system": "s", "user": "u", "max_tokens": 9, "temperature": 0.5}


@pytest.mark.parametrize(
    ("json_mode", "schema", "expected"),
    [("schema", {}, "json_schema"), ("schema", None, "json_object"), ("object", {}, "json_object"), ("none", {}, None)],
)
def test_json_is_asked_for_as_the_profile_says(json_mode: str, schema: object, expected: str | None) -> None:
    """response_format follows the profile; without a schema plain JSON is asked for."""
    asked = Profile("mine", "https://api.example.com", json_mode=json_mode)  # type: ignore[arg-type]  # parametrized
    body = json.loads(payload(asked, schema=schema, **ASK))  # type: ignore[arg-type]  # parametrized
    assert body.get("response_format", {}).get("type") == expected


def test_a_body_always_says_max_tokens_and_no_stream() -> None:
    """Every call limits its output and asks for one whole answer; the profile's own fields go along."""
    asked = Profile("mine", "https://api.example.com", extra_body={"thinking": {"type": "disabled"}})
    body = json.loads(payload(asked, schema=None, **ASK))  # type: ignore[arg-type]  # mixed values
    assert body["max_tokens"] == 9 and body["stream"] is False and body["thinking"] == {"type": "disabled"}


def test_parameters_are_required_only_with_a_schema() -> None:
    """OpenRouter is asked for endpoints that know schemas only while one is sent."""
    asked = Profile(
        "mine",
        "https://api.example.com",
        json_mode="schema",
        require_parameters=True,
        extra_body={"provider": {"sort": 1}},
    )
    assert json.loads(payload(asked, schema={}, **ASK))["provider"] == {"sort": 1, "require_parameters": True}  # type: ignore[arg-type]  # mixed values
    assert json.loads(payload(asked, schema=None, **ASK))["provider"] == {"sort": 1}  # type: ignore[arg-type]  # mixed values


def test_a_lone_surrogate_costs_no_call() -> None:
    """Half a character quoted from an answer is replaced, not raised."""
    asked = Profile("mine", "https://api.example.com")
    body = json.loads(payload(asked, schema=None, **{**ASK, "user": "字\ud800"}))  # type: ignore[arg-type]  # mixed values
    assert body["messages"][1]["content"] == "字?"


def test_a_call_needs_a_model() -> None:
    """With no model at all nothing is sent."""
    with pytest.raises(SpecError, match="model is empty"):
        payload(Profile("mine", "https://api.example.com"), schema=None, **{**ASK, "model": ""})  # type: ignore[arg-type]  # mixed values
