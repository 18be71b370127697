"""
The retry contract: what to do about a reply, or about the error in its place. docs/retry.md has the table and reasons.

`decide` is pure and holds every row; `wait_for` says how long a RETRY waits. ask counts the retries and lets tenacity
repeat the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from engine.errors import BadCertificate, ForeignRedirect, Late, NoAnswer, NotSent, ProviderError, TooLarge
from engine.generate.decision import Action, History, RetryDecision
from engine.messages import Message
from engine.providers.reply import Reply

MAX_BLANKS = 2
MAX_ALIKE = 3
LONGEST_WAIT_S = 120.0  # a longer Retry-After pauses the run: no run waits an hour without saying so
LONGEST_BACKOFF_S = 30.0
AFFORDABLE_SHARE = 0.9
MIN_TOKENS = 64  # fewer hold no draft: the reply would be cut off and billed

_DOUBTFUL = frozenset({502, 504, 520, 524})  # a gateway gave up on a server that may still be writing
_NOT_5XX = frozenset({501, 505})  # "not supported" does not pass
_QUOTA = re.compile(r"insufficient.quota|current quota|quota.exhausted|per.?day|daily|monthly", re.IGNORECASE)
_IN_FLIGHT = re.compile(r"in.flight|concurren|simultaneous", re.IGNORECASE)
_MODERATION = re.compile(r"moderation|content.?filter|content.?policy|responsible.?ai", re.IGNORECASE)
_SCHEMA = re.compile(r"response.?format|json.?schema|structured.?output|requested parameters", re.IGNORECASE)


def decide(seen: Reply | ProviderError, history: History) -> RetryDecision:
    """
    Decide about one reply, or about the error in its place.

    Returns:
        A row of the contract; a RETRY beyond `retries` has become FAIL, and with 0 retries nothing is sent twice.
    """
    decision = _on_error(seen, history) if isinstance(seen, ProviderError) else _on_reply(seen, history)
    return _bounded(decision, history)


def wait_for(decision: RetryDecision, retried: int, rng: Random) -> float:
    """
    Seconds to wait before the next call.

    Args:
        decision: Only a RETRY waits, at least the `wait_s` the provider asked for; a SLOW waits at the limiter.
        retried: 1 for the first RETRY; the wait is drawn from 0 to 2 ** (retried - 1) seconds, at most 30.
        rng: Draws the jitter.
    """
    if decision.action is not Action.RETRY:
        return 0.0
    doublings = min(max(retried, 1) - 1, 10)
    return max(decision.wait_s or 0.0, rng.uniform(0.0, min(LONGEST_BACKOFF_S, 2.0**doublings)))


def _bounded(decision: RetryDecision, history: History) -> RetryDecision:
    if decision.repeats and decision.wait_s is not None and decision.wait_s > LONGEST_WAIT_S:
        message = Message("long_wait", {"said": decision.message, "wait": _duration(decision.wait_s)})
        return replace(decision, action=Action.STOP, message=message)
    if history.retries == 0 and decision.reason == "length":
        return replace(decision, action=Action.KEEP)  # its complete items are paid for
    if history.retries == 0 and (decision.repeats or decision.action is Action.REASK):
        return replace(decision, action=Action.FAIL, message=decision.message.then(Message("retries_none")))
    if decision.action is Action.RETRY and history.retried >= history.retries:
        times = Message("sent_times", {"times": history.retried + 1})
        return replace(decision, action=Action.FAIL, message=decision.message.then(times))
    return decision


def _on_error(error: ProviderError, history: History) -> RetryDecision:
    said = {"said": error.message}
    match error:
        case BadCertificate():
            return _stop(Message("certificate", said))
        case NotSent() if not history.answered:
            return _stop(Message("unreachable", said).then(Message("check_network")))
        case NotSent():
            return _retry(Message("unreachable", said))
        case Late():
            return _on_no_answer(Message("late", said), history)
        case NoAnswer():
            return _on_no_answer(Message("broken_off", said), history)
        case TooLarge():
            return _page(Message("too_large", said), history)
        case ForeignRedirect():
            return _stop(Message("redirect", said))
    return _fail(Message("bad_answer", said))


def _on_no_answer(message: Message, history: History) -> RetryDecision:
    if history.doubts:
        return replace(_fail(message.then(Message("not_paid_third"))), doubt=True)
    return replace(_retry(message), doubt=True)


def _on_reply(reply: Reply, history: History) -> RetryDecision:
    if reply.status < 300:
        return _on_completion(reply, history)
    if reply.status < 400:
        return _stop(Message("redirect", {"said": Message("provider_redirects", {"status": reply.status})}))
    if _asks_for_no_schema(reply) and not (history.schema_dropped and history.retried):
        return replace(_retry(_because("no_schema", reply)), drop_schema=True)
    return _BY_STATUS.get(reply.status, _on_other_status)(reply, history)


def _on_completion(reply: Reply, history: History) -> RetryDecision:
    if not reply.envelope:
        return _page(Message("no_envelope"), history)
    if reply.finish == "insufficient_system_resource":
        return _retry(Message("no_resource"), reply.retry_after_s)
    if reply.finish == "error":
        message = Message("finish_error")
        if reply.error_message:
            message = message.then(Message("said", {"text": reply.error_message}))
        return replace(_retry(message, reply.retry_after_s), doubt=reply.usage is None)
    if reply.refusal or reply.finish == "content_filter":
        return _fail(Message("refused", {"said": reply.refusal or Message("its_content_filter")}))
    if reply.finish == "length":
        return RetryDecision(Action.REASK, Message("length"), smaller=True)
    if not reply.text.strip():
        return _on_blank(history)
    return RetryDecision(Action.KEEP)


def _on_blank(history: History) -> RetryDecision:
    if history.blanks >= MAX_BLANKS:
        return _fail(Message("blank").then(Message("another_model")))
    return RetryDecision(Action.REASK, Message("blank"))


def _on_other_status(reply: Reply, history: History) -> RetryDecision:
    if reply.status in _NOT_5XX or (reply.status < 500 and reply.status != 408):
        return _on_bad_request(reply, history)
    if reply.retryable is False:
        return _fail(_because("server_error", reply).then(Message("no_use")))
    decision = _retry(_because("server_error", reply), reply.retry_after_s)
    return replace(decision, doubt=reply.status in _DOUBTFUL)


def _on_bad_request(reply: Reply, history: History) -> RetryDecision:
    if _matches(_MODERATION, reply):
        return _on_forbidden(reply, history)
    message = _because("bad_request", reply)
    if not history.answered or history.alike >= MAX_ALIKE - 1:
        return _stop(message)
    return _fail(message)


def _on_key(reply: Reply, history: History) -> RetryDecision:
    return _stop(_because("key", reply))


def _on_payment(reply: Reply, history: History) -> RetryDecision:
    if reply.error_code == "weight_exceeds_budget":
        if history.shrunk or history.retried:
            return _stop(_because("credit", reply).then(Message("credit_smaller")))
        return replace(_retry(_because("too_heavy", reply)), smaller=True)
    if _IN_FLIGHT.search(reply.error_code) or reply.retryable:
        return _slow("in_flight_budget", reply, in_flight=True)
    affordable = int(AFFORDABLE_SHARE * (reply.affordable_tokens or 0))
    if affordable >= MIN_TOKENS and not history.shrunk:
        return replace(_retry(_because("can_afford_less", reply)), max_tokens=affordable)
    return _stop(_because("credit", reply).then(Message("credit_add")))


def _on_forbidden(reply: Reply, history: History) -> RetryDecision:
    if _matches(_MODERATION, reply):
        return _fail(_because("moderation", reply))
    return _stop(_because("forbidden", reply))


def _on_rate(reply: Reply, history: History) -> RetryDecision:
    if _matches(_QUOTA, reply) or reply.retryable is False:
        wait_s = reply.retry_after_s
        resets = Message("resets_in", {"wait": _duration(wait_s)}) if wait_s else Message("resets_unknown")
        return replace(_stop(_because("quota", reply).then(resets)), wait_s=wait_s)
    if _matches(_IN_FLIGHT, reply):
        return _slow("in_flight_limit", reply, in_flight=True)
    return _slow("rate", reply)


_BY_STATUS: dict[int, Callable[[Reply, History], RetryDecision]] = {
    401: _on_key,
    402: _on_payment,
    403: _on_forbidden,
    407: _on_forbidden,
    429: _on_rate,
}


def _asks_for_no_schema(reply: Reply) -> bool:
    return reply.status in (400, 404, 422, 500, 501) and _matches(_SCHEMA, reply)


def _page(message: Message, history: History) -> RetryDecision:
    """A captive portal bills nothing, but a damaged completion looks the same: hence the doubt."""
    if history.pages or not history.answered:
        return replace(_stop(message.then(Message("check_base_url"))), doubt=True)
    return replace(_retry(message), doubt=True)


def _matches(pattern: re.Pattern[str], reply: Reply) -> bool:
    return pattern.search(f"{reply.error_code} {reply.error_message}") is not None


def _because(code: str, reply: Reply) -> Message:
    """The message of this code, with what the provider answered."""
    text = reply.error_message or reply.error_code
    if not text:
        return Message(code, {"said": Message("provider_answers_status", {"status": reply.status})})
    return Message(code, {"said": Message("provider_answers", {"status": reply.status, "said": text.rstrip(".")})})


def _duration(seconds: float) -> Message:
    if seconds < 120:
        return Message("seconds", {"n": seconds})
    return Message("minutes", {"n": seconds / 60}) if seconds < 7200 else Message("hours", {"n": seconds / 3600})


def _retry(message: Message, wait_s: float | None = None) -> RetryDecision:
    return RetryDecision(Action.RETRY, message, wait_s)


def _slow(code: str, reply: Reply, *, in_flight: bool = False) -> RetryDecision:
    return RetryDecision(Action.SLOW, _because(code, reply), reply.retry_after_s, in_flight)


def _stop(message: Message) -> RetryDecision:
    return RetryDecision(Action.STOP, message)


def _fail(message: Message) -> RetryDecision:
    return RetryDecision(Action.FAIL, message)
