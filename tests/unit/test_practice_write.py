"""The practice provider's drafts: valid, of the length asked for, and unlike each other."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kinds import check_item, figures, length_range, shingles
from engine.kinds import count_units as kinds_count
from engine.kinds.alignment.options import AlignmentOptions
from engine.kinds.check import body_text
from engine.kinds.shadowing.options import ShadowingOptions
from engine.practice.bank import load, read
from engine.practice.bank.astray import above
from engine.practice.bank.simpler import bank_for
from engine.practice.chance import alternative
from engine.practice.pen import Ask, Size, Values, fit
from engine.practice.script import count_units
from engine.practice.write import series_of, write
from engine.spec import (
    LANGS,
    LEVELS,
    Lang,
    Options,
    RunSpec,
    kind_names,
    options_class,
)
from tests.matrix import matrix

PLAIN: dict[str, Options] = {kind: options_class(kind)() for kind in kind_names()}
CELLS = matrix(kind_names(), LANGS, LEVELS)
GENRES = matrix(("monologue", "news", "lecture"), LANGS, (1, 3, 6))


def drafts(spec: RunSpec, count: int, first: int = 0) -> list[dict[str, Any]]:
    """Drafts of the spec's first cell, asked for as kinds asks."""
    level, options = spec.levels[0], spec.to_json()["options"]
    length = length_range(spec.kind, spec.lang, level, spec.options)
    counts = figures(spec.kind, spec.lang, level, spec.options)
    ask = Ask("s1", spec.topics[0], level, length, counts.get("blanks"), counts)
    return [write(spec.kind, spec.lang, options, ask, index) for index in range(first, first + count)]


def spec_of(kind: str, lang: Lang, level: int, options: Options | None = None) -> RunSpec:
    return RunSpec(kind, lang, (level,), ("Daily life",), options=options or PLAIN[kind])


def faults_of(spec: RunSpec, items: Sequence[dict[str, Any]]) -> set[str]:
    """Codes of refusals and of flags a reviewer would see; notes are none. Levels have a law of their own below."""
    checks = [check_item(item, spec, spec.levels[0]) for item in items]
    flags = {flag.code for check in checks for flag in check.flags if flag.severity == "flagged"} - {"above_level"}
    return flags | {check.code for check in checks if check.content is None}


def most_alike(sets: Sequence[frozenset[str]]) -> float:
    """The largest Jaccard similarity of two sets, by way of what they share."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, members in enumerate(sets):
        for member in members:
            holders[member].append(place)
    shared = Counter(pair for places in holders.values() for pair in itertools.combinations(places, 2))
    return max(both / (len(sets[one]) + len(sets[other]) - both) for (one, other), both in shared.items())


@pytest.mark.parametrize(("kind", "lang", "level"), CELLS)
def test_every_draft_passes_the_checks(kind: str, lang: Lang, level: int) -> None:
    """No draft of any kind, language and level is refused or flagged."""
    spec = spec_of(kind, lang, level)
    assert faults_of(spec, drafts(spec, 60)) == set()


@pytest.mark.parametrize(("genre", "lang", "level"), GENRES)
def test_every_genre_passes_the_checks(genre: Any, lang: Lang, level: int) -> None:
    """Monologues, news and lectures are as valid as dialogues."""
    spec = spec_of("shadowing", lang, level, ShadowingOptions(genre=genre))
    assert faults_of(spec, drafts(spec, 40)) == set()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("length", ["short", "medium", "long"])
def test_alignment_of_every_length_passes(lang: Lang, length: Any) -> None:
    """The option length changes no draft's validity."""
    spec = spec_of("alignment", lang, 4, AlignmentOptions(length=length))
    assert faults_of(spec, drafts(spec, 40)) == set()


@pytest.mark.parametrize(("level", "lang"), matrix([1, 5], LANGS))
def test_500_drafts_of_a_cell_are_distinct(lang: Lang, level: int, record_property: Any) -> None:
    """No two of 500 cloze drafts of a cell are alike by half; what they share stays under the mark of "similar"."""
    sets = [shingles(draft, lang) for draft in drafts(spec_of("cloze", lang, level), 500)]
    most = most_alike(sets)
    record_property("most_alike", most)
    assert most < 0.2


@pytest.mark.parametrize(("cell", "lang"), matrix([("shadowing", 1), ("shadowing", 5), ("alignment", 2)], LANGS))
def test_the_other_kinds_are_distinct(cell: tuple[str, int], lang: Lang) -> None:
    """No two of 200 drafts of a cell of the other kinds are alike by half."""
    kind, level = cell
    sets = [shingles(draft, lang) for draft in drafts(spec_of(kind, lang, level), 200)]
    assert most_alike(sets) < 0.4


@pytest.mark.parametrize("p", [13, 23])
@given(st.integers(0, 2_196), st.integers(0, 2_196))
def test_two_drafts_agree_in_two_beats_at_most(p: int, one: int, other: int) -> None:
    """Below p^3 two drafts take the same alternative in at most two of twelve beats."""
    same = [beat for beat in range(12) if alternative(one, beat, p, 5) == alternative(other, beat, p, 5)]
    assert one == other or len(same) <= 2


@given(st.integers(0, 5_000), st.integers(0, 11))
def test_a_beat_says_something_else_each_lap(index: int, beat: int) -> None:
    """A text that goes through its beats again repeats no sentence."""
    assert len({alternative(index, beat, 13, 3, lap) for lap in range(12)}) == 12


def test_a_seed_writes_the_same_drafts_again() -> None:
    """The same index and seed give the same draft, another seed another one."""
    ask = Ask("s1", "Travel", 2, (80, 140), (3, 5))
    one, again, other = (write("cloze", "en", {}, ask, 4, seed) for seed in (1, 1, 2))
    assert one == again
    assert one["passage"] != other["passage"]


@given(st.integers(0, 3_000))
def test_the_friend_is_somebody_else(index: int) -> None:
    """{friend} and {name} are never one person, even where a bank lists a name in both pools."""
    values = Values({"name": ["A", "B", "C"], "friend": ["A", "B", "C"]}, 0, index)
    assert values["friend"] != values["name"]


@given(st.integers(0, 400), st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)))
def test_blanks_follow_the_weights(index: int, weights: tuple[int, int, int]) -> None:
    """A passage has as many blanks as asked, and none of a type whose weight is 0 while others are to be had."""
    options = dict(zip(("connector", "collocation", "grammar"), (weight / 10 for weight in weights), strict=True))
    blanks = write("cloze", "en", {**options, "grammar": 0}, Ask("s1", "x", 3, (120, 180), (4, 6)), index)["blanks"]
    assert 4 <= len(blanks) <= 6
    assert not {blank["type"] for blank in blanks} & {"grammar", "particle"} or len(blanks) == 4


@pytest.mark.parametrize("lang", LANGS)
@given(length=st.tuples(st.integers(60, 700), st.integers(40, 200)), index=st.integers(0, 2_000))
def test_any_length_is_kept(lang: Lang, length: tuple[int, int], index: int) -> None:
    """A range wide enough for a sentence is met, also where the beats have to be used twice."""
    low, high = length[0], length[0] + length[1]
    draft = write("cloze", lang, {}, Ask("s1", "x", 2, (low, high), (3, 5)), index)
    filled = body_text(draft)
    assert low <= kinds_count(filled, lang) <= high


@pytest.mark.parametrize("lang", LANGS)
@given(st.text("Ab 9-'。、,カの々ー漢字ｶＡé", max_size=40))
def test_units_are_counted_as_kinds_counts_them(lang: Lang, text: str) -> None:
    """The generator and the checks agree on every length."""
    assert count_units(text, lang) == kinds_count(text, lang)


@given(st.lists(st.integers(5, 30), min_size=20, max_size=40), st.integers(40, 200))
def test_fit_ends_inside_the_range(sizes: list[int], low: int) -> None:
    """Chunks smaller than the range always make a text inside it, or there were too few."""
    taken = fit(sizes, lambda units: Size(units, 1), (low, low + 40), low + 20)
    assert sum(taken) <= low + 40
    assert sum(taken) >= low or sum(sizes) < low


@pytest.mark.parametrize("topic", ["{name}", "{{1}}", "a" * 200, "<b>x</b>", "日本語の話題", "%s", "[[x]]"])
def test_topics_are_text(topic: str) -> None:
    """A topic is in the title as it was written, cut to 60 characters, whatever it holds."""
    title = write("cloze", "en", {}, Ask("s1", topic, 2, (80, 140), (3, 5)), 0)["title"]
    assert title.startswith(topic[:20])
    assert len(title) <= 60 or len(topic) <= 60
    assert title.endswith(load("en").mark)


def test_titles_to_avoid_are_avoided() -> None:
    """A title that is used already is not given again while another is to be had."""
    ask = Ask("s1", "Travel", 2, (80, 140), (3, 5))
    first = write("cloze", "en", {}, ask, 0)["title"]
    assert write("cloze", "en", {}, ask, 0, avoid={first})["title"] != first


def test_odd_options_take_defaults() -> None:
    """Options that are no options never stop the writing."""
    odd: dict[str, Any] = {
        "connector": "much",
        "collocation": -1,
        "grammar": 1e999,
        "sentences": "six",
        "length": [],
    }
    for kind in kind_names():
        assert write(kind, "en", odd, Ask("s1", "x", 6), 0)["id"] == "s1"


def test_series_part_what_shares_sentences() -> None:
    """Levels of one band share a series, bands and genres do not; news is written without a band."""
    assert series_of("cloze", "en", {}, 1) == series_of("cloze", "en", {}, 3) != series_of("cloze", "en", {}, 4)
    assert series_of("shadowing", "en", {"genre": "news"}, 1) == series_of("shadowing", "en", {"genre": "news"}, 6)
    assert len({series_of("shadowing", "en", {"genre": genre}, 1) for genre in ("dialogue", "monologue", "news")}) == 3


@pytest.mark.parametrize("lang", LANGS)
def test_the_banks_are_whole(lang: Lang) -> None:
    """Each language has the beats the texts are made of."""
    bank = load(lang)
    assert {len(bank.narrative[band]) for band in ("easy", "hard")} == {12}
    assert (len(bank.opinion), len(bank.report), len(bank.email)) == (6, 10, 6)
    assert bank.mark and bank.titles and bank.tips


def test_a_broken_bank_is_refused() -> None:
    """Beats whose number of alternatives is no prime would not keep drafts apart."""
    pools = {"name": ["A", "B"], "friend": ["C", "D"]}
    with pytest.raises(ValueError, match="prime"):
        read("en", {"pools": pools, "opinion": [["one"] * 4], "report": [], "email": []})
    with pytest.raises(ValueError, match="no pool"):
        read("en", {"pools": pools, "opinion": [["{nobody}", "x"]], "report": [], "email": []})


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", sorted(PLAIN))
def test_practice_drafts_keep_to_their_level(kind: str, lang: Lang) -> None:
    """Of the drafts of each level at most one in ten is flagged for its level, and none would be asked for again."""
    for level in range(1, 7):
        spec = spec_of(kind, lang, level)
        shares = [grading.share for item in drafts(spec, 20) if (grading := check_item(item, spec, level).grading)]
        assert sum(share >= 0.15 for share in shares) <= 2 and max(shares) < 0.3, level


@pytest.mark.parametrize("lang", LANGS)
def test_a_sentence_above_its_level_is_a_phrase_before_the_sentence(lang: Lang) -> None:
    """A sentence written above its level holds the sentence of the bank once, at its end, and its answer."""
    for plain, hard in zip(bank_for(lang, 1).narrative["easy"], above(lang, 1).narrative["easy"], strict=True):
        for one, other in zip(plain, hard, strict=True):
            assert other.whole == other.before + other.answer + other.after
            assert other.whole.casefold().endswith(one.whole.casefold())
            assert other.whole.casefold().count(one.whole.casefold()) == 1 < len(other.whole) - len(one.whole)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("太可惜了", "太可惜了"),
        ("天气很凉快", "天气不热"),
        ("我对{place}很感兴趣，早就想去了。", "我对{place}很感兴趣，早就想去了。"),
        ("如果是平时，", "别的时候，"),
        ("历史很重要，影响也很大。", "历史很重要，影响也很大。"),
    ],
)
def test_an_easier_chinese_sentence_is_chinese(before: str, after: str) -> None:
    """Only pieces that leave a natural sentence are replaced: a word with no easy equivalent stays."""
    assert bank_for("zh", 1).easier(before) == after


def test_an_article_follows_the_easier_word() -> None:
    """An easier word takes "a" or "an" as it begins, and keeps the capital letter."""
    easier = bank_for("en", 1).easier
    assert easier("An ordinary day in a simple house; however, it rains.") == (
        "A normal day in an easy house; but it rains."
    )
    assert easier("However, it was an artist.") == "But it was a teacher."
