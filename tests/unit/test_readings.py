"""Readings from dictionaries: pinyin and furigana, in worksheets and Anki notes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from engine import export
from engine.export.furigana import bracketed, with_furigana
from engine.export.html_page import ruby_html
from engine.kinds import check_item
from engine.kinds.blocks import Prose
from engine.kinds.readings import has_readings, ruby
from engine.kinds.readings.corrected import own_readings
from engine.store import DraftFilter, Store
from tests.unit.test_export_kit import put
from tests.unit.test_kinds_kit import level_of, sample, spec_for

pytest.importorskip("pypinyin")
pytest.importorskip("fugashi")


@pytest.mark.parametrize(
    ("lang", "text"),
    [("ja", "お茶を飲み、今日は図書館へ行った。A4の紙"), ("zh", "我觉得银行的音乐很长，OK？"), ("en", "The bus.")],
)
def test_the_pieces_make_up_the_text(lang: str, text: str) -> None:
    """Whatever is read, the text itself stays as it is stored."""
    assert "".join(one.text for one in ruby(text, lang)) == text


def test_a_reading_stands_over_the_kanji_alone() -> None:
    """Kana at the ends of a word have no reading of their own: 食べる is 食[た] and べる."""
    found = {one.text: one.reading for one in ruby("お茶を食べる", "ja") if one.reading}
    assert found == {"茶": "ちゃ", "食": "た"}


def test_words_decide_between_readings() -> None:
    """长 is zhǎng in 校长 and uncertain alone; 音乐 is yīnyuè."""
    found = {one.text: one for one in ruby("音乐", "zh")}
    assert found["乐"].reading == "yuè" and not found["乐"].uncertain
    assert ruby("长", "zh")[0].uncertain and ruby("今日", "ja")[0].uncertain


@pytest.mark.parametrize(
    ("lang", "text", "marked"),
    [
        ("zh", "我们都会来。", "都会"),
        ("zh", "大夫在切菜。", "大夫切"),
        ("zh", "天气很暖和，他是会计，我了解他。", ""),
        ("ja", "三十分と六本。", "分本"),
        ("ja", "八月三日に田中さんが来た。", ""),
        ("ja", "裕子さんが来た。", "裕子"),
    ],
)
def test_what_the_dictionary_can_only_guess_is_marked(lang: str, text: str, marked: str) -> None:
    """Two words that look like one, counters whose reading changes, and given names are uncertain; words are not."""
    assert "".join(one.text for one in ruby(text, lang) if one.uncertain) == marked


def test_a_text_with_readings_is_still_inert() -> None:
    """HTML inside a draft does nothing, with readings, too."""
    shown = ruby_html("<b>图书馆</b>", "zh")
    assert "&lt;b&gt;" in shown and "<ruby>图<rt>tú</rt></ruby>" in shown


def test_brackets_of_a_draft_are_no_readings() -> None:
    """Only our readings become Anki's brackets; a draft cannot make a sound tag."""
    block = with_furigana([Prose(("\ue000sound:x\ue001 漢字",))], "ja")[0]
    assert isinstance(block, Prose)
    assert bracketed(str(block.pieces[0])) == "sound:x  漢字[かんじ]"


@pytest.mark.parametrize(("name", "held"), [("cl-ja-01", " 毎朝[まいあさ]"), ("cl-zh-01", " 我[wǒ]")])
def test_anki_notes_and_worksheets_have_readings_where_asked(tmp_path: Path, name: str, held: str) -> None:
    """Anki's text file has 漢字[かんじ], the worksheet has ruby; without the option neither."""
    with Store.open(tmp_path / "export.db") as store:
        put(store, name)
        with_them, without = export.ExportOptions(readings=True), export.ExportOptions()
        assert held in _text(store, "anki-text", with_them) and held not in _text(store, "anki-text", without)
        assert "<ruby>" in _text(store, "html", with_them) and "<ruby>" not in _text(store, "html", without)
        assert _text(store, "anki", with_them)


def test_a_language_without_readings_is_only_a_text() -> None:
    """English has none, and neither has a text whose package is missing."""
    assert not has_readings("en") and ruby("Tea", "en")[0].reading == ""


def _text(store: Store, fmt: str, options: export.ExportOptions) -> str:
    out = io.BytesIO()
    export.write_to(store, DraftFilter(), fmt, out, options=options)
    return out.getvalue().decode("utf-8", "replace")


def test_a_corrected_reading_wins_over_the_dictionary() -> None:
    """It is shown wherever its text occurs, over the kanji alone, also where it cuts a word of the dictionary."""
    own = own_readings({"readings": ["三十分=さんじゅっぷん", "食べる＝くべる", "no reading"]})
    pieces = ruby("三十分で食べるから十分だ", "ja", own)
    assert "".join(one.text for one in pieces) == "三十分で食べるから十分だ"
    assert [(one.text, one.reading) for one in pieces if one.reading][:2] == [
        ("三十分", "さんじゅっぷん"),
        ("食", "く"),
    ]
    found = ruby("我得去还书", "zh", own_readings({"readings": ["得=děi", "还书=huán shū"]}))
    assert [(one.text, one.reading, one.uncertain) for one in found][1:] == [
        ("得", "děi", False), ("去", "qù", False), ("还", "huán", False), ("书", "shū", False)]  # fmt: skip


@pytest.mark.parametrize("line", ["十分", "十分=juppun", "=じゅっぷん", "犬=いぬ", "<b>=ぶ", "十分=<script>"])
def test_a_reading_that_cannot_be_used_is_refused_by_name(line: str) -> None:
    """A line that is no reading, or whose text the draft does not have, is named; nothing is saved."""
    content = {**sample("cl-ja-01"), "readings": [line]}
    checked = check_item(content, spec_for("cl-ja-01"), level_of("cl-ja-01"), by_hand=True)
    assert checked.content is None and checked.code == "readings" and checked.message is not None


def test_a_model_cannot_write_readings() -> None:
    """Readings come from the dictionary or from a person: what a reply says of them is left out."""
    content = {**sample("cl-ja-01"), "readings": ["人=いぬ"]}
    checked = check_item(content, spec_for("cl-ja-01"), level_of("cl-ja-01"))
    assert checked.content is not None and "readings" not in checked.content
