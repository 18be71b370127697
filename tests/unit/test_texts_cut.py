"""Cutting own texts into passages."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import count_units, cut_passages, read_own_text
from engine.spec import Lang
from tests.unit.texts_kit import HARBOUR, written


@pytest.mark.parametrize("lang", get_args(Lang))
@settings(deadline=None, max_examples=25)
@given(units=st.integers(90, 2500), number=st.integers(0, 50))
def test_every_word_is_in_one_passage_of_80_to_300_units(lang: Lang, units: int, number: int) -> None:
    """Passages are consecutive, hold every word once, end with a sentence, and keep to 80 to 300 units."""
    text = written(lang, units, number)
    passages = cut_passages(text, lang)
    assert "".join("".join(one.body.split()) for one in passages) == "".join(text.split())
    assert all(80 <= one.units <= 300 and one.units == count_units(one.body, lang) for one in passages)
    assert all(one.problem is None and one.body.rstrip('”」』"')[-1] in ".!?。！？…" for one in passages)


def test_a_passage_ends_with_a_paragraph_where_it_can() -> None:
    """Of two borders that are nearly as good, the end of a paragraph is taken."""
    one = " ".join(f"She bought {number} red apples at the market and went home." for number in range(14))
    passages = cut_passages(f"{one}\n\n{one.replace('apples', 'pears')}", "en")
    assert [one.body for one in passages] == [one, one.replace("apples", "pears")]


def test_a_sentence_that_is_too_long_is_named_and_costs_no_other_passage() -> None:
    """A sentence of more than 300 words is a passage that cannot be used, beside others that can."""
    endless = "and then we went on " * 70
    passages = cut_passages(f"{HARBOUR}\n\nWe {endless} to the end.\n\n{HARBOUR}", "en")
    assert [one.problem and one.problem.code for one in passages] == [None, "passage_long", None]


def test_abbreviations_quotations_and_decimals_do_not_end_a_sentence() -> None:
    """No passage begins inside "Dr. Brown", "3.5", or a quotation of Japanese."""
    said = "Dr. Brown paid 3.5 pounds to Mr. Hill and went home with it on day"
    english = " ".join(f"{said} {number}." for number in range(40))
    assert all(one.body.startswith("Dr. Brown") for one in cut_passages(english, "en"))
    japanese = "彼は「もう遅い。早く帰ろう。」と言って、駅までゆっくり歩いた。" * 20
    assert all(one.body.startswith("彼は") for one in cut_passages(japanese, "ja"))


def test_gaps_and_doubles_are_named() -> None:
    """A passage with gaps of its own, and one that repeats another, cannot be used."""
    long = HARBOUR + " " + written("en", 90)
    text = "\n\n".join([long, long.replace("bench", "{{1}}"), long]).replace("open.\n", "open. ")
    found = [one.problem and one.problem.code for one in read_own_text(text.encode(), "", "en").passages]
    assert found == [None, "passage_gaps", "passage_twice"]


def test_a_megabyte_is_cut_in_two_seconds() -> None:
    """The largest file that is read is cut without a wait."""
    import time

    text = "\n\n".join(written("en", 200, number) for number in range(900))[: 2**20]
    start = time.process_time()
    passages = cut_passages(text, "en")
    assert time.process_time() - start < 10 and len(passages) > 500


def test_very_many_short_sentences_are_cut_without_losing_one() -> None:
    """Of 24,000 sentences of two characters every one is in a passage, in order, and no passage is too long."""
    text = "".join(
        f"{'一大人上下天水火山小'[number % 10]}{'来去好走看'[number // 10 % 5]}。" for number in range(24_000)
    )
    passages = cut_passages(text, "zh")
    assert "".join(one.body for one in passages) == text
    assert all(one.units <= 300 for one in passages)
