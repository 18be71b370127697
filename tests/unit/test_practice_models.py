"""The practice models differ in price, speed and quality, as models for money do."""

from __future__ import annotations

import json

import pytest

from engine.kinds import check_item
from engine.practice.compose import Composer
from engine.practice.judge import review
from engine.practice.models import MARK, PRACTICE_MODELS, pace_of, weakened
from engine.practice.pen import Ask
from engine.practice.wire import Order, Request, cost_usd
from engine.practice.write import WRITERS, write
from engine.spec import RunSpec

ASKS = tuple(Ask(f"s{number}", "Travel", 2) for number in range(8))


def drafts(model: str, calls: int = 40) -> list[str]:
    """The drafts of some calls of eight, as JSON."""
    composer = Composer(0)
    order = Order("cloze", "en", {}, ASKS, frozenset())
    bodies = [composer.compose(Request(model, None, 100, order), number, 0, None).body for number in range(calls)]
    texts = [json.loads(body)["choices"][0]["message"]["content"] for body in bodies]
    return [json.dumps(item) for text in texts for item in json.loads(text)["items"]]


def weak_share(made: list[str]) -> float:
    return sum(MARK in draft for draft in made) / len(made)


def test_the_small_model_is_cheaper_faster_and_worse() -> None:
    """A third of the price, 0.6 of the time, and a third of the drafts of a packet of eight are weak."""
    assert cost_usd("practice-small", 900, 900) < cost_usd("practice-fast", 900, 900) / 2
    assert pace_of("practice-small") < pace_of("practice-fast") < pace_of("practice-strong")
    assert weak_share(drafts("practice-small")) == pytest.approx(0.34, abs=0.06)
    assert weak_share(drafts("practice-strong")) == weak_share(drafts("practice-fast")) == 0


def test_the_small_model_is_worse_in_larger_packets() -> None:
    """The last place of a packet of eight is weak more often than the first."""
    made = drafts("practice-small", 100)
    assert weak_share(made[7::8]) > weak_share(made[::8]) + 0.1


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("lang", ["en", "zh", "ja"])
def test_a_weak_draft_is_usable_and_the_second_model_sees_it(kind: str, lang: str) -> None:
    """It passes the kind's checks; the second model gives it 2 at most and a repair without the Markdown."""
    item = weakened(write(kind, lang, {}, ASKS[0], 3))
    assert MARK in json.dumps(item)
    assert check_item(item, RunSpec(kind, lang, (2,), ("Travel",)), 2).content is not None  # type: ignore[arg-type]
    opinion = review(lang, {"id": "s1", "draft": item}, 0)
    assert (min(opinion["s"]), opinion["v"], MARK in json.dumps(opinion["repair"])) == (2, "fix", False)


def test_every_model_has_a_price() -> None:
    """No model is free."""
    assert all(model.input_usd > 0 and model.output_usd > model.input_usd for model in PRACTICE_MODELS.values())
