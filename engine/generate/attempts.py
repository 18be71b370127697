"""
Counts the calls made for one packet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import ProviderError
from engine.generate.context import RunContext
from engine.generate.decision import Action, History, RetryDecision
from engine.providers.adapt import ONE_DRAFT, CallForm
from engine.providers.reply import Reply


@dataclass(frozen=True, slots=True)
class PacketAttempts:
    """The calls made for one packet so far: all of them, RETRYs, calls in doubt and blank replies."""

    calls: int = 0
    retried: int = 0
    doubts: int = 0
    blanks: int = 0
    max_tokens: int | None = None
    """In place of the estimate, once the provider asked for less or cut the reply off."""

    def history(self, context: RunContext, seen: Reply | ProviderError, form: CallForm = ONE_DRAFT) -> History:
        """These counters together with the run's, for `decide`."""
        outage = context.outage
        return History(
            retries=context.tuning.retries,
            retried=self.retried,
            doubts=self.doubts,
            blanks=self.blanks,
            answered=outage.answered,
            pages=outage.pages,
            alike=outage.alike_to(seen),
            shrunk=self.max_tokens is not None,
            form=form,
            adapted=outage.adapted,
        )

    def after(self, decision: RetryDecision) -> PacketAttempts:
        """The counters after one more call."""
        return replace(
            self,
            calls=self.calls + 1,
            retried=self.retried + (decision.action is Action.RETRY and decision.adapt is None),
            doubts=self.doubts + decision.doubt,
            blanks=self.blanks + (decision.reason == "blank"),
            max_tokens=decision.max_tokens or self.max_tokens,
        )
