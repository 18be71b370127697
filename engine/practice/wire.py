"""
The chat completions API as bytes: what a request asks for, and the envelope an answer goes out in.

Reads tolerantly what the kinds' prompts send; a message that is not theirs is plain chat.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from engine.practice.models import MODELS, PRACTICE_MODELS
from engine.practice.pen import Ask, Item
from engine.practice.script import estimate_tokens
from engine.practice.style import NO_RULE, TitleRule, read_style
from engine.practice.write import LANGS, WRITERS, takes

MOST_ITEMS = 100
MOST_UNITS = 10_000
MOST_WORDS = 20
GIVEN = {"review": "drafts", "solve": "passages"}
"""Where a message of the second model has its drafts."""
ANSWERS = {"": "items", "review": "reviews", "solve": "solutions"}
CHAT_TEXT = (
    "This is the practice provider of Draftmill. It writes drafts for the JSON messages of Draftmill "
    f"({', '.join(WRITERS)} in en, ja and zh, levels 1 to 6) and answers everything else with this line."
)


class BadRequest(Exception):
    """The body is not a chat completions request; the message says why."""


@dataclass(frozen=True, slots=True)
class Order:
    """The drafts a user message asks for, or what it wants done with drafts it brings."""

    kind: str
    lang: str
    options: Mapping[str, Any]
    asks: tuple[Ask, ...]
    avoid: frozenset[str]
    task: str = ""
    """Empty: write drafts. `review`: judge those given; `solve`: fill the gaps of the passages given."""
    given: tuple[Item, ...] = ()
    """What is to be judged or solved, one for each ask."""


@dataclass(frozen=True, slots=True)
class Request:
    """A chat completions request; `order` is None when the message is plain chat."""

    model: str
    max_tokens: int | None
    tokens_in: int
    order: Order | None
    style: TitleRule = NO_RULE
    """What the system message says about titles."""

    @property
    def items(self) -> int:
        """How many drafts it asks for."""
        return len(self.order.asks) if self.order else 0


def read_request(body: bytes) -> Request:
    """
    Read the body of POST /chat/completions.

    Raises:
        BadRequest: it is no JSON object with a model and messages, or it asks for a stream.
    """
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise BadRequest("the body is not JSON") from exc
    if not isinstance(raw, dict) or not isinstance(raw.get("model"), str):
        raise BadRequest("model is missing")
    messages = raw.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, dict) for message in messages):
        raise BadRequest("messages is missing")
    if raw.get("stream"):
        raise BadRequest("stream is not supported; leave it out")
    texts = [_text(message.get("content")) for message in messages]
    said = [text for text, message in zip(texts, messages, strict=True) if message.get("role") == "user"]
    system = "\n".join(text for text, one in zip(texts, messages, strict=True) if one.get("role") == "system")
    most = raw.get("max_completion_tokens", raw.get("max_tokens"))
    if most is not None and (not _is_whole(most) or most < 1):
        raise BadRequest("max_tokens must be a whole number above 0")
    order = read_order(said[-1]) if said else None
    return Request(raw["model"], most, sum(map(estimate_tokens, texts)), order, read_style(system))


def read_order(text: str) -> Order | None:
    """The drafts a user message asks for; None when it is not a message of the kinds, or asks for what is unknown."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or raw.get("kind") not in tuple(WRITERS) or raw.get("lang") not in LANGS:
        return None
    if raw.get("task") in GIVEN:
        return _read_task(raw)
    options, items, avoid = raw.get("options") or {}, raw.get("items"), raw.get("avoid") or []
    if not isinstance(options, dict) or not takes(raw["kind"], options):
        return None
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS or not isinstance(avoid, list):
        return None
    asks = [_ask(item, blank_words=raw.get("blank_words") is True) for item in items]
    known = tuple(ask for ask in asks if ask is not None)
    titles = frozenset(title for title in avoid if isinstance(title, str))
    return Order(raw["kind"], raw["lang"], options, known, titles) if len(known) == len(asks) else None


def _read_task(raw: Mapping[str, Any]) -> Order | None:
    """Drafts to judge or passages to solve; they carry no level where none is needed."""
    given = raw.get(GIVEN[raw["task"]])
    if (
        not isinstance(given, list)
        or not 0 < len(given) <= MOST_ITEMS
        or not all(isinstance(one, dict) for one in given)
    ):
        return None
    asks = [_ask({"level": 1, **one}) for one in given]
    known = tuple(ask for ask in asks if ask is not None)
    if len(known) < len(asks):
        return None
    return Order(raw["kind"], raw["lang"], {}, known, frozenset(), raw["task"], tuple(given))


def completion(
    call_id: str, created: int, model: str, text: str, finish: str, tokens_in: int, tokens_out: int, usd: float
) -> bytes:
    """The body of a 200: one choice, with usage and its simulated cost."""
    message = {"role": "assistant", "content": text, "refusal": None}
    return dump(
        {
            "id": call_id,
            "object": "chat.completion",
            "created": created,
            "model": model,
            "provider": "practice",
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "native_finish_reason": finish}],
            "usage": {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
                "prompt_tokens_details": {"cached_tokens": 0},
                "cost": usd,
            },
        }
    )


def cost_usd(model: str, tokens_in: int, tokens_out: int) -> float:
    """The simulated cost of a model's tokens."""
    price = PRACTICE_MODELS[model]
    return round((tokens_in * price.input_usd + tokens_out * price.output_usd) / 1_000_000, 9)


def cut(text: str, max_tokens: int | None) -> tuple[str, int, bool]:
    """The text within max_tokens: (text, its tokens, whether something was cut off)."""
    tokens = estimate_tokens(text)
    if max_tokens is None or tokens <= max_tokens:
        return text, tokens, False
    return text[: len(text) * max_tokens // tokens], max_tokens, True


def items_text(items: list[Item], task: str = "") -> str:
    """The reply's text, compact JSON as the system message asks for."""
    return json.dumps({ANSWERS[task]: items}, ensure_ascii=False, separators=(",", ":"))


def dump(value: Any) -> bytes:
    """Compact JSON in UTF-8; a lone surrogate of the client's own text goes back escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def models() -> dict[str, Any]:
    """The body of GET /models; prices are strings in USD a token, as OpenRouter gives them."""
    shared = {
        "object": "model",
        "created": 0,
        "owned_by": "draftmill",
        "context_length": 128_000,
        "supported_parameters": ["max_tokens", "temperature", "response_format", "structured_outputs"],
        "top_provider": {"max_completion_tokens": 16_384},
    }
    return {
        "object": "list",
        "data": [{"id": model, "name": model, "pricing": _pricing(model), **shared} for model in MODELS],
    }


def _pricing(model: str) -> dict[str, str]:
    price = PRACTICE_MODELS[model]
    return {"prompt": f"{price.input_usd / 1e6:.8f}", "completion": f"{price.output_usd / 1e6:.8f}"}


def _ask(raw: Any, *, blank_words: bool = False) -> Ask | None:
    if not isinstance(raw, dict):
        return None
    level, number, topic = raw.get("level"), raw.get("id"), raw.get("topic", "")
    if not _is_whole(level) or not 1 <= level <= 6 or not isinstance(number, str) or not isinstance(topic, str):
        return None
    counts = {name: ends for name, value in raw.items() if (ends := _range(value)) is not None}
    source = raw.get("source", "")
    text = source.strip() if isinstance(source, str) else ""
    words = raw.get("words")
    words = tuple(word for word in words[:MOST_WORDS] if isinstance(word, str)) if isinstance(words, list) else ()
    return Ask(number, topic, level, counts.get("length"), counts.get("blanks"), counts, text, words, blank_words)


def _range(raw: Any) -> tuple[int, int] | None:
    if isinstance(raw, list) and len(raw) == 2 and all(_is_whole(end) for end in raw) and 0 < raw[0] <= raw[1]:
        return min(raw[0], MOST_UNITS), min(raw[1], MOST_UNITS)
    return None


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(content: Any) -> str:
    """A message's text; newer clients send a list of parts."""
    if isinstance(content, list):
        return "".join(
            part.get("text", "") for part in content if isinstance(part, dict) and part.get("type") == "text"
        )
    return content if isinstance(content, str) else ""
