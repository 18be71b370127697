"""
Target words in practice drafts: a sentence for each word is put at the end of the text, or a blank for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.practice.pen import Item, Pen
from engine.practice.script import count_units

SENTENCES: Mapping[str, Sequence[str]] = {
    "en": (
        "Before dinner {name} wrote [[{word}]] on a small card.",
        "On the {day} {friend} asked what [[{word}]] means.",
        "Someone had painted [[{word}]] on the wall of the {place}.",
        "In the evening {name} saw [[{word}]] in a short message.",
        "The last page of the notebook said only [[{word}]].",
    ),
    "ja": (
        "夕食の前に、{name}は小さなカードに「[[{word}]]」と書きました。",
        "{friend}さんは「[[{word}]]」の意味を聞きました。",
        "店の前の紙には「[[{word}]]」とありました。",
        "夜、{name}は短いメールで「[[{word}]]」を見つけました。",
        "ノートの最後のページには「[[{word}]]」だけがありました。",
    ),
    "zh": (
        "吃晚饭以前，{name}在一张小卡片上写了“[[{word}]]”。",
        "{friend}问大家“[[{word}]]”是什么意思。",
        "门口的纸上只写着“[[{word}]]”。",
        "晚上，{name}在一条消息里看到了“[[{word}]]”。",
        "本子的最后一页上只有“[[{word}]]”。",
    ),
}
HINTS = {"en": "a word of the list", "ja": "リストの言葉", "zh": "词表里的词"}
REASONS = {"en": "This word belongs to the list.", "ja": "この言葉はリストにあります。", "zh": "这个词在词表里。"}
HINTS_IN = {"en": "zh", "ja": "zh", "zh": "en"}


@dataclass(frozen=True, slots=True)
class WordSentence:
    """A sentence in three parts: the text before the word, the word, and the text after it."""

    before: str
    word: str
    after: str

    @property
    def whole(self) -> str:
        """With the word in place."""
        return f"{self.before}{self.word}{self.after}"


def word_sentences(pen: Pen, words: Sequence[str]) -> list[WordSentence]:
    """A sentence for each word, no two alike in one draft."""
    lang = pen.bank.lang
    templates = SENTENCES[lang]
    first = int(pen.unit("words") * len(templates))
    made = []
    for place, word in enumerate(words):
        before, _, rest = templates[(first + place) % len(templates)].partition("[[")
        after = rest.partition("]]")[2]
        made.append(WordSentence(pen.say(before), word, pen.say(after)))
    return made


def units_of(sentences: Sequence[WordSentence], lang: str) -> int:
    """What the sentences add to the length of a text."""
    return sum(count_units(sentence.whole, lang) for sentence in sentences)


def word_blank(number: int, word: str, blanks: Sequence[Item], options: Mapping[str, Any], lang: str) -> Item:
    """
    A blank for a word.

    Args:
        number: Of the blank.
        word: Its answer.
        blanks: The other blanks: their wrong choices are wrong here too.
        options: Of the kind; they name the language of hints.
        lang: Of the text.
    """
    explain = str(options.get("explain_in") or HINTS_IN[lang])
    explain = explain if explain in HINTS else HINTS_IN[lang]
    others = [text for blank in blanks for text in blank["distractors"] if text.casefold() != word.casefold()]
    return {
        "id": number,
        "answer": word,
        "acceptable": [],
        "type": "vocabulary",
        "hint": HINTS[explain],
        "distractors": list(dict.fromkeys(others))[:3],
        "explanation": REASONS[explain],
    }
