"""Damaged and foreign texts are flagged or refused wherever they are; ordinary ones are not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dashboard.text import message_text
from engine.kinds import read_reply
from engine.kinds.check import check_item
from engine.kinds.foreign import foreign_sentence
from engine.kinds.script import script_refusal
from engine.spec import LANGS, Lang
from tests.graded import foreign_sentences, own_sentences, texts
from tests.unit.test_kinds_kit import SAMPLES, level_of, named, packet_for, reply, sample, spec_for

FOREIGN = {"foreign_sentence", "odd_characters", "refused"}
KEYS = {"en": "cl-en-03", "ja": "cl-ja-02", "zh": "cl-zh-02"}
Item = dict[str, Any]


def seen(lang: str, change: Callable[[Item], Item]) -> set[str]:
    """The flags of a changed sample; {"refused"} where it is refused."""
    name = KEYS[lang]
    found = check_item(change(sample(name)), spec_for(name), level_of(name))
    return {flag.code for flag in found.flags if flag.severity == "flagged"} if found.content else {"refused"}


def inserted(text: str) -> Callable[[Item], Item]:
    def change(item: Item) -> Item:
        end = re.search(r"[.。]", item["passage"])
        assert end is not None
        return {**item, "passage": item["passage"][: end.end()] + text + item["passage"][end.end() :]}

    return change


def blanks(**values: Any) -> Callable[[Item], Item]:
    return lambda item: {**item, "blanks": [{**blank, **values} for blank in item["blanks"]]}


DAMAGE = [
    *(
        ("en", text)
        for text in ("he said ???? to", "□□□", "\ue000", "&rsquo;", "&#x2019;", "%E4%BD%A0%E5%A5%BD", "\\t so")
    ),
    *(
        ("en", text)
        for text in ("=E4=BD=A0", "<0xE4><0xBD>", "▁the▁cat", "ĠtheĠcat", "<unk>", "</s>", "<|im_end|>", "[/INST]")
    ),
    *(("zh", text) for text in ("锟斤拷", "烫烫烫", "ÄãºÃ", "????", "&mdash;", "□□", "<unk>")),
    *(("ja", text) for text in ("縺ゅ→縺ｧ", "繧ｳ繝ｳ", "¤¢¤¤", "ã‚", "????")),
]


@pytest.mark.parametrize(("lang", "piece"), DAMAGE)
def test_a_damaged_piece_is_flagged(lang: str, piece: str) -> None:
    """Lost characters, wrong codes, escapes and a model's own tokens are shown to the reviewer."""
    assert seen(lang, inserted(f" {piece} ")) & {"garbled", "refused"}
    assert seen(lang, lambda item: {**item, "title": f"x {piece} "}) & {"garbled", "refused"}


SENTENCES = [
    *(
        ("ja", text)
        for text in ("我們今天去圖書館看書。", "오늘은 날씨가 좋아요.", "Сегодня хорошая погода.", "วันนี้อากาศดี")
    ),
    ("ja", "Today we go to the library together."),
    *(
        ("zh", text)
        for text in ("오늘은 날씨가 좋아요.", "Сегодня хорошая погода.", "Jīntiān tiānqì hěn hǎo, wǒmen qù.")
    ),
    ("zh", "Today we go to the library together."),
    ("en", " Gestern bin ich mit meinem Bruder in die große Stadt gefahren und habe dort viel gesehen."),
    ("en", " Ayer fui con mi hermano a la ciudad y vimos muchas cosas bonitas en el mercado."),
    ("en", " Hier je suis allé avec mon frère dans la ville et nous avons vu beaucoup de choses."),
]


@pytest.mark.parametrize(("lang", "sentence"), SENTENCES)
def test_one_foreign_sentence_is_flagged(lang: str, sentence: str) -> None:
    """A text of which most is in its language may still hold a sentence that is not."""
    assert seen(lang, inserted(sentence)) & {"foreign_sentence", "odd_characters", "refused"}


@pytest.mark.parametrize("lang", LANGS)
def test_a_short_foreign_sentence_is_flagged(lang: Lang) -> None:
    """Of the sentences of five to seven words in another language, at least 90 % are found in a draft."""
    found = [seen(lang, inserted(f" {one} ")) & FOREIGN for one in foreign_sentences(lang)]
    assert len(found) >= 180 and sum(map(bool, found)) >= 0.9 * len(found)


@pytest.mark.parametrize("lang", LANGS)
def test_names_loanwords_and_quotations_are_not_foreign(lang: Lang) -> None:
    """A list of dishes, a title, a quotation and a name leave a draft without a flag; so do all graded texts."""
    wrong = [one for one in own_sentences(lang) if seen(lang, inserted(f" {one} ")) & FOREIGN]
    wrong += [text.name for text in texts(lang) if foreign_sentence(text.text, lang)]
    assert wrong == []


@pytest.mark.parametrize("space", [" ", "\u3000", "\u00a0", "\u2009", "\n"])
@pytest.mark.parametrize("lang", ["zh", "ja", "en"])
def test_spaces_between_all_characters_are_flagged(lang: str, space: str) -> None:
    """Whatever space it is; in English single letters."""
    spaced = seen(lang, lambda item: {**item, "passage": space.join(re.findall(r"\{\{\d+\}\}|.", item["passage"]))})
    assert spaced & {"spaced", "refused"}


@pytest.mark.parametrize("lang", ["zh", "ja", "en"])
def test_choices_of_another_script_are_flagged(lang: str) -> None:
    """A learner reads the choices, too."""
    assert seen(lang, blanks(distractors=["오늘", "날씨", "좋아"])) & {"foreign_choice", "refused"}


@pytest.mark.parametrize(("lang", "title"), [("en", "校园的一天"), ("zh", "A day on campus"), ("ja", "校园的一天")])
def test_a_title_in_another_script_is_flagged(lang: str, title: str) -> None:
    """A title is read, too; a name of a few letters is one in any language."""
    assert "foreign_title" in seen(lang, lambda item: {**item, "title": title})
    assert "foreign_title" not in seen(lang, lambda item: {**item, "title": "SNS" if lang == "en" else "SNS 2"})


@pytest.mark.parametrize("hint", ["...", "N/A", "TODO", "xxx", "提示", "?"])
def test_a_hint_that_says_nothing_is_missing(hint: str) -> None:
    """A word that only holds the place of a hint is none."""
    assert "help_missing" in seen("en", blanks(hint=hint))


@pytest.mark.parametrize("answer", ["...", "n/a", "TBD"])
def test_an_answer_that_says_nothing_is_refused(answer: str) -> None:
    """A word that only holds the place of an answer is none."""
    assert seen("en", blanks(answer=answer)) == {"refused"}


def test_a_long_remark_in_a_third_language_is_flagged() -> None:
    """It has Latin letters, and no English words."""
    remark = "C'est une expression fixe en anglais pour dire cela."
    assert "help_language" in seen("en", blanks(explanation=remark)) and "help_language" in seen(
        "zh", blanks(hint=remark)
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_an_ordinary_draft_is_not_suspected(name: str) -> None:
    """No sample is damaged, spaced or foreign."""
    codes = {flag.code for flag in check_item(sample(name), spec_for(name), level_of(name)).flags}
    assert not codes & {"garbled", "spaced", "odd_characters", "foreign_sentence", "help_missing", "help_language"}


def test_every_refusal_is_said_in_both_languages() -> None:
    """What a rejected item says to people is a code with values, also about its script and its id."""
    for text, lang in (("这是中文。" * 9, "en"), ("これは日本語です。" * 9, "zh"), ("English only. " * 9, "ja")):
        found = script_refusal(text, lang)  # type: ignore[arg-type]
        assert found and found.message and message_text(found.message, "zh") != str(found.message) == found.detail
    spec = spec_for(KEYS["en"])
    for item in (named(KEYS["en"], "m2c"), {"id": "s0", "title": "x"}, {**named(KEYS["en"], "s0"), "passage": "No."}):
        said = read_reply(reply(item), packet_for(spec), spec).rejections[0]
        assert message_text(said.message, "zh") != str(said.message) == said.detail


@pytest.mark.parametrize("sentence", ["𠮷野家で食べました。", "渊上さんと髙橋さんに会いました。"])
def test_a_character_of_a_family_name_is_ordinary(sentence: str) -> None:
    """Names are written with characters that the standards lack."""
    assert seen("ja", inserted(sentence)) == set()


def test_a_foreign_choice_is_no_word_above_the_level() -> None:
    """A choice in another language is flagged as such, and asks for nothing again."""
    item = blanks(distractors=["电车", "时间", "还是"])(sample(KEYS["ja"]))
    plain = blanks(distractors=[])(sample(KEYS["ja"]))
    spec, level = spec_for(KEYS["ja"]), level_of(KEYS["ja"])
    found, expected = check_item(item, spec, level).grading, check_item(plain, spec, level).grading
    assert found == expected
