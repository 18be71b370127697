"""
The retry contract: what to do about a reply, or about the error in its place. docs/retry.md has the table and reasons.

`decide` is pure and holds every row; `wait_for` says how long a RETRY waits. ask counts the retries and lets tenacity
repeat the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from engine.errors import BadCertificate, ForeignRedirect, Late, NoAnswer, NotSent, ProviderError, TooLarge
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


class Action(StrEnum):
    """What to do next with a packet."""

    KEEP = "keep"
    """Read the text."""
    RETRY = "retry"
    """Send it again after a wait; spends a retry."""
    SLOW = "slow"
    """A rate signal: send it again when the limiter lets it; spends no retry."""
    STOP = "stop"
    """Pause the run; it can be resumed."""
    FAIL = "fail"
    """Give up this packet's slots."""
    REASK = "reask"
    """Read the text, and ask again for what is missing only."""


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """
    An action, its reason (a code, for rows), and a message for people that says what to do.

    Every action but KEEP needs a reason. `wait_s` is what the provider asked for; `in_flight`: it refused the number of
    calls in flight; `doubt`: the call may have been billed, count its upper bound; `smaller`: ask in smaller packets;
    `max_tokens`: ask for at most so many; `drop_schema`: ask for plain JSON for the rest of the run.

    Raises:
        ValueError: the reason is missing.
    """

    action: Action
    reason: str = ""
    message: str = ""
    wait_s: float | None = None
    in_flight: bool = False
    doubt: bool = False
    smaller: bool = False
    max_tokens: int | None = None
    drop_schema: bool = False

    def __post_init__(self) -> None:
        if not self.reason and self.action is not Action.KEEP:
            raise ValueError(f"the decision to {self.action} has no reason")

    @property
    def is_good(self) -> bool:
        """The reply has a text to read."""
        return self.action in (Action.KEEP, Action.REASK)

    @property
    def repeats(self) -> bool:
        """The packet is sent again as it is, or what is left of it."""
        return self.action in (Action.RETRY, Action.SLOW)


@dataclass(frozen=True, slots=True)
class History:
    """
    What happened before the reply that is decided on.

    Of this packet: `retries` (allowed), `retried`, `doubts`, `blanks`, `shrunk` (its max_tokens was lowered once). Of
    the run: `answered` (a good reply came), `pages` (replies that were no chat completion), `alike` (the same 4xx in a
    row), `schema_dropped`.
    """

    retries: int
    retried: int = 0
    doubts: int = 0
    blanks: int = 0
    answered: bool = False
    pages: int = 0
    alike: int = 0
    schema_dropped: bool = False
    shrunk: bool = False


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
        message = f"{decision.message} It asks to wait {_duration(decision.wait_s)}: resume the run after that."
        return replace(decision, action=Action.STOP, reason="long_wait", message=message)
    if history.retries == 0 and decision.reason == "length":
        return replace(decision, action=Action.KEEP)  # its complete items are paid for
    if history.retries == 0 and (decision.repeats or decision.action is Action.REASK):
        return replace(decision, action=Action.FAIL, message=f"{decision.message} retries is 0: it was not sent again.")
    if decision.action is Action.RETRY and history.retried >= history.retries:
        message = f"{decision.message} It was sent {history.retried + 1} times; raise retries, or resume later."
        return replace(decision, action=Action.FAIL, message=message)
    return decision


def _on_error(error: ProviderError, history: History) -> RetryDecision:
    said = f"{error}."
    match error:
        case BadCertificate():
            return _stop(
                "certificate", f"{said} Nothing was sent. Check base_url, or set SSL_CERT_FILE to your authority."
            )
        case NotSent() if not history.answered:
            return _stop("unreachable", f"{said} Check base_url, the network and the proxy, then resume.")
        case NotSent():
            return _retry("unreachable", said)
        case NoAnswer():
            return _on_no_answer("late" if isinstance(error, Late) else "broken_off", said, history)
        case TooLarge():
            return _page("too_large", said, history)
        case ForeignRedirect():
            return _stop("redirect", said)
    return _fail("bad_answer", said)


def _on_no_answer(reason: str, said: str, history: History) -> RetryDecision:
    if history.doubts:
        return replace(_fail(reason, f"{said} It is not paid for a third time."), doubt=True)
    return replace(_retry(reason, said), doubt=True)


def _on_reply(reply: Reply, history: History) -> RetryDecision:
    if reply.status < 300:
        return _on_completion(reply, history)
    if reply.status < 400:
        return _stop("redirect", f"The provider answers {reply.status}. Set base_url to where it serves.")
    if _asks_for_no_schema(reply) and not (history.schema_dropped and history.retried):
        message = f'{_said(reply)} From now on plain JSON is asked for; set json_mode = "object" in the profile.'
        return replace(_retry("no_schema", message), drop_schema=True)
    return _BY_STATUS.get(reply.status, _on_other_status)(reply, history)


def _on_completion(reply: Reply, history: History) -> RetryDecision:
    if not reply.envelope:
        return _page("no_envelope", "The answer is no chat completion (a login page, or a wrong base_url).", history)
    if reply.finish == "insufficient_system_resource":
        return _retry("no_resource", "The provider ran out of resources in the middle.", reply.retry_after_s)
    if reply.finish == "error":
        decision = _retry("finish_error", f"The answer broke off. {reply.error_message}".strip(), reply.retry_after_s)
        return replace(decision, doubt=reply.usage is None)
    if reply.refusal or reply.finish == "content_filter":
        return _fail(
            "refused", f"The model refuses: {reply.refusal or 'its content filter'}. Change the topic or model."
        )
    if reply.finish == "length":
        message = "The answer was cut off for its length; what is complete is kept."
        return RetryDecision(Action.REASK, "length", message, smaller=True)
    if not reply.text.strip():
        return _on_blank(history)
    return RetryDecision(Action.KEEP)


def _on_blank(history: History) -> RetryDecision:
    message = "The answer is blank, and billed; the model's output was probably no JSON."
    if history.blanks >= MAX_BLANKS:
        return _fail("blank", f"{message} Try another model.")
    return RetryDecision(Action.REASK, "blank", message)


def _on_other_status(reply: Reply, history: History) -> RetryDecision:
    if reply.status in _NOT_5XX or (reply.status < 500 and reply.status != 408):
        return _on_bad_request(reply, history)
    if reply.retryable is False:
        return _fail("server_error", f"{_said(reply)} It says that asking again is no use.")
    decision = _retry("server_error", _said(reply), reply.retry_after_s)
    return replace(decision, doubt=reply.status in _DOUBTFUL)


def _on_bad_request(reply: Reply, history: History) -> RetryDecision:
    if _matches(_MODERATION, reply):
        return _on_forbidden(reply, history)
    message = f"{_said(reply)} Check the model's name and the settings."
    if not history.answered or history.alike >= MAX_ALIKE - 1:
        return _stop("bad_request", message)
    return _fail("bad_request", message)


def _on_key(reply: Reply, history: History) -> RetryDecision:
    return _stop("key", f"{_said(reply)} The key is refused: set it again, then resume.")


def _on_payment(reply: Reply, history: History) -> RetryDecision:
    if reply.error_code == "weight_exceeds_budget":
        if history.shrunk or history.retried:
            return _stop("credit", f"{_said(reply)} Add credit, or choose a smaller batch_size.")
        return replace(_retry("too_heavy", _said(reply)), smaller=True)
    if _IN_FLIGHT.search(reply.error_code) or reply.retryable:
        return _slow("in_flight_budget", _said(reply), reply, in_flight=True)
    affordable = int(AFFORDABLE_SHARE * (reply.affordable_tokens or 0))
    if affordable >= MIN_TOKENS and not history.shrunk:
        return replace(_retry("can_afford_less", _said(reply)), max_tokens=affordable)
    return _stop("credit", f"{_said(reply)} Add credit with the provider, then resume.")


def _on_forbidden(reply: Reply, history: History) -> RetryDecision:
    if _matches(_MODERATION, reply):
        return _fail("moderation", f"{_said(reply)} The prompt was refused: change the topic or the model.")
    return _stop("forbidden", f"{_said(reply)} Check the key's budget and permissions, and the region.")


def _on_rate(reply: Reply, history: History) -> RetryDecision:
    if _matches(_QUOTA, reply) or reply.retryable is False:
        wait_s = reply.retry_after_s
        resets = f"It resets in {_duration(wait_s)}." if wait_s else "It does not say when it resets."
        return replace(_stop("quota", f"{_said(reply)} {resets} Resume then, or raise the quota."), wait_s=wait_s)
    if _matches(_IN_FLIGHT, reply):
        return _slow("in_flight_limit", _said(reply), reply, in_flight=True)
    return _slow("rate", _said(reply), reply)


_BY_STATUS: dict[int, Callable[[Reply, History], RetryDecision]] = {
    401: _on_key,
    402: _on_payment,
    403: _on_forbidden,
    407: _on_forbidden,
    429: _on_rate,
}


def _asks_for_no_schema(reply: Reply) -> bool:
    return reply.status in (400, 404, 422, 500, 501) and _matches(_SCHEMA, reply)


def _page(reason: str, message: str, history: History) -> RetryDecision:
    """A captive portal bills nothing, but a damaged completion looks the same: hence the doubt."""
    if history.pages or not history.answered:
        return replace(_stop(reason, f"{message} Check base_url and the network, then resume."), doubt=True)
    return replace(_retry(reason, message), doubt=True)


def _matches(pattern: re.Pattern[str], reply: Reply) -> bool:
    return pattern.search(f"{reply.error_code} {reply.error_message}") is not None


def _said(reply: Reply) -> str:
    said = reply.error_message or reply.error_code
    return (
        f"The provider answers {reply.status}: {said.rstrip('.')}." if said else f"The provider answers {reply.status}."
    )


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def _retry(reason: str, message: str, wait_s: float | None = None) -> RetryDecision:
    return RetryDecision(Action.RETRY, reason, message, wait_s)


def _slow(reason: str, message: str, reply: Reply, *, in_flight: bool = False) -> RetryDecision:
    return RetryDecision(Action.SLOW, reason, message, reply.retry_after_s, in_flight)


def _stop(reason: str, message: str) -> RetryDecision:
    return RetryDecision(Action.STOP, reason, message)


def _fail(reason: str, message: str) -> RetryDecision:
    return RetryDecision(Action.FAIL, reason, message)
