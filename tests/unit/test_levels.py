"""The level and language gate: the measure, its calibration, the words it leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import SpecError
from engine.kinds import check_item, gates_off
from engine.kinds.grading import english, grade_text
from engine.kinds.level_words import level_name
from engine.spec import LANGS, Lang, RunSpec
from tests.graded import foreign, texts
from tests.unit.test_kinds_kit import SAMPLES, level_of, sample, spec_for

FLAG = 0.15


def above(text: str, lang: Lang, level: int, topic: str = "") -> tuple[str, ...]:
    found = grade_text(text, lang, level, topic)
    assert found is not None
    return found.words


@pytest.mark.parametrize("lang", LANGS)
def test_texts_two_levels_too_high_are_flagged(lang: Lang) -> None:
    """Of the texts of a language, at least 90 % are flagged as drafts of a level that is two lower."""
    high = [text.graded(text.level - 2).share >= FLAG for text in texts(lang) if text.level >= 3]
    assert len(texts(lang)) >= 60 and sum(high) >= 0.9 * len(high)


def test_good_samples_are_not_flagged() -> None:
    """At most 5 % of the 54 samples are flagged for their level."""
    flagged = [
        text.name for lang in LANGS for text in texts(lang) if not text.text and text.graded(text.level).share >= FLAG
    ]
    assert len(flagged) <= 0.05 * len(SAMPLES)


@pytest.mark.parametrize("lang", LANGS)
def test_an_easier_level_has_no_smaller_share(lang: Lang) -> None:
    """The share above the level falls as the level rises, to 0 at the highest."""
    for text in texts(lang):
        shares = [text.graded(level).share for level in range(1, 7)]
        assert shares == sorted(shares, reverse=True) and shares[-1] == 0


def test_names_loanwords_and_the_topic_are_not_counted() -> None:
    """English proper names, loanwords, unlisted words and the topic's own words are never above the level."""
    text = "In Kyoto Mr Fujimoto and Wilhelmina ate sushi and ramen. The zzyzx was near an observatory."
    assert above(text, "en", 1) == ("observatory",)
    assert above(text, "en", 1, "An observatory at night") == ()
    assert above("東京で鈴木さんに会いました。", "ja", 1) == ()
    assert above("王磊和李老师在北京。", "zh", 1) == ()


def test_a_name_is_known_by_a_capital_letter_inside_a_sentence() -> None:
    """A word with a capital inside a sentence is a name at the start of one, too; an accent is part of its word."""
    assert above("Anna is here. Basil and Anna sit in a small café. Market day is near the observatory.", "en", 1) == (
        "basil", "observatory", "market")  # fmt: skip


def test_a_form_is_as_easy_as_its_base() -> None:
    """Inflected words have the level of their base form: went is go, stopped is stop, children is child."""
    for form, base in (("went", "go"), ("stopped", "stop"), ("children", "child"), ("cities", "city")):
        assert (english.level_of(form) or 9) <= (english.level_of(base) or 0)


def test_the_word_list_is_read_as_its_package_reads_it() -> None:
    """The file of cefrpy gives the levels that cefrpy gives."""
    cefrpy = pytest.importorskip("cefrpy")
    analyzer = cefrpy.CEFRAnalyzer()
    for word in ("house", "sustainable", "quick", "vicissitude", "albeit", "walk"):
        levels = analyzer.get_pos_level_dict_for_word(word, word_level_as_float=True)
        own = [level / 50 + 1 for part, level in english._rows(word)]
        assert sorted(own) == sorted(levels.values())


@pytest.mark.parametrize(("language", "text"), foreign())
@pytest.mark.parametrize("name", [name for name in SAMPLES if "-en-" in name])
def test_a_foreign_text_is_no_english_draft(name: str, language: str, text: str) -> None:
    """Spanish, French, German, Indonesian, Portuguese and Vietnamese are refused as English, or flagged."""
    item = _rewritten(sample(name), text)
    checked = check_item(item, spec_for(name), level_of(name))
    assert checked.content is None or any(flag.severity == "flagged" for flag in checked.flags), language


def _rewritten(item: dict[str, Any], text: str) -> dict[str, Any]:
    """A sample whose body is another text."""
    if "passage" in item:
        words = text.split()
        for blank in item["blanks"]:
            words.insert(min(len(words), 4 * blank["id"]), f"{{{{{blank['id']}}}}}")
        return {**item, "passage": " ".join(words)}
    if "lines" in item:
        sentences = [part.strip() for part in text.split(".") if part.strip()]
        return {
            **item,
            "lines": [{**line, "text": sentences[n % len(sentences)]} for n, line in enumerate(item["lines"])],
        }
    if "text" in item:
        return {**item, "text": text}
    return {**item, "W6": {**item["W6"], "exemplar": text}}


def test_every_gate_is_on_here() -> None:
    """With all packages installed no language is without its check."""
    assert gates_off() == []


@pytest.mark.parametrize(
    ("shares", "field"),
    [
        ((0.1, 0.05, 0.3), "level_flag"),
        ((0.1, 0.2, 0.1), "level_again"),
        ((-0.1, 0.2, 0.3), "level_note"),
        ((0.1, 0.2), "level_shares"),
    ],
)
def test_odd_thresholds_are_named(shares: Any, field: str) -> None:
    """Thresholds that fall, are no shares, or are not three are refused by the engine, by their field."""
    with pytest.raises(SpecError) as refused:
        RunSpec("cloze", "en", (1,), ("a",), level_shares=shares)
    assert refused.value.field == field


@pytest.mark.parametrize(("lang", "name"), [("en", "A2"), ("ja", "N4"), ("zh", "HSK 3")])
def test_a_level_has_the_name_of_its_language(lang: Lang, name: str) -> None:
    """Level 2 is A2, N4 or HSK 3."""
    assert level_name(lang, 2) == name
