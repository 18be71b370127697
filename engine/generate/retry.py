"""
The retry contract: what to do about a reply, or about the error in its place. docs/retry.md has the table and reasons.

`decide` is pure and holds every row; `wait_for` says how long a RETRY waits. ask counts the retries and lets tenacity
repeat the call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from engine.errors import (
    BadCertificate,
    ForeignRedirect,
    Late,
    NoAnswer,
    NotSent,
    ProviderError,
    TooLarge,
    UnknownEncoding,
)
from engine.generate.adapting import MIN_TOKENS, fix_for, is_too_long
from engine.generate.decision import Action, History, RetryDecision
from engine.generate.refusals import (
    BALANCE,
    BUDGET,
    IN_FLIGHT,
    KEY,
    LASTING,
    MODERATION,
    NO_ENDPOINT,
    PER_MINUTE,
    QUOTA,
    SUSPENDED,
    because,
    duration,
    matches,
    resets,
)
from engine.kinds import without_reasoning
from engine.messages import Message
from engine.providers.adapt import Adaptations
from engine.providers.reply import Reply

BELOW_ALLOWANCE = 0.8
"""Of max_tokens; a reply that its allowance cuts off has used all of it."""
MAX_BLANKS = 2
MAX_ALIKE = 3
LONGEST_WAIT_S = 120.0  # a longer Retry-After pauses the run: no run waits an hour without saying so
LONGEST_BACKOFF_S = 30.0
AFFORDABLE_SHARE = 0.9

_DOUBTFUL = frozenset({502, 504, 520, 524})  # a gateway gave up on a server that may still be writing
_NOT_5XX = frozenset({501, 505})  # "not supported" does not pass
THINKING_TOKENS = 8_000  # for the thoughts of one call, where a model cannot answer without them


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
    if decision.action is not Action.RETRY or decision.adapt is not None:
        return 0.0
    doublings = min(max(retried, 1) - 1, 10)
    return max(decision.wait_s or 0.0, rng.uniform(0.0, min(LONGEST_BACKOFF_S, 2.0**doublings)))


def _bounded(decision: RetryDecision, history: History) -> RetryDecision:
    if decision.repeats and decision.wait_s is not None and decision.wait_s > LONGEST_WAIT_S:
        message = Message("long_wait", {"said": decision.message, "wait": duration(decision.wait_s)})
        return replace(decision, action=Action.STOP, message=message)
    if history.retries == 0 and decision.reason == "cut_off":
        return replace(decision, action=Action.KEEP)  # its complete items are paid for
    if history.retries == 0 and (decision.repeats or decision.action is Action.REASK):
        return replace(decision, action=Action.FAIL, message=decision.message.then(Message("retries_none")))
    if decision.action is Action.RETRY and decision.adapt is None and history.retried >= history.retries:
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
        case UnknownEncoding():
            return _page(Message("encoding", said), history)
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
    if reply.status in (400, 403) and matches(KEY, reply):
        return _on_key(reply, history)
    if matches(SUSPENDED, reply):
        return _stop(because("forbidden", reply))
    fix = fix_for(reply, history)
    if fix is not None:
        return replace(_retry(because(fix.reason, reply).then(fix.advice)), adapt=fix.adapt, smaller=fix.smaller)
    if matches(BUDGET, reply) and reply.status != 402:
        return _stop(because("credit", reply).then(Message("credit_budget")))
    if matches(BALANCE, reply) and reply.status in (400, 403, 429):
        return _stop(because("credit", reply).then(Message("credit_add")))
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
        return _on_cut_off(reply, history)
    if not reply.text.strip():
        return _on_blank(reply, history)
    return RetryDecision(Action.KEEP)


def _on_cut_off(reply: Reply, history: History) -> RetryDecision:
    """Thoughts that fill the allowance get a larger one, once. Several items are split; one item gets twice as much."""
    if not without_reasoning(reply.text).strip():
        return _on_endless_thoughts(history)
    message = Message("cut_off")
    adapt = Adaptations(thinking_tokens=2 * reply.reasoning_tokens) if reply.reasoning_tokens > MIN_TOKENS else None
    if history.form.items > 1:
        return RetryDecision(Action.REASK, message, smaller=True, adapt=adapt)
    if _is_below_allowance(reply, history):  # a larger allowance would not help: something else cut it
        figures = {"tokens": reply.usage.tokens_out if reply.usage else 0, "most": history.form.max_tokens}
        message = message.then(Message("cut_off_server", figures))
        return _fail(message) if history.retried else _retry(message)
    is_raised = history.shrunk or history.form.is_raised
    if not is_raised and history.retried < history.retries:
        again = _retry(message.then(Message("cut_off_twice")))
        return replace(again, max_tokens=2 * history.form.max_tokens or None)
    return _fail(message.then(Message("cut_off_raise")))


def _is_below_allowance(reply: Reply, history: History) -> bool:
    """Whether a reply was cut off long before it used its max_tokens, as the provider counts."""
    allowance = history.form.max_tokens
    return bool(reply.usage and allowance and reply.usage.tokens_out < BELOW_ALLOWANCE * allowance)


def _on_endless_thoughts(history: History) -> RetryDecision:
    message = Message("thinking")
    if history.form.adapted.thinking_tokens:
        return _stop(message.then(Message("thinking_off")))
    room = Adaptations(thinking_tokens=max(THINKING_TOKENS, 4 * history.form.max_tokens))
    return replace(_retry(message.then(Message("thinking_room"))), adapt=room)


def _on_blank(reply: Reply, history: History) -> RetryDecision:
    message = Message("blank")
    if reply.thought or reply.reasoning_tokens:
        message = message.then(Message("only_thoughts")).then(Message("thinking_off"))
    if history.blanks >= MAX_BLANKS:
        return _fail(message.then(Message("another_model")))
    return RetryDecision(Action.REASK, message)


def _on_other_status(reply: Reply, history: History) -> RetryDecision:
    if reply.status in _NOT_5XX or (reply.status < 500 and reply.status != 408):
        return _on_bad_request(reply, history)
    if reply.status == 503 and matches(IN_FLIGHT, reply):
        return _slow("in_flight_limit", reply, in_flight=True)
    if reply.retryable is False:
        return _fail(because("server_error", reply).then(Message("no_use")))
    decision = _retry(because("server_error", reply), reply.retry_after_s)
    return replace(decision, doubt=reply.status in _DOUBTFUL)


def _on_bad_request(reply: Reply, history: History) -> RetryDecision:
    if matches(MODERATION, reply):
        return _on_forbidden(reply, history)
    nothing_said = reply.status == 404 and not reply.error_message
    if reply.status in (404, 405) and not history.answered and (nothing_said or matches(NO_ENDPOINT, reply)):
        return _stop(because("no_endpoint", reply))
    if "json_validate_failed" in reply.error_code:  # Groq refuses the model's answer, not the request
        said = Message("bad_answer", {"said": (reply.error_message or reply.error_code).rstrip(".")})
        return _retry(said) if not history.alike else _stop(said.then(Message("another_model")))
    message = because("bad_request", reply)
    if is_too_long(reply):
        message = because("too_long", reply).then(Message("too_long_draft"))
    if not history.answered or history.alike >= MAX_ALIKE - 1:
        return _stop(message)
    return _fail(message)


def _on_key(reply: Reply, history: History) -> RetryDecision:
    return _stop(because("key", reply))


def _on_payment(reply: Reply, history: History) -> RetryDecision:
    if reply.error_code == "weight_exceeds_budget":
        if history.shrunk or history.retried:
            return _stop(because("credit", reply).then(Message("credit_smaller")))
        return replace(_retry(because("too_heavy", reply)), smaller=True)
    if IN_FLIGHT.search(reply.error_code) or reply.retryable:
        return _slow("in_flight_budget", reply, in_flight=True)
    affordable = int(AFFORDABLE_SHARE * (reply.affordable_tokens or 0))
    if affordable >= MIN_TOKENS and not history.shrunk:
        return replace(_retry(because("can_afford_less", reply)), max_tokens=affordable)
    return _stop(because("credit", reply).then(Message("credit_add")))


def _on_forbidden(reply: Reply, history: History) -> RetryDecision:
    if matches(MODERATION, reply):
        return _fail(because("moderation", reply))
    return _stop(because("forbidden", reply))


def _on_rate(reply: Reply, history: History) -> RetryDecision:
    wait_s = reply.retry_after_s
    if matches(IN_FLIGHT, reply):
        # A Retry-After here is a guess (LiteLLM: always 60 s): a slot is free as soon as a call ends.
        return replace(_slow("in_flight_limit", reply, in_flight=True), wait_s=None)
    lasts = matches(LASTING, reply) or not (wait_s or matches(PER_MINUTE, reply))
    if (matches(QUOTA, reply) and lasts) or reply.retryable is False:
        return replace(_stop(because("quota", reply).then(resets(reply))), wait_s=wait_s)
    return _slow("rate", reply)


_BY_STATUS: dict[int, Callable[[Reply, History], RetryDecision]] = {
    401: _on_key,
    402: _on_payment,
    403: _on_forbidden,
    407: _on_forbidden,
    429: _on_rate,
}


def _page(message: Message, history: History) -> RetryDecision:
    """A captive portal bills nothing, but a damaged completion looks the same: hence the doubt."""
    if history.pages:
        return replace(_stop(message.then(Message("check_base_url"))), doubt=True)
    return replace(_retry(message), doubt=True)


def _retry(message: Message, wait_s: float | None = None) -> RetryDecision:
    return RetryDecision(Action.RETRY, message, wait_s)


def _slow(code: str, reply: Reply, *, in_flight: bool = False) -> RetryDecision:
    return RetryDecision(Action.SLOW, because(code, reply), reply.retry_after_s, in_flight)


def _stop(message: Message) -> RetryDecision:
    return RetryDecision(Action.STOP, message)


def _fail(message: Message) -> RetryDecision:
    return RetryDecision(Action.FAIL, message)
