"""
Reads answers of any shape: what the body says, and what the headers promise.

Pure, and never raises. What to do about an answer is decided by retry; its drafts are read by kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.money.usage import Usage
from engine.providers.dialects import completion_of
from engine.providers.errors_in import as_error, error_beside, message_of
from engine.providers.headers import MOST_TOKENS, duration_s, first, number, read_rates, retry_after, seconds_to_wait
from engine.providers.message import choice_text, has_thoughts
from engine.providers.redaction import Redactor
from engine.providers.reply import Answer, Reply
from engine.providers.stream import json_of

LONGEST_MESSAGE = 500
MOST_COST_USD = 10_000.0

# Codes that say more than the general one beside them (OpenRouter, DeepSeek and OpenAI documentation).
_TELLING = (
    "in_flight_budget_exhausted",
    "openrouter_in_flight_budget",
    "weight_exceeds_budget",
    "insufficient_quota",
    "model_not_found",
    "content_policy_violation",
    "content_filter",
    "moderation",
)
# The status of an error inside a 200 that has no number of its own; the first that fits.
_STATUS_BY_WORD = (
    (re.compile(r"rate.?limit|too.?many|quota|throttl|limit (?:has been )?(?:reached|exceeded)"), 429),
    (re.compile(r"overload|unavailable|capacity|system_resource"), 503),
    (re.compile(r"time.?out|timed.?out"), 504),
    (re.compile(r"authenti|api.?key|unauthori|access.?token|invalid.?token|login fail"), 401),
    (re.compile(r"credit|balance|payment|budget|billing"), 402),
    (re.compile(r"moderation|permission|forbidden|content_"), 403),
    (re.compile(r"not.?found|does not exist"), 404),
    (re.compile(r"invalid|unsupported|context_length|bad.?request"), 400),
)
_WAIT_IN_WORDS = re.compile(
    r"(?:again|retry|wait|resets?|available)\b[^.\d]{0,20}?(?P<span>(?P<figure>\d{1,7}(?:\.\d{1,6})?)\s?"
    r"(?P<unit>ms|milliseconds?|s\b|secs?|seconds?|m(?:\d{1,2}(?:\.\d+)?s)?\b|mins?|minutes?"
    r"|h(?:\d{1,2}m)?(?:\d{1,2}(?:\.\d+)?s)?\b|hours?))",
    re.IGNORECASE,
)
_WAIT_IN_CHINESE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s?(秒|分钟?|小时|時間)\s?[后後]")
_CHINESE_UNIT_S = {"秒": 1.0, "分": 60.0, "分钟": 60.0, "小时": 3600.0, "時間": 3600.0}
_RETRY_FIELD = re.compile(r"(?:retry|wait)_?(?:after|in)?_?(?:(ms|milliseconds)|s|sec|seconds)?", re.IGNORECASE)
_UNIT_S = {"ms": 0.001, "mil": 0.001, "m": 60.0, "min": 60.0, "h": 3600.0, "hou": 3600.0}
_TOKENS_IN = ("prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count")
_TOKENS_OUT = ("completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count")
_FINISHES = {
    "length": ("max_tokens", "model_length", "max_output_tokens", "token_limit", "max_length", "max_new_tokens"),
    "content_filter": ("safety", "recitation", "prohibited_content", "blocklist", "spii", "refusal", "sensitive"),
    "stop": ("end_turn", "stop_sequence", "eos", "eos_token", "complete", "completed", "finished"),
}
_AFFORDABLE = re.compile(r"can only afford (\d{1,9})\b")
_KEYS = Redactor("")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def read_answer(answer: Answer) -> Reply:
    """
    Read any answer.

    Returns:
        A Reply whose `status` is never a success when the body reports an error, and whose `envelope` is False when
        the body is neither a chat completion nor an error in JSON.
    """
    body = json_of(answer.body)
    if isinstance(body, list) and body:
        body = body[0]  # Google's servers wrap an error in a list
    if answer.status < 400:
        body = completion_of(body) or body
    error = _error(body, answer.status)
    if error is not None:
        return _refused(answer, body, error)
    wait_s = retry_after(answer.headers)
    if isinstance(body, dict) and "choices" in body and answer.status < 400:
        return _completed(answer.status, body, wait_s)
    text = "" if b"<" in answer.body[:200] else answer.body[:4000].decode("utf-8", "replace")
    return Reply(answer.status, envelope=False, error_message=_clean(text), retry_after_s=wait_s)


def read_models(answer: Answer) -> list[str] | None:
    """The names in an answer to GET /models, sorted; None where it is no such list."""
    body = json_of(answer.body)
    listed = body.get("data") or body.get("models") if isinstance(body, dict) else body
    if answer.status != 200 or not isinstance(listed, list):
        return None
    names = (model.get("id") or model.get("name") if isinstance(model, dict) else model for model in listed)
    return sorted({name for name in names if isinstance(name, str) and 0 < len(name) <= 200 and name.isprintable()})


def _refused(answer: Answer, body: dict[str, Any], error: dict[str, Any]) -> Reply:
    availability = _dict(first(error.get("availability"), body.get("availability")))
    code, message = _code(error, availability), message_of(error)
    status = answer.status if answer.status >= 400 else _status(error, f"{code} {message}")
    retryable = availability.get("retryable")
    afford = _AFFORDABLE.search(message.replace(",", ""))
    return Reply(
        status,
        model=_text(body.get("model"))[:200],
        usage=_usage(body.get("usage")),
        error_code=_clean(code)[:100],
        error_message=_clean(message),
        error_details=_clean(_details(error)),
        retryable=retryable if isinstance(retryable, bool) else None,
        retry_after_s=_asked_to_wait(answer, status, error, availability),
        affordable_tokens=int(afford.group(1)) if afford else None,
    )


def _asked_to_wait(answer: Answer, status: int, error: dict[str, Any], availability: dict[str, Any]) -> float | None:
    asked = number(availability.get("retry_after"))
    wait_s = first(retry_after(answer.headers), None if asked is None else seconds_to_wait(asked))
    if wait_s is not None or status not in (402, 429, 503):
        return wait_s
    named = [*_retry_delays(error), *_waits_in_fields(error), *_waits_in_words(message_of(error))]
    if named:
        return max(named)
    # OpenRouter repeats the headers of the provider behind it inside the error.
    behind = _dict(_dict(error.get("metadata")).get("headers"))
    rates = read_rates({**answer.headers, **{name.lower(): str(text) for name, text in behind.items()}})
    if status != 429:
        return None
    if rates.remaining_requests == 0 or (rates.remaining_requests is None and rates.remaining_tokens is None):
        return rates.reset_requests_s
    return rates.reset_tokens_s if rates.remaining_tokens == 0 else None


def _retry_delays(error: dict[str, Any]) -> Iterator[float]:
    """Google's RetryInfo: {"retryDelay": "5s"} among the details."""
    for detail in _dicts(error.get("details")):
        wait_s = duration_s(_text(detail.get("retryDelay")))
        if wait_s is not None and seconds_to_wait(wait_s) is not None:
            yield wait_s


def _waits_in_fields(error: dict[str, Any]) -> Iterator[float]:
    """What fields such as retry_after, retryAfter: "5s", retry_after_ms ask for."""
    for fields in (error, _dict(error.get("metadata"))):
        for name, value in fields.items():
            match = _RETRY_FIELD.fullmatch(name)
            if match is None:
                continue
            figure = number(value)
            wait_s = duration_s(_text(value)) if figure is None else figure / (1000 if match[1] else 1)
            if wait_s is not None and seconds_to_wait(wait_s) is not None:
                yield wait_s


def _waits_in_words(message: str) -> Iterator[float]:
    """What "try again in 5.9s", "retry after 2 minutes", "请 6 秒后重试" ask for."""
    for figure, unit in _WAIT_IN_CHINESE.findall(message[:2000]):
        if seconds_to_wait(wait := float(figure) * _CHINESE_UNIT_S[unit]) is not None:
            yield wait
    for match in _WAIT_IN_WORDS.finditer(message[:2000]):
        wait_s = duration_s(match["span"].replace(" ", ""))
        unit_s = _UNIT_S.get((match["unit"] or "s").lower()[:3], 1.0)
        if wait_s is None and (figure := number(match["figure"])) is not None:
            wait_s = figure * unit_s
        if wait_s is not None and seconds_to_wait(wait_s) is not None:
            yield wait_s


def _details(error: dict[str, Any]) -> str:
    """The field that is refused (OpenAI's param, pydantic's loc) and Google's quota ids."""
    loc = error.get("loc")
    named = [error.get("param"), *(loc if isinstance(loc, list) else [])]
    for detail in _dicts(error.get("details")):
        named += [_text(one.get("quotaId")) for one in _dicts(detail.get("violations"))]
    return " ".join(str(one) for one in named[:20] if isinstance(one, str | int))


def _completed(status: int, body: dict[str, Any], wait_s: float | None) -> Reply:
    choice = _choice(body.get("choices"))
    error = as_error(first(choice.get("error"), body.get("error")))
    return Reply(
        status,
        text=choice_text(choice),
        thought=has_thoughts(choice),
        finish="error" if error else _finish(choice.get("finish_reason")),
        refusal=_clean(_text(_dict(choice.get("message")).get("refusal"))),
        model=_text(body.get("model"))[:200],
        usage=_usage(body.get("usage")),
        reasoning_tokens=_reasoning_tokens(body.get("usage")),
        error_code=_clean(_code(error, {}))[:100] if error else "",
        error_message=_clean(message_of(error)) if error else "",
        retry_after_s=wait_s,
    )


def _finish(value: Any) -> str:
    """Why the model stopped, in the words of chat completions: what was cut off must be known as such."""
    said = _text(value).lower()
    return next((finish for finish, words in _FINISHES.items() if said in words), said)


def _error(body: Any, status: int) -> dict[str, Any] | None:
    if not isinstance(body, dict):
        return None
    error = as_error(body.get("error"))
    choices = body.get("choices")
    if error:
        # Partial content beside an error may hold complete items: it is read as an answer that broke off.
        return None if status < 400 and choice_text(_choice(choices)).strip() else error
    if not choices or status >= 400:
        return error_beside(body) or None
    return None


def _code(error: dict[str, Any], availability: dict[str, Any]) -> str:
    metadata = _dict(error.get("metadata"))
    named = [metadata.get("error_type"), availability.get("code"), error.get("code"), error.get("type")]
    named.append(metadata.get("limit_source"))
    codes = [code for code in named if isinstance(code, str) and code and not code.isdigit()]
    if "flagged_input" in metadata or "content exists risk" in message_of(error).lower():
        codes.append("moderation")  # OpenRouter and DeepSeek give a refused prompt no code of its own
    return next((code for code in codes if code.lower() in _TELLING), codes[0] if codes else "")


def _status(error: dict[str, Any], words: str) -> int:
    for value in (error.get("code"), error.get("status")):
        figure = number(value)
        if figure is not None and 400 <= figure < 600:
            return int(figure)
    words = words.lower()
    return next((status for pattern, status in _STATUS_BY_WORD if pattern.search(words)), 500)


def _usage(raw: Any) -> Usage | None:
    """The token count; None if it is missing or absurd: the call then counts at its upper bound."""
    usage = _dict(raw)
    tokens_in, tokens_out = (_tokens(first(*map(usage.get, names))) for names in (_TOKENS_IN, _TOKENS_OUT))
    if tokens_in is None or tokens_out is None:
        return None
    total = _tokens(usage.get("total_tokens"))
    if total is not None:
        tokens_out = max(tokens_out, total - tokens_in)  # some leave the thinking out of completion_tokens
    details = _dict(usage.get("prompt_tokens_details"))
    cached = _tokens(first(details.get("cached_tokens"), usage.get("prompt_cache_hit_tokens"))) or 0
    cost = number(usage.get("cost"))
    cost_usd = cost if cost is not None and 0 <= cost <= MOST_COST_USD else None
    return Usage(tokens_in, tokens_out, min(cached, tokens_in), cost_usd)


def _reasoning_tokens(raw: Any) -> int:
    details = _dict(_dict(raw).get("completion_tokens_details"))
    return _tokens(first(details.get("reasoning_tokens"), _dict(raw).get("reasoning_tokens"))) or 0


def _tokens(value: Any) -> int | None:
    figure = number(value)
    return int(figure) if figure is not None and 0 <= figure <= MOST_TOKENS else None


def _choice(choices: Any) -> dict[str, Any]:
    return _dict(choices[0]) if isinstance(choices, list) and choices else {}


def _clean(text: str) -> str:
    """At most 500 characters on one line, without keys and control characters."""
    return _KEYS.message(_CONTROL.sub(" ", text[: 4 * LONGEST_MESSAGE])).strip()[:LONGEST_MESSAGE]


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
