"""The practice provider's reading of requests, and its envelope."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kinds import build_prompt
from engine.practice.compose import Composer
from engine.practice.faults import Fault
from engine.practice.wire import BadRequest, cut, dump, models, read_order, read_request
from engine.spec import RunSpec
from engine.work import pack, plan

SPEC = RunSpec("cloze", "en", (2, 5), ("Travel",), per_combo=2)
PACKET = pack(plan(SPEC), 4)[0]
MESSAGE = build_prompt(SPEC, PACKET).user

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


def body(user: Any = MESSAGE, **more: Any) -> bytes:
    messages = [{"role": "system", "content": "Write."}, {"role": "user", "content": user}]
    return json.dumps({"model": "practice-fast", "messages": messages, **more}).encode()


def test_a_prompt_of_the_kinds_is_an_order() -> None:
    """The user message of a packet is read with every id, length and range of blanks."""
    order = read_request(body()).order
    assert order is not None
    assert [ask.id for ask in order.asks] == [slot.id for slot in PACKET.slots]
    assert all(ask.length and ask.blanks for ask in order.asks)


@pytest.mark.parametrize(
    "change",
    [{"kind": "poem"}, {"kind": []}, {"lang": "fr"}, {"items": []}, {"items": [{}]}, {"options": [1]}, {"avoid": 3}],
)
def test_what_is_unknown_is_chat(change: dict[str, Any]) -> None:
    """A message that asks for something unknown is plain chat."""
    assert read_order(json.dumps({**json.loads(MESSAGE), **change})) is None


@given(JSON, st.sampled_from(["kind", "lang", "options", "items", "avoid"]))
def test_no_message_stops_the_reading(value: Any, name: str) -> None:
    """Whatever JSON is in a message, it is read as an order or as chat."""
    order = read_order(json.dumps({**json.loads(MESSAGE), name: value}))
    assert order is None or order.asks


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_stops_the_reading(raw: bytes) -> None:
    """Whatever bytes arrive, they are a request or are refused with words."""
    with pytest.raises(BadRequest):
        read_request(raw)


@pytest.mark.parametrize("more", [{"stream": True}, {"max_tokens": 0}, {"max_tokens": "9"}, {"messages": []}])
def test_what_is_not_served_is_refused(more: dict[str, Any]) -> None:
    """Streams, odd max_tokens and empty messages are bad requests."""
    with pytest.raises(BadRequest):
        read_request(body(**more))


def test_content_may_come_in_parts() -> None:
    """A message whose content is a list of text parts is read as their text."""
    assert read_request(body([{"type": "text", "text": MESSAGE}])).order is not None


@given(st.text(max_size=300), st.integers(1, 80))
def test_a_cut_text_keeps_to_max_tokens(text: str, most: int) -> None:
    """No text is billed above max_tokens, and one that fits is whole."""
    left, tokens, was_cut = cut(text, most)
    assert tokens <= most or not was_cut
    assert text.startswith(left)
    assert was_cut or left == text


def test_answers_carry_usage_and_cost() -> None:
    """The envelope has the served model, the tokens and what they cost in play money."""
    answer = json.loads(Composer(0).compose(read_request(body()), 1, 1_700_000_000, None).body)
    usage = answer["usage"]
    assert answer["model"] == "practice-fast"
    assert usage["cost"] == pytest.approx((usage["prompt_tokens"] * 0.15 + usage["completion_tokens"] * 0.6) / 1e6)
    assert len(json.loads(answer["choices"][0]["message"]["content"])["items"]) == len(PACKET.slots)


def test_each_draft_is_written_once() -> None:
    """Forty answers hold forty times four different passages."""
    composer, request = Composer(0), read_request(body())
    answers = [json.loads(composer.compose(request, number, 0, None).body) for number in range(40)]
    texts = [answer["choices"][0]["message"]["content"] for answer in answers]
    passages = [item["passage"] for text in texts for item in json.loads(text)["items"]]
    assert len(set(passages)) == len(passages) == 160


def test_another_model_says_its_name() -> None:
    """`other_model` answers as a model that was not asked for."""
    answer = json.loads(Composer(0).compose(read_request(body()), 1, 0, Fault.OTHER_MODEL).body)
    assert answer["model"] not in {model["id"] for model in models()["data"]}


def test_lone_surrogates_go_back_escaped() -> None:
    """A topic that is no valid text still makes a valid answer."""
    assert json.loads(dump({"title": "\ud800"})) == {"title": "\ud800"}
