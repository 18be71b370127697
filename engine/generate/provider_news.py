"""
What a call says about its provider, for the circuit breaker that all processes share.
"""

from __future__ import annotations

from engine.errors import Late, NoAnswer, NotSent, ProviderError
from engine.generate.context import RunContext
from engine.generate.decision import Action, RetryDecision
from engine.generate.outage import NO_COMPLETION
from engine.providers.reply import Reply
from engine.store import ProviderNews


def news_of(context: RunContext, seen: Reply | ProviderError, decision: RetryDecision) -> ProviderNews | None:
    """
    What a call says about its provider, after the run's guard has counted it.

    Returns:
        None where it says nothing for others: it never left this machine, its deadline is this run's, or a gateway
        answered in the provider's place.
    """
    if isinstance(seen, NotSent | Late) or decision.reason in NO_COMPLETION:
        return None
    is_answer = isinstance(seen, Reply) and seen.status < 500
    if not is_answer and not isinstance(seen, Reply | NoAnswer):
        return None
    is_down = decision.action is Action.STOP and decision.reason == "provider_down"
    return ProviderNews(
        breaker=context.breaker,
        at=context.clock.wall(),
        answered=is_answer,
        trips_at=1 if is_down else context.outage.trips_at(context.tuning),
        why=decision.message.values["why"] if is_down else decision.message,
    )
