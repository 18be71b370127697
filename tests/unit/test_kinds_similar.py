"""How alike drafts are, what they are found by, and what makes two requests the same."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from engine.kinds import DUPLICATE, SIMILAR, fingerprint, search_text, shingles, similarity, title
from engine.kinds.cloze.options import ClozeOptions
from engine.work import Slot
from tests.unit.test_kinds_kit import SAMPLES, sample, spec_for

CLOZE = spec_for("cl-en-04")
SLOT = Slot(3, "Travel", 2, 1)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_draft_is_like_itself(name: str) -> None:
    """The measure is 1 for the same text."""
    assert similarity(sample(name), sample(name), spec_for(name).lang) == 1.0


@pytest.mark.parametrize(("kind", "lang"), [*itertools.product(("cl", "sh", "al"), ("en", "ja", "zh"))])
def test_distinct_drafts_are_not_alike(kind: str, lang: str) -> None:
    """Different samples of a kind and language stay under the threshold of "similar"."""
    items = [sample(name) for name in SAMPLES if name.startswith(f"{kind}-{lang}")]
    assert all(similarity(a, b, lang) < SIMILAR for a, b in itertools.combinations(items, 2))


def test_a_name_swap_is_a_duplicate() -> None:
    """The same story about somebody else is the same story."""
    other = sample("cl-en-05")
    other["passage"] = other["passage"].replace("Mrs Lee", "Mr Kim")
    assert similarity(sample("cl-en-05"), other, "en") >= DUPLICATE


def test_case_and_punctuation_do_not_count() -> None:
    """Shingles are made of words and characters alone."""
    loud = sample("sh-zh-03")
    for line in loud["lines"]:
        line["text"] = line["text"].replace("，", "、") + "！"
    assert shingles(loud, "zh") == shingles(sample("sh-zh-03"), "zh")


def test_too_short_for_a_shingle_is_like_nothing() -> None:
    """Two empty bodies have nothing in common."""
    empty = {"title": "", "passage": "", "blanks": []}
    assert similarity(empty, empty, "en") == 0.0


def test_search_text_holds_what_a_reader_sees() -> None:
    """The passage is found with its answers in place, hints and explanations too; ids and types are not text."""
    text = search_text(sample("cl-en-05"))
    assert "which felt like the middle" in text and "留意，看着" in text and "{{" not in text
    assert "collocation" not in text and title(sample("cl-en-05")) == "My First Week at the Bakery"


def test_search_text_of_a_pack_leaves_the_rubrics_out() -> None:
    """Sentences that are in every pack find every pack."""
    text = search_text(sample("al-en-03"))
    assert "easy to follow" not in text and sample("al-en-03")["W6"]["exemplar"] in text


def test_the_fingerprint_is_stable() -> None:
    """32 hex characters, the same for equal requests whatever the run's size, budget and slot number."""
    other = replace(CLOZE, topics=("A", "B"), per_combo=9, budget_usd=5.0, levels=(1, 2), options=ClozeOptions())
    mark = fingerprint(CLOZE, SLOT, "m")
    assert mark == fingerprint(other, replace(SLOT, number=8), "m") and len(mark) == 32
    assert mark == fingerprint(replace(CLOZE, options=ClozeOptions(explain_in="zh")), SLOT, "m")


def test_the_fingerprint_tells_requests_apart() -> None:
    """Kind, lang, level, topic, model, temperature, options and copy each change it."""
    marks = {
        fingerprint(CLOZE, SLOT, "m"),
        fingerprint(spec_for("sh-en-04"), SLOT, "m"),
        fingerprint(spec_for("cl-zh-04"), SLOT, "m"),
        fingerprint(CLOZE, replace(SLOT, level=4), "m"),
        fingerprint(CLOZE, replace(SLOT, topic="Trave"), "m"),
        fingerprint(CLOZE, SLOT, "n"),
        fingerprint(replace(CLOZE, temperature=0.8), SLOT, "m"),
        fingerprint(replace(CLOZE, options=ClozeOptions(blanks=(2, 3))), SLOT, "m"),
        fingerprint(CLOZE, replace(SLOT, copy=2), "m"),
    }
    assert len(marks) == 9


def test_a_draft_is_reused_only_from_the_same_server() -> None:
    """Two servers give different models one name; a slash at the end of the address changes nothing."""
    mine = fingerprint(CLOZE, SLOT, "m", "https://a.example.com/v1")
    assert mine == fingerprint(CLOZE, SLOT, "m", "https://a.example.com/v1/")
    assert len({mine, fingerprint(CLOZE, SLOT, "m", "https://b.example.com/v1"), fingerprint(CLOZE, SLOT, "m")}) == 3
