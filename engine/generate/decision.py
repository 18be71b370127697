"""
What is decided about a reply: keep it, send the packet again, give it up, or stop the run. retry decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.messages import NOTHING, Message
from engine.providers.adapt import ONE_DRAFT, USUAL, Adaptations, CallForm


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
    An action, and a message that says what happened and what to do; its code is the reason, for rows.

    Every action but KEEP needs a message. `wait_s` is what the provider asked for; `in_flight`: it refused the number
    of calls in flight; `doubt`: the call may have been billed, count its upper bound; `smaller`: ask in smaller
    packets; `max_tokens`: ask for at most so many; `adapt`: what the rest of the run does differently.

    Raises:
        ValueError: the message is missing.
    """

    action: Action
    message: Message = NOTHING
    wait_s: float | None = None
    in_flight: bool = False
    doubt: bool = False
    smaller: bool = False
    max_tokens: int | None = None
    adapt: Adaptations | None = None

    def __post_init__(self) -> None:
        if not self.reason and self.action is not Action.KEEP:
            raise ValueError(f"the decision to {self.action} has no reason")

    @property
    def reason(self) -> str:
        """The code of the message: what rows are grouped by."""
        return self.message.code

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

    Of this packet: `retries` (allowed), `retried`, `doubts`, `blanks`, `shrunk` (its max_tokens was changed once),
    `form` (how the call was asked). Of the run: `answered` (a good reply came), `pages` (replies in a row that were no
    chat completion), `alike` (the same 4xx in a row), `adapted` (what was learned, also from later calls).
    """

    retries: int
    retried: int = 0
    doubts: int = 0
    blanks: int = 0
    answered: bool = False
    pages: int = 0
    alike: int = 0
    shrunk: bool = False
    form: CallForm = ONE_DRAFT
    adapted: Adaptations = USUAL
