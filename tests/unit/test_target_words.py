"""Target words: spread over the slots, found in any form, asked for again, never a reason to lose a draft."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.generate.words import MOST_ASKS, WordCheck
from engine.kinds import (
    ParsedReply,
    build_prompt,
    check_item,
    fingerprint,
    fold,
    known_words,
    missing_words,
    slot_words,
    uses,
)
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.reports.words import coverage
from engine.runners.refill import spec_of
from engine.spec import LANGS, Lang, RunSpec, WordList, kind_names, options_class
from engine.work import Draft, Slot, pack, plan

TWENTY = WordList("unit5", 1, "\n".join(f"word{chr(97 + n)}" for n in range(20)))
SPEC = RunSpec("cloze", "en", (2, 3), ("Campus", "Travel"), 10, words=TWENTY)
WORDS: dict[Lang, str] = {"en": "borrow\nlook after\nchild", "ja": "借りる\n大きい\n図書館", "zh": "借\n见面\n图书馆"}


@pytest.mark.parametrize(
    ("word", "text", "lang"),
    [
        ("to borrow", "She borrowed a book.", "en"),
        ("go", "They went home.", "en"),
        ("child", "The children laughed.", "en"),
        ("stop", "Stopping here is cheap.", "en"),
        ("city", "Three cities in one day.", "en"),
        ("look up", "He looked it up.", "en"),
        ("pick sb up", "She picked the child up.", "en"),
        ("run out of", "We ran out of milk.", "en"),
        ("take a photo", "They took some photos.", "en"),
        ("go to bed", "He went to bed.", "en"),
        ("by the way", "By the way, it rains.", "en"),
        ("colour / color", "The color red.", "en"),
        ("食べる（たべる）", "朝ご飯を食べました。", "ja"),
        ("本", "この本は十分おもしろい。", "ja"),
        ("十分", "この本は十分おもしろい。", "ja"),
        ("生命", "他们研究生命。", "zh"),
        ("書く", "手紙を書いています。", "ja"),
        ("大きい", "大きな犬、大きくて強い。", "ja"),
        ("勉強する", "日本語を勉強しました。", "ja"),
        ("来る", "友だちが来ます。", "ja"),
        ("静かな", "静かに話す。", "ja"),
        ("〜ている", "本を見ている。", "ja"),
        ("见面", "我们见了面。", "zh"),
        ("一边……一边", "他一边吃一边看。", "zh"),
        ("图书馆 (túshūguǎn)", "我在图书馆。", "zh"),
    ],
)
def test_a_word_is_found_in_the_form_grammar_gives_it(word: str, text: str, lang: Lang) -> None:
    """A list has dictionary forms; a text has endings, particles and irregular verbs."""
    assert uses(fold(text), word, lang)


@pytest.mark.parametrize(
    ("word", "text", "lang"),
    [
        ("we", "All is well.", "en"),
        ("borrow", "She lent a book.", "en"),
        ("take a photo", "He took the bus.", "en"),
        ("go to bed", "He went home to bed.", "en"),
        ("run out of", "We ran to the door.", "en"),
        ("書く", "図書館で本を借りた。", "ja"),
        ("見る", "工場を見学した。", "ja"),
        ("见面", "我看见他的面包。", "zh"),
        ("十分", "三十分かかりました。", "ja"),
        ("本", "日本に行きました。", "ja"),
        ("人", "人気がある。", "ja"),
        ("本", "日本人很多。", "zh"),
        ("国人", "我是中国人。", "zh"),
        ("十分", "等了三十分钟。", "zh"),
    ],
)
def test_another_word_is_not_taken_for_it(word: str, text: str, lang: Lang) -> None:
    """Part of a longer word is not the word."""
    assert not uses(fold(text), word, lang)


@example("0[1]0", "en")
@example("0A 0", "en")
@given(st.text(max_size=40), st.sampled_from(LANGS))
def test_any_entry_can_be_looked_for(word: str, lang: Lang) -> None:
    """Whatever a list holds, the search neither fails nor misses the entry itself."""
    assert uses(fold(f"a {word} b"), word, lang) or not fold(word).strip(" .。～~-()（）[]【】/／|｜")


@given(st.integers(1, 30), st.integers(1, 10), st.integers(1, 12))
def test_words_are_spread_evenly(count: int, each: int, runs: int) -> None:
    """Over as many slots as the list has words, every word is asked for equally often."""
    each = min(each, count)
    made = WordList("a", 1, "\n".join(f"w{n}" for n in range(count)))
    asked = Counter(word for slot in range(count * runs) for word in made.share(slot, each))
    assert set(asked.values()) == {each * runs} and len(asked) == count


def test_the_request_names_the_words_of_each_slot() -> None:
    """Each item has its own words; the system message has the rule and is the same for all packets."""
    prompts = [build_prompt(SPEC, packet) for packet in pack(plan(SPEC), 3)]
    asked = [item["words"] for one in prompts for item in json.loads(one.user)["items"]]
    assert asked == [[TWENTY.words[n % 20]] for n in range(40)]
    assert len({one.system for one in prompts}) == 1 and "# Target words" in prompts[0].system
    assert "# Target words" not in build_prompt(replace(SPEC, words=None), pack(plan(SPEC), 3)[0]).system


def draft(slot: Slot, text: str) -> Draft:
    return Draft(slot, {"title": "T", "passage": text, "blanks": []})


def test_a_missing_word_is_asked_for_again_then_flagged() -> None:
    """A draft without its word is refused at most twice, with the word as the reason; then it is kept and flagged."""
    check, slot = WordCheck(SPEC, retries=5), plan(SPEC)[0]
    for _ in range(MOST_ASKS):
        refused = check.sift(ParsedReply((draft(slot, "Nothing here."),), ()))
        assert not refused.drafts and "worda" in refused.rejections[0].detail
    kept = check.sift(ParsedReply((draft(slot, "Nothing here."),), ()))
    assert [flag.code for flag in kept.drafts[0].flags] == ["missing_word"]
    assert not check.sift(ParsedReply((draft(slot, "The worda is here."),), ())).drafts[0].flags


def test_without_retries_nothing_is_refused() -> None:
    """A run that asks for nothing twice keeps the draft at once, with its flag."""
    kept = WordCheck(SPEC, retries=0).sift(ParsedReply((draft(plan(SPEC)[0], "Nothing."),), ()))
    assert [flag.values for flag in kept.drafts[0].flags] == [{"words": ["worda"]}]


def test_the_version_is_part_of_the_fingerprint() -> None:
    """Another version, another word or blanks instead of text are other drafts; without material nothing changed."""
    slot = plan(SPEC)[0]
    again = replace(TWENTY, version=2)
    others = [replace(SPEC, words=again), replace(SPEC, blank_words=True), replace(SPEC, known_words=TWENTY)]
    found = {fingerprint(spec, slot, "m") for spec in (SPEC, *others, replace(SPEC, words=None))}
    assert len(found) == 5
    plain = RunSpec("cloze", "en", (3,), ("Campus",))
    assert fingerprint(plain, plan(plain)[0], "m") == "d7768394ca02973c0b7b277a5e646491"


def test_a_spec_with_material_is_read_back() -> None:
    """The run's record holds the words, and no word of what is not used."""
    spec = replace(SPEC, blank_words=True, target_words=2, known_words=TWENTY)
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    assert not {"words", "target_words", "style", "known_words"} & set(RunSpec("cloze", "en", (1,), ("a",)).to_json())


@pytest.mark.parametrize(
    ("more", "field"),
    [({"target_words": 21}, "target_words"), ({"target_words": 0}, "target_words"), ({"kind": "reading"}, "options")],
)
def test_impossible_wishes_are_refused(more: dict[str, object], field: str) -> None:
    """No more words for a draft than the list has or ten; words of a kind without blanks cannot be blanked."""
    with pytest.raises(SpecError) as caught:
        replace(SPEC, blank_words=True, **more)  # type: ignore[arg-type]  # on purpose
    assert caught.value.field == field
    with pytest.raises(SpecError, match="has no blanks"):
        RunSpec("reading", "en", (1,), ("a",), words=TWENTY, blank_words=True)


def test_a_refill_keeps_the_words_of_the_rejected_slots() -> None:
    """Slots 3 and 17 are asked for again with the words they had."""
    slots = [Slot(0, "Campus", 2, 9), Slot(1, "Travel", 3, 9)]
    again = spec_of(replace(SPEC, target_words=2), slots, [Slot(n, "Campus", 2, 0) for n in (3, 17)])
    assert [again.slot_words(n) for n in range(2)] == [replace(SPEC, target_words=2).slot_words(n) for n in (3, 17)]


def test_coverage_counts_slots_and_drafts() -> None:
    """A word is asked for in its slots, used in the drafts without a flag, missing in those with one."""
    check = WordCheck(SPEC, retries=0)
    made = [check.sift(ParsedReply((draft(slot, "worda wordb"),), ())).drafts[0] for slot in plan(SPEC)[:3]]
    found = coverage(SPEC, [*((one.slot, True, one.flags) for one in made), (plan(SPEC)[3], False, ())])
    assert found is not None and found.used == 2
    assert [(w.asked, w.used, w.missing) for w in found.words[:5]] == [
        (1, 1, 0),
        (1, 1, 0),
        (1, 0, 1),
        (1, 0, 0),
        (0, 0, 0),
    ]


def test_known_words_are_a_set_of_forms() -> None:
    """What counts as within the level: both spellings, no reading in brackets; target words count, too."""
    known = WordList("known", 1, "colour / color\n食べる（たべる）")
    assert known_words(replace(SPEC, words=None, known_words=known)) == {"colour", "color", "食べる"}
    assert known_words(replace(SPEC, known_words=known)) >= {"color", "worda"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", kind_names())
def test_practice_drafts_use_their_words(kind: str, lang: Lang) -> None:
    """Every word of the slot is in the text, and the draft passes the checks without a flag."""
    spec = RunSpec(kind, lang, (2, 3, 5), ("x",), 4, words=WordList("w", 1, WORDS[lang]), target_words=2)
    options = spec.to_json()["options"]
    for index, slot in enumerate(plan(spec)):
        item = json.loads(build_prompt(spec, pack([slot], 1)[0]).user)["items"][0]
        counts = {name: tuple(value) for name, value in item.items() if name in ("length", "blanks", "questions")}
        ask = Ask("s1", "x", slot.level, counts["length"], counts.get("blanks"), counts, words=tuple(item["words"]))
        made = check_item(write(kind, lang, options, ask, index), spec, slot.level)
        assert made.content is not None, made.detail
        assert missing_words(made.content, spec, slot_words(spec, slot)) == ()
        assert [flag for flag in made.flags if flag.severity == "flagged"] == []


@pytest.mark.parametrize("lang", LANGS)
def test_practice_drafts_blank_their_words(lang: Lang) -> None:
    """Where the words are to be blanked, each is the answer of a blank."""
    spec = RunSpec(
        "cloze", lang, (3,), ("x",), 6, options=options_class("cloze")(), words=WordList("w", 1, WORDS[lang]),
        target_words=2, blank_words=True,
    )  # fmt: skip
    for index, slot in enumerate(plan(spec)):
        ask = Ask("s1", "x", 3, (120, 180), (4, 6), words=spec.slot_words(slot.number), blank_words=True)
        made = check_item(write("cloze", lang, {}, ask, index), spec, 3)
        assert made.content is not None, made.detail
        assert missing_words(made.content, spec, slot_words(spec, slot)) == ()
        assert [flag for flag in made.flags if flag.severity == "flagged"] == []
