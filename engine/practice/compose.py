"""
The body of a 200: drafts written in the order of their series, or judged; spoilt where a fault says so; enveloped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from engine.practice import wire
from engine.practice.bank import Bank
from engine.practice.bank.astray import above, another
from engine.practice.book import call_id
from engine.practice.chance import unit
from engine.practice.faults import OTHER_LANG, OTHER_MODEL_NAME, Fault, spoil_items, spoil_text, thin
from engine.practice.judge import review, solve
from engine.practice.models import is_weak, weakened
from engine.practice.pen import Item
from engine.practice.style import TitleRule
from engine.practice.write import series_of, write

TASKS: dict[str, Callable[[str, Item, int], Item]] = {"review": review, "solve": solve}
UNREADABLE = (Fault.FINISH_ERROR, Fault.TRUNCATED, Fault.MALFORMED, Fault.BLANK)


@dataclass(frozen=True, slots=True)
class Composed:
    """A body, how many of the items asked for it holds whole, and the tokens it is billed at."""

    body: bytes
    served: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Astray:
    """The shares of a call's items that are written above their level, and in another language."""

    number: int
    """Of the call."""
    level: float
    lang: float

    @classmethod
    def of(cls, faults: Mapping[str, float], number: int) -> Astray:
        """The shares of the settings."""
        return cls(number, faults.get(Fault.OFF_LEVEL, 0.0), faults.get(Fault.OFF_LANG, 0.0))


class Composer:
    """Writes answers; counts the drafts of each series, so that calls at one time never get the same one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._written: Counter[str] = Counter()

    def compose(
        self,
        request: wire.Request,
        number: int,
        created: int,
        fault: Fault | None,
        crowded: float = 0.0,
        missing_word: float = 0.0,
        faults: Mapping[str, float] = MappingProxyType({}),
    ) -> Composed:
        """
        Answer one call.

        Args:
            request: What it asks for.
            number: Of the call; the way a fault spoils it hangs on it.
            created: Unix seconds, for the envelope.
            fault: What spoils the answer, if anything.
            crowded: Share of the items missing at 8 items a call.
            missing_word: Share of the items that forget their target words.
            faults: Shares of the items that are above their level (offlevel) or in another language (offlang).
        """
        text, finish, served = wire.CHAT_TEXT, "stop", 0
        if request.order:
            chance = unit(self._seed, "spoil", number)
            order = self._without_words(request.order, missing_word, number)
            items = self._thin(self._write(order, request.model, fault, Astray.of(faults, number)), crowded, number)
            items = [_titled(item, request.style) for item in items]
            items = spoil_items(items, fault, chance)
            text, finish = spoil_text(wire.items_text(items, request.order.task), fault, chance)
            asked = {ask.id for ask in request.order.asks}
            served = 0 if fault in UNREADABLE else len(asked & {item["id"] for item in items})
        text, tokens_out, was_cut = wire.cut(text, request.max_tokens)
        if was_cut:
            finish, served = "length", 0
        model = OTHER_MODEL_NAME if fault is Fault.OTHER_MODEL else request.model
        usd = wire.cost_usd(request.model, request.tokens_in, tokens_out)
        body = wire.completion(call_id(number), created, model, text, finish, request.tokens_in, tokens_out, usd)
        return Composed(body, served, tokens_out)

    def _without_words(self, order: wire.Order, share: float, number: int) -> wire.Order:
        """The order with the target words of some items forgotten."""
        if not share:
            return order
        chances = [unit(self._seed, Fault.MISSING_WORD.value, number, place) for place in range(len(order.asks))]
        asks = (
            replace(ask, words=()) if chance < share else ask for ask, chance in zip(order.asks, chances, strict=True)
        )
        return replace(order, asks=tuple(asks))

    def _thin(self, items: list[Item], share: float, number: int) -> list[Item]:
        if not share:
            return items
        return thin(items, share, [unit(self._seed, "crowded", number, place) for place in range(len(items))])

    def _write(self, order: wire.Order, model: str, fault: Fault | None, astray: Astray) -> list[Item]:
        if order.task:
            return [TASKS[order.task](order.lang, given, self._seed) for given in order.given]
        lang = OTHER_LANG[order.lang] if fault is Fault.WRONG_SCRIPT else order.lang
        items = []
        for place, ask in enumerate(order.asks):
            series = series_of(order.kind, lang, order.options, ask.level)
            index = self._written[series]
            self._written[series] += 1
            bank = self._bank(lang, ask.level, astray, place)
            item = write(order.kind, lang, order.options, ask, index, self._seed, avoid=order.avoid, bank=bank)
            weak = is_weak(model, place, unit(self._seed, "weak draft", series, index))
            items.append(weakened(item) if weak else item)
        return items

    def _bank(self, lang: str, level: int, astray: Astray, place: int) -> Bank | None:
        """The bank of an item that goes astray; None for the language's own."""
        if unit(self._seed, "offlevel", astray.number, place) < astray.level:
            return above(lang, level)
        return another(lang) if unit(self._seed, "offlang", astray.number, place) < astray.lang else None


def _titled(item: Item, style: TitleRule) -> Item:
    """The item with its title as the style note wants it; judgements have none."""
    return {**item, "title": style.title(item["title"])} if "title" in item else item
