"""Damaged, foreign and repeating texts are distinguished from sound ones, in three languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from engine.kinds.check import body_text, check_item
from engine.kinds.copied import is_copied
from engine.kinds.examples import examples
from engine.kinds.garbled import garbled, is_spaced
from engine.kinds.language import DOUBTFUL_SHARE, ENGLISH_SHARE, english_share, is_help_in
from engine.kinds.repetition import repetition
from engine.kinds.script import foreign, odd_characters, script_refusal
from engine.spec import Lang
from tests.unit.test_kinds_kit import SAMPLES, codes, sample, spec_for

SPANISH = (
    "Ayer por la mañana fui al mercado con mi hermana. Compramos frutas y verduras porque queríamos preparar una cena "
    "especial para mi madre. A las ocho de la noche llegamos a casa y cocinamos."
)
DUTCH = (
    "Gisteren was ik met mijn zus in de stad. We hebben een nieuw boek gekocht in een oude winkel. Het was een mooie "
    "dag en we waren erg blij."
)


def script_problem(text: str, lang: Lang) -> str:
    found = script_refusal(text, lang)
    return found.detail if found else ""


def test_the_samples_are_sound() -> None:
    """None of the 54 sample drafts is taken for damaged, foreign or repeating."""
    for row in SAMPLES.values():
        text, lang = body_text(row["item"]), row["spec"]["lang"]
        assert (odd_characters(text, lang), garbled(text), is_spaced(text), repetition(text)) == ("", "", False, "")
        assert lang != "en" or english_share(text) >= DOUBTFUL_SHARE


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda text: re.sub("[.,!?]", "", text)])
def test_a_text_without_capitals_or_stops_is_flagged(change: Callable[[str], str]) -> None:
    """The samples are not; a short text proves nothing."""
    item = sample("cl-en-03")
    changed = {**item, "passage": change(item["passage"])}
    flags = [check_item(one, spec_for("cl-en-03"), 3).flags for one in (item, changed)]
    assert ["unpunctuated" in codes(found) for found in flags] == [False, True]


@pytest.mark.parametrize(
    ("mark", "code"), [("😀", "odd_characters"), ("🎉 ☀ ", "odd_characters"), ("a\u0337\u0334", "garbled")]
)
def test_pictures_and_piled_marks_are_flagged(mark: str, code: str) -> None:
    """One picture is none of them; several, and letters under piled marks, are seen by a reviewer."""
    item = sample("cl-en-03")
    for times, is_flagged in ((3, True), (1, code == "garbled")):
        changed = {**item, "passage": item["passage"].replace(". ", f". {mark} ", times)}
        assert (code in codes(check_item(changed, spec_for("cl-en-03"), 3).flags)) == is_flagged or "☀" in mark


@pytest.mark.parametrize("remark", ["(Word count: 112)", "Word count: 112", "(112 words)"])
def test_a_claim_about_the_length_is_no_part_of_a_text(remark: str) -> None:
    """A model that counts its words inside the text speaks about its task."""
    item = sample("cl-en-03")
    assert check_item({**item, "passage": f"{item['passage']} {remark}"}, spec_for("cl-en-03"), 3).code == "meta"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("远处有一座瞭望塔。", "zh"),
        ("他囧得说不出话来。", "zh"),
        ("新加坡的粿条很好吃。", "zh"),
        ("我的朋友叫王玥，她住在堃城。", "zh"),
        ("駅の近くに髙島屋があります。", "ja"),
        ("𠮷野家で髙橋さんと会いました。", "ja"),
        ("彼は俯いて豆を揉んでいました。", "ja"),
    ],
)
def test_ordinary_characters_are_ordinary(text: str, lang: Lang) -> None:
    """Characters that an old standard lacks are no reason to refuse a text."""
    assert script_problem(text, lang) == ""


@pytest.mark.parametrize(
    ("text", "lang", "odd"),
    [
        ("这个關于学校的故事。", "zh", "關"),
        ("これは关系のない話です。", "ja", "关"),
        ("网へ行きました。", "ja", "网"),
        ("几个あります。", "ja", "个"),
        ("The привет word.", "en", "привет"),
        ("学校のような地方。", "zh", "のような"),
    ],
)
def test_characters_of_another_language_are_seen(text: str, lang: Lang, odd: str) -> None:
    """One traditional, simplified, Cyrillic or kana character where it does not belong is named."""
    assert odd_characters(text, lang) == "".join(dict.fromkeys(odd))


def test_several_odd_characters_refuse_a_text() -> None:
    """A text in the other script of the same language is refused, one with a single odd character is not."""
    assert "traditional" in script_problem("這個學校離車站很近，從這裡過去只要幾分鐘。", "zh")
    assert "not Japanese" in script_problem("これは关系のない时间の电车です。", "ja")
    assert script_problem("这个關于学校的故事很有意思。", "zh") == ""


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("电车", "ja", True),
        ("学校", "ja", False),
        ("ですか", "ja", False),
        ("DNA", "zh", True),
        ("A", "zh", False),
        ("3 %", "zh", False),
        ("学校", "en", True),
        ("café", "en", False),
    ],
)
def test_a_choice_is_in_the_script_of_its_text(text: str, lang: Lang, expected: bool) -> None:
    """A choice or an answer in another script is foreign; digits and single letters never are."""
    assert foreign(text, lang) is expected


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Itâ€™s late", "â€™"),
        ("Ã©tÃ©", "Ã©"),
        ("æˆ‘ä»¬", "æˆ‘ä»¬"),
        ("lost \ufffd byte", "\ufffd"),
        ("line\\nbreak", "\\n"),
        ("caf\\u00e9", "\\u00e9"),
        ("Tom &amp; Ann", "&amp;"),
        ("naïve café, «où», “yes” — œuvre…", ""),
        ("C:\\temp costs £5", ""),
    ],
)
def test_damage_is_recognised(text: str, piece: str) -> None:
    """Lost bytes, bytes in the wrong encoding and escapes left over are damage; accents and quotes are not."""
    assert garbled(text) == piece


def test_spaces_between_all_characters_are_damage() -> None:
    """A space after every character is damage; a few spaces between phrases are not."""
    assert is_spaced("我 的 朋 友 叫 王 玥 ， 她 很 好")
    assert not is_spaced("我的朋友叫王玥 她住在北京 今年三十岁 喜欢看书 也喜欢跑步 常常早起 一起去公园")


def test_another_language_in_latin_letters_is_not_english() -> None:
    """A Spanish or Dutch passage has far fewer English function words than any English one."""
    assert english_share(SPANISH) < english_share(DUTCH) < ENGLISH_SHARE


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("固定搭配「身につく」", "zh", True),
        ("て形で動作をつなぐ：连接动作用て形", "zh", True),
        ("a place to study", "zh", False),
        ("接続の表現です", "zh", False),
        ("a fixed phrase: “发邮件”", "en", True),
        ("这是一个固定搭配", "en", False),
        ("学ぶ場所のことです", "en", False),
        ("接続の表現です", "ja", True),
        ("this is a connector", "ja", False),
        ("…", "en", True),
    ],
)
def test_help_is_in_the_language_asked_for(text: str, lang: Lang, expected: bool) -> None:
    """A hint is in its language, whatever it quotes; a hint in another one is not."""
    assert is_help_in(text, lang) is expected


def test_a_text_that_repeats_itself_is_named() -> None:
    """A sentence said again and again is repetition; a refrain is not."""
    assert repetition("I like tea. " * 20) == "i like tea"
    assert repetition("Hi.\nHow are you?\nFine.\nYes.\nGood.\nYes.\nBye.") == ""


def misspelt(value: Any) -> Any:
    """A draft with a letter of each long text changed."""
    if isinstance(value, dict):
        return {name: misspelt(part) for name, part in value.items()}
    if isinstance(value, list):
        return [misspelt(part) for part in value]
    return value[:9] + "x" + value[10:] if isinstance(value, str) and len(value) > 20 else value


@pytest.mark.parametrize("lang", ["en", "ja", "zh"])
@pytest.mark.parametrize("kind", ["cloze", "shadowing", "alignment"])
def test_an_example_with_some_words_changed_is_copied(kind: str, lang: Lang) -> None:
    """A worked example is recognised with its names changed; no sample draft is taken for one."""
    for one in examples(kind, lang):
        assert is_copied(misspelt(one.item), kind, lang)
    for row in SAMPLES.values():
        if (row["spec"]["kind"], row["spec"]["lang"]) == (kind, lang):
            assert not is_copied(row["item"], kind, lang)
