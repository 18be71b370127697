"""
Keeps the belief: reweighs the hypotheses when evidence contradicts the best one, and notices that a limit changed.

What a refusal and an acceptance cost is in beliefs.py.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace

from engine.limiter.model.beliefs import PRUNE, STRAY_PRIOR, Fit, Hypothesis, Parts, weighed
from engine.limiter.model.evidence import Evidence, Refusal
from engine.limiter.model.probing import Delays
from engine.limiter.model.shapes import SHAPES, Floats, Shape

CHANGE = 5.0  # nats: the limit has changed
OTHER_SHAPE = 4.0  # nats more where the shape has changed, too
UNUSUAL = 2.0  # nats by which refusals for no reason are more than before
CLEAR = 0.8
LIKELY = 0.5
ODD_ONES = 0.25  # of the refusals in a row may be unexplained: no outage
KEPT = 6
HINT = 3.0  # nats for a Retry-After that fits, if all of them are true
HINTS = 4
HEADER = 8.0  # nats for a limit in an answer's headers, or that another process believes in
NAMED = 4.0  # nats for a cap in flight where a refusal said so
MINUTE = SHAPES.index(Shape("window", 60.0))


class Weighing:
    """
    The hypotheses about the limit, cheapest first.

    Args:
        delays: What is known of the way to the provider.
        opens_at: When a hypothesis would have let a start in, after the starts before a moment.
    """

    def __init__(self, delays: Delays, opens_at: Callable[[Hypothesis, float], float]) -> None:
        self.evidence = Evidence()
        self.found = weighed([Fit(self.evidence).weigh(())])
        self.fell = False
        """The limit fell: it may rise again."""
        self.moved = False
        """Older evidence was dropped: set here, cleared by who has noted it."""
        self.stated = 0
        """Starts a minute in the answers' headers."""
        self.shared: Parts = ()
        """What another process of the same key believes."""
        self._strays = STRAY_PRIOR
        self._moved_in = 0
        self._before_row: tuple[Evidence, tuple[float, float], list[Hypothesis]] | None = None
        self._delays = delays
        self._opens_at = opens_at

    @property
    def best(self) -> Hypothesis:
        """The most plausible hypothesis."""
        return self.found[0]

    @property
    def stray_share(self) -> float:
        """The share of starts that are refused for no reason."""
        strays, others = self._strays
        return self.best.strays / (strays + others + len(self.evidence.accepted_at))

    @property
    def certainty(self) -> float:
        """The share of belief in thresholds that mean what the most plausible ones do."""
        return min(1.0, sum(one.weight for one in self.found if one.is_like(self.best)))

    def is_settled(self) -> bool:
        """The belief explains the last refusal, and is clear: no outage."""
        return self.best.weight >= CLEAR and self.explains(self.best)

    def explains(self, one: Hypothesis) -> bool:
        """The hypothesis foretells the last refusal."""
        refused = self.evidence.refused
        return bool(refused) and not one.allows(refused[-1].fullness)

    def accept(self, at: float, pair: Floats) -> None:
        """A start was accepted: counts against the limits that forbid it; all are weighed anew if the best one does."""
        self.evidence.accept(at, pair)
        nats = [one.surprise(pair) for one in self.found]
        if nats[0] > 1.0:
            self.refit()
        elif any(nats):
            self._believe([replace(one, cost=one.cost + more) for one, more in zip(self.found, nats, strict=True)])

    def replace(self, at: float, pair: Floats) -> bool:
        """An accepted start is measured again; returns whether it now says something else of a hypothesis."""
        old = self.evidence.replace(at, pair)
        return old is not None and any(one.surprise(old) != one.surprise(pair) for one in self.found)

    def refuse(self, refusal: Refusal) -> None:
        """A start was refused."""
        self.evidence.refuse(refusal)
        self.evidence.shorten_refused(self.best.parts)
        self.refit()

    def recover(self, row: int) -> None:
        """Count only the first refusal of an outage: of a row that what is believed does not explain."""
        if self._moved_in == row and self._before_row:
            self.evidence, self._strays, self.found = self._before_row
        refused = self.evidence.refused
        of_row = [one for one in refused if one.row == row]
        unexplained = sum(self.best.allows(one.fullness) for one in of_row)
        if self._moved_in == row or self.best.weight < LIKELY or unexplained > ODD_ONES * len(of_row):
            self.evidence.refused = [one for one in refused if one.row != row or one is of_row[0]]
            self.refit()

    def refit(self) -> None:
        """Weigh all hypotheses anew."""
        before, found = self.best, self._candidates()
        if self._changed(before, found[0]):
            found = self._candidates()
        if self.stated:
            found = self._favoured(found, ((MINUTE, float(self.stated - 1)),))
        if self.shared:
            found = self._favoured(found, self.shared)
        if any(one.retry_after_s is not None or one.in_flight for one in self.evidence.refused):
            found = self._advised(found)
        self._believe(found)

    def _candidates(self) -> list[Hypothesis]:
        """What the evidence suggests, and what was believed: its evidence may be out of sight."""
        fit = self._fit(self.evidence)
        found = {one.parts: one for one in fit.best()}
        for old in self.found[:KEPT]:
            if old.parts not in found:
                found[old.parts] = fit.weigh(old.parts)
        return sorted(found.values(), key=lambda one: one.cost)

    def _believe(self, found: list[Hypothesis]) -> None:
        found = sorted(found, key=lambda one: one.cost)
        self.found = weighed([one for one in found if one.cost < found[0].cost + PRUNE])

    def _fit(self, evidence: Evidence, strays: tuple[float, float] | None = None) -> Fit:
        return Fit(evidence, strays or self._strays, self._delays.spread_s)

    # What the provider says.

    def _favoured(self, found: list[Hypothesis], parts: Parts) -> list[Hypothesis]:
        said = self._fit(self.evidence).weigh(parts)
        return [one for one in found if one.parts != parts] + [replace(said, cost=said.cost - HEADER)]

    def _advised(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """Favour what fits Retry-After, as far as Retry-After fitted a clear belief, and a cap that was named."""
        hints = [one for one in self.evidence.refused if one.retry_after_s is not None][-HINTS:]
        fits = [sum(self._fits(one, hint) for hint in hints) for one in found]
        true, clear = fits[0], self.best.weight >= CLEAR and len(hints) > 1
        trust = (1.0 + true) / (2.0 + 2.0 * len(hints) - true) if clear else 0.5
        named = NAMED * any(one.in_flight for one in self.evidence.refused)
        return [
            replace(one, cost=one.cost - HINT * trust * min(2, fit) - named * one.has("in_flight"))
            for one, fit in zip(found, fits, strict=True)
        ]

    def _fits(self, one: Hypothesis, hint: Refusal) -> bool:
        """The hypothesis opens when Retry-After says, which may be rounded up to seconds."""
        late_s = hint.known_at + (hint.retry_after_s or 0.0) - self._opens_at(one, hint.at)
        whole = float(hint.retry_after_s or 0.0).is_integer()
        return -0.2 <= late_s <= (1.2 if whole else 0.2)

    # The limit changes.

    def _changed(self, before: Hypothesis, best: Hypothesis) -> bool:
        """Drop what is older than the moment from which another limit explains so much more."""
        fit = self._fit(self.evidence)
        for old in (before, *(fit.weigh((part,)) for part in before.parts if len(before.parts) > 1)):
            whole = fit.weigh(old.parts).cost
            for since in self._breaks(old):
                part = self.evidence.since(since)
                new = self._fit(part, self._strays_before(since, old))
                cheapest = min(one.cost + OTHER_SHAPE * (not _is_kin(one.parts, old.parts)) for one in new.best())
                if whole - new.cost_of(old.parts) + cheapest + CHANGE < best.cost:
                    self._forget(old, since, part)
                    return True
        return False

    def _forget(self, old: Hypothesis, since: float, part: Evidence) -> None:
        # A row of refusals with none accepted since may be an outage: what was believed before may be true again.
        row = max((one.row for one in self.evidence.refused), default=0)
        if part.accepted_at or self._moved_in != row or not self._before_row:
            self._before_row = None if part.accepted_at else (self.evidence, self._strays, self.found)
        strays, others = self._strays_before(since, old)
        # Half of what was known of strays: the share moves, too, and these numbers stay small.
        self._strays = ((STRAY_PRIOR[0] + strays) / 2, (STRAY_PRIOR[1] + others) / 2)
        self.fell = bool(old.parts and part.refused)
        self.moved = True
        self._moved_in = row
        self.evidence = part
        self.shared = ()

    def _strays_before(self, since: float, best: Hypothesis) -> tuple[float, float]:
        """What older evidence says of the share of strays."""
        strays = sum(one.at < since and best.allows(one.fullness) for one in self.evidence.refused)
        others = sum(at < since for at in self.evidence.accepted_at)
        return self._strays[0] + strays, self._strays[1] + others

    def _breaks(self, best: Hypothesis) -> list[float]:
        """Times from which another limit may apply: unexplained refusals, and starts accepted beyond the limit."""
        refused = [one for one in self.evidence.refused if best.allows(one.fullness)]
        firsts = [next(group).at for _, group in itertools.groupby(refused, key=lambda one: one.row)][-4:]
        beyond = self.evidence.beyond(best.parts)
        breaks = beyond[-3:] if len(beyond) > 1 else []
        for since in firsts:
            strays, others = self._strays_before(since, best)
            after = sum(at >= since for at in self.evidence.accepted_at)
            rows = len({one.row for one in refused if one.at >= since})
            expected = strays / (strays + others) * (after + rows)
            if rows * math.log(rows / expected) - rows + expected >= UNUSUAL:
                breaks.append(since)
        return breaks


def _is_kin(new: Parts, old: Parts) -> bool:
    """A limit that changes keeps its shape: another number of the same window, another interval, or no limit."""
    return not new or not old or not {_family(*one) for one in new}.isdisjoint(_family(*one) for one in old)


def _family(column: int, _: float) -> tuple[str, float]:
    shape = SHAPES[column]
    return (shape.kind, shape.size_s) if shape.kind == "window" else (shape.kind.replace("even", "bucket"), 0.0)
