"""The words of a list in drafts from own texts: those that a passage holds are its blanks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.errors import SpecError
from engine.kinds import build_prompt, check_item, fingerprint, held_words, missing_words, slot_words
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.runners.refill import spec_of
from engine.spec import LANGS, Lang, RunSpec, WordList
from engine.spec.sources import Source
from engine.work import Slot, pack, plan
from tests.unit.texts_kit import HARBOUR, sourced, sources

LISTS: dict[Lang, str] = {
    "en": "walk\nquiet\nsubmarine\nstep\nlight",
    "ja": "考える\n起きる\n潜水艦",
    "zh": "着急\n老师\n星期\n潜水艇",
}


def harbour(**more: object) -> RunSpec:
    """Three drafts of one passage, two blanked words each."""
    words = WordList("unit5", 1, LISTS["en"])
    source = Source("Harbour", 1, HARBOUR, 1, 1)
    return sourced("cloze", "en", source, per_combo=3, words=words, target_words=2, blank_words=True, **more)


def test_a_slot_has_the_words_of_its_passage() -> None:
    """Words in any form, in turn over the drafts of a passage; a word that no passage holds is never asked for."""
    spec = harbour()
    assert [slot_words(spec, slot) for slot in plan(spec)] == [("walk", "quiet"), ("step", "light"), ("walk", "quiet")]
    assert held_words(spec) == {"walk", "quiet", "step", "light"}


def test_the_words_of_a_passage_are_in_the_request_and_the_fingerprint() -> None:
    """The item names them beside its source, the system message says where they belong; other words, another draft."""
    spec = harbour()
    slot = plan(spec)[0]
    prompt = build_prompt(spec, pack([slot], 1)[0])
    item = json.loads(prompt.user)["items"][0]
    assert item["words"] == ["walk", "quiet"] and item["source"] == HARBOUR and "its source holds each" in prompt.system
    other = replace(spec, words=WordList("unit5", 2, "bench\nbay"))
    assert fingerprint(spec, slot, "m") != fingerprint(other, slot, "m")


def test_no_more_words_than_blanks() -> None:
    """A passage has as many target words as it may have blanks."""
    words = WordList("unit5", 1, "\n".join(sorted({word.strip(",.”“’").lower() for word in HARBOUR.split()})))
    spec = replace(harbour(), words=words, target_words=10)
    asked = slot_words(spec, plan(spec)[0])
    item = json.loads(build_prompt(spec, pack(plan(spec), 1)[0]).user)["items"][0]
    assert len(asked) == min(10, item["blanks"][1])


@pytest.mark.parametrize("lang", LANGS)
def test_practice_drafts_blank_the_words_of_their_passage(lang: Lang) -> None:
    """The text stays as it is, and each word of the passage is the answer of a blank."""
    spec = sourced(
        "cloze", lang, *sources(lang, 4), words=WordList("w", 1, LISTS[lang]), target_words=3, blank_words=True
    )
    asked = 0
    for index, slot in enumerate(plan(spec)):
        item = json.loads(build_prompt(spec, pack([slot], 1)[0]).user)["items"][0]
        counts = {name: tuple(item[name]) for name in ("length", "blanks")}
        words, source = tuple(item.get("words", ())), item["source"]
        ask = Ask("s1", "x", 2, counts["length"], counts["blanks"], counts, source, words, True)
        made = check_item(write("cloze", lang, {}, ask, index), spec, 2, source)
        assert made.content is not None, made.detail
        assert missing_words(made.content, spec, words) == ()
        asked += len(words)
    assert asked >= 3


def test_a_refill_keeps_the_words_of_a_passage() -> None:
    """A rejected draft is asked for again with the words it had."""
    spec = replace(harbour(), target_words=1)
    old = plan(spec)[1]
    new = Slot(0, old.topic, old.level, 7)
    assert slot_words(spec_of(spec, [new], [old]), new) == slot_words(spec, old) == ("quiet",)


def test_words_beside_a_text_must_be_blanked() -> None:
    """An own text keeps its words, so that a list can only say which of them are blanked."""
    with pytest.raises(SpecError, match="blank the words of the list"):
        replace(harbour(), blank_words=False)
