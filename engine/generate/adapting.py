"""
What a refused form of a call means: which part the provider does not take, and what to send in its place.

Pure. Each change is made once and holds for the run, so that a refusal costs one call, a chain of them two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.generate.decision import History
from engine.generate.refusals import BALANCE, BUDGET, MODERATION, matches
from engine.messages import Message
from engine.providers.adapt import NONE, OBJECT, SCHEMA, Adaptations, CallForm
from engine.providers.reply import Reply

MIN_TOKENS = 64  # fewer hold no draft: the reply would be cut off and billed

_FORMAT = re.compile(
    r"response.?format|json.?(?:schema|mode|object|output)|structured.?output|requested parameters|grammar|guided"
    r"|response.?mime|\bformat\b.{0,12}json|json.{0,3}(?:模式|输出|モード|出力)"
    r"|too many states|\bschema\b|for '(?:array|object|string|integer)' type",
    re.IGNORECASE,
)
_SCHEMA = re.compile(r"schema|json.?object|grammar|states|' type|structured|requested parameters", re.IGNORECASE)
_TOKENS_NAME = re.compile(r"max_completion_tokens", re.IGNORECASE)
_NOT_TAKEN = re.compile(
    r"unsupported|not support|does(?:n't| not) (?:take|accept|support)|refuse|instead|in its place|unknown|unrecogni"
    r"|unexpected|not permitted|not allowed|extra|deprecated|removed|use 'max_completion|不支持",
    re.IGNORECASE,
)
_UNKNOWN_TOKENS = re.compile(
    r"(?:unrecogni[sz]ed|unknown|unexpected|unsupported|extra|不支持)[^.\d]{0,60}max_tokens"
    r"|max_tokens\W{1,3}(?:is|was|has been)?\s?(?:not supported|unsupported|unknown|deprecated|removed)",
    re.IGNORECASE,
)
_TEMPERATURE = re.compile(r"temperature", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context.?(?:length|window|size)|maximum context|max(?:imum)?[_ ]?(?:completion|output|new)?[_ ]?tokens"
    r"|maximum (?:prompt|input|sequence|output) length|(?:sequence|output|input) length|num_predict|kv.?cache"
    r"|in the (?:prompt|input) cannot|上下文|最大(?:输出|输入)?长度"
    r"|(?:request|prompt|input|messages?|payload|body).{0,40}too (?:large|long|big)"
    r"|too many tokens|exceeds? the (?:available|maximum|limit|model)|reduce the length|string_above_max_length",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(r"\W*(?:internal[ _]?server[ _]?error)?\W*", re.IGNORECASE)
"""vLLM answers 500 and no word to a response format that it cannot read."""
_CONTEXT = re.compile(r"context|sequence|input|上下文", re.IGNORECASE)
_MODEL = re.compile(
    r"model.?not.?found|(?:no such|unknown|invalid|unsupported) model|(?:not a|no) valid model|model (?:id|name)\b"
    r"|模型.{0,8}(?:不存在|未找到|无效)|モデル.{0,10}(?:存在しません|見つかりません)"
    r"|model\W.{0,60}(?:not exist|not found|not available|unknown|no access)|not.?found.{0,20}model",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d{2,7})(?![\w.]*\w)")
_STATUSES = (400, 404, 413, 415, 422, 500, 501)


@dataclass(frozen=True, slots=True)
class Fix:
    """What to send in place of a refused form; `smaller`: in packets of half the size."""

    reason: str
    advice: Message
    adapt: Adaptations
    smaller: bool = False


def fix_for(reply: Reply, history: History) -> Fix | None:
    """
    What to change about a call after its refusal.

    Args:
        reply: The refusal, with an error status.
        history: How the call was asked, and what the run has seen; `adapted` is more than `form.adapted` where another
            call was refused first.

    Returns:
        None where the form is not at fault, or nothing is left to change.
    """
    words = _words(reply)
    if reply.status == 429 and not re.search(r"request too large", words, re.IGNORECASE):
        return None
    if reply.status not in (*_STATUSES, 429) or _MODEL.search(words):
        return None
    return (
        _other_field(reply, words, history.form)
        or _too_long(reply, words, history.form, history.adapted)
        or _other_format(reply, words, history)
    )


def is_too_long(reply: Reply) -> bool:
    """Whether a refusal is about the length of the call, not about what it asks for."""
    words = _words(reply)
    return _TOO_LONG.search(words) is not None and _MODEL.search(words) is None


def _other_field(reply: Reply, words: str, form: CallForm) -> Fix | None:
    if reply.status not in (400, 422):
        return None
    if _is_unknown_tokens_field(reply, words, form):
        advice = Message("adapt_tokens_field")
        return Fix("no_max_tokens", advice, Adaptations(completion_tokens=True))
    if form.temperature and _TEMPERATURE.search(words) and not form.adapted.no_temperature:
        advice = Message("adapt_temperature")
        return Fix("no_temperature", advice, Adaptations(no_temperature=True))
    return None


def _is_unknown_tokens_field(reply: Reply, words: str, form: CallForm) -> bool:
    if form.adapted.completion_tokens:
        return False
    if _UNKNOWN_TOKENS.search(words):
        return True
    named = _TOKENS_NAME.search(words) is not None or "max_tokens" in reply.error_details
    return named and _NOT_TAKEN.search(words) is not None


def _too_long(reply: Reply, words: str, form: CallForm, known: Adaptations) -> Fix | None:
    """The call asks for more than the model's context, output or the gateway's body holds."""
    if reply.status != 413 and not _TOO_LONG.search(words) and reply.status != 429:
        return None
    room = _room(reply.error_message, form)
    adapt = Adaptations(max_tokens=room)
    if room is not None and room >= form.needed:
        return Fix("too_long", Message("adapt_max_tokens", {"most": room}), adapt)
    if form.items > 1:
        half = -(-form.items // 2)
        split = Adaptations(max_tokens=None if _CONTEXT.search(words) else room, max_items=half)
        said = Message("adapt_items", {"most": half}) if half > 1 else Message("adapt_one_item")
        return Fix("too_long", said, split, smaller=True)
    lower = room or (form.max_tokens // 2 if known.max_tokens is None else 0)
    if MIN_TOKENS <= lower < form.max_tokens and known.max_tokens is None:
        return Fix("too_long", Message("adapt_max_tokens", {"most": lower}), Adaptations(max_tokens=lower))
    return None


def _room(message: str, form: CallForm) -> int | None:
    """The tokens that a refusal says may be written; None where it does not say."""
    numbers = _numbers(message)
    if not re.search(r"context", message, re.IGNORECASE):
        fitting = [number for number in numbers if MIN_TOKENS <= number < form.max_tokens]
        return max(fitting) - ("exclusive" in message) if fitting else None
    if form.max_tokens not in numbers or len(numbers) < 3:
        return None
    context = next(iter(_numbers(message.lower().partition("context")[2])), numbers[0])
    prompts = [number for number in numbers[1:] if number not in (form.max_tokens, context) and number < context]
    room = context - min(prompts, default=context) - 16
    return room if MIN_TOKENS <= room < form.max_tokens else None


def _numbers(text: str) -> list[int]:
    return [int(one.replace(",", "")) for one in _NUMBER.findall(text)]


def _other_format(reply: Reply, words: str, history: History) -> Fix | None:
    sent = history.form.response_format
    if sent == NONE:
        return None
    before = history.form.adapted.refused_formats
    if "json_validate_failed" in words:  # the model's answer was no JSON: once a reply was good, the request is well
        return _without({sent, *before}) if history.alike or not history.answered else None
    if _FORMAT.search(words):
        return _without({*_refused(sent, words), *before})
    is_mute = reply.status == 500 and history.retried > 0 and _SAYS_NOTHING.fullmatch(reply.error_message) is not None
    if history.answered or not (reply.status == 400 or is_mute) or _TOO_LONG.search(words):
        return None
    if any(matches(one, reply) for one in (BUDGET, BALANCE, MODERATION)):
        return None
    # Many servers refuse the format in words of their own, or in none: one call finds out.
    return _without({SCHEMA, *before} if sent == SCHEMA else {OBJECT, SCHEMA})


def _refused(sent: str, words: str) -> set[str]:
    """What a refusal rules out: only the form that was sent where another one is named, else all of them."""
    if sent == OBJECT:
        return {OBJECT} if re.search(r"json.?schema", words, re.IGNORECASE) else {OBJECT, SCHEMA}
    return {SCHEMA} if _SCHEMA.search(words) else {OBJECT, SCHEMA}


def _without(formats: set[str]) -> Fix:
    left = [one for one in (SCHEMA, OBJECT) if one not in formats]
    mode = {SCHEMA: "schema", OBJECT: "object"}.get(left[0], "none") if left else "none"
    asked = Message("adapt_format", {"format": left[0], "mode": mode}) if left else Message("adapt_no_format")
    return Fix("no_schema", asked, Adaptations(refused_formats=frozenset(formats)))


def _words(reply: Reply) -> str:
    return f"{reply.error_code} {reply.error_details} {reply.error_message}"
