"""
What a learner of each level can read, in words a model follows, and how long sentences are at it; the names are those
of spec.LEVEL_NAMES.
"""

from __future__ import annotations

from engine.kinds.tokens import point
from engine.spec import Lang

LANGUAGES: dict[Lang, str] = {"en": "English", "ja": "Japanese", "zh": "Chinese (simplified)"}

LEVELS: dict[Lang, tuple[str, ...]] = {
    "en": (
        "A1: the 500 commonest words; present simple, can, there is; sentences of 4 to 9 words about daily life.",
        "A2: about 1,200 words; past simple, going to, comparatives, because, when; sentences of 6 to 12 words.",
        "B1: about 2,500 words; present perfect, first conditional, relative clauses, however; familiar matters.",
        "B2: about 4,500 words; passive, second and third conditional, reported speech, phrasal verbs; opinions.",
        "C1: about 8,000 words; inversion, participle clauses, idiom, hedging; abstract and professional matters.",
        "C2: the full language; irony, register shifts, dense argument; precise and elegant wording.",
    ),
    "ja": (
        "N5: です・ます, て-form, basic particles, たい; first 100 kanji, other words in kana; short sentences.",
        "N4: plain forms, たら, ので, ことができる, てしまう; 300 kanji; sentences of 15 to 25 characters.",
        "N3: ようになる, ばかり, わけだ, おかげで, passive and causative; 650 kanji; everyday reports.",
        "N2: 一方で, にもかかわらず, をめぐって, がち; 1,000 kanji; である style allowed in articles.",
        "N1: ならでは, いかんによらず, ざるを得ない; abstract nouns; editorial and professional style.",
        "above N1: literary and academic prose, four-character idioms, fine differences of register.",
    ),
    "zh": (
        "HSK 1-2: about 1,000 words; 是, 有, 在, 了, 想, 因为……所以……; sentences of 5 to 12 characters.",
        "HSK 3: about 2,000 words; 把, 被, 过, 着, 一边……一边……, complements of result; daily matters.",
        "HSK 4: about 3,200 words; 只要……就……, 不但……而且……, 尤其, 其实; study, work, health.",
        "HSK 5: about 4,200 words; 与其……不如……, 即使, 难免, written connectors; opinions and reports.",
        "HSK 6: about 5,400 words; 加以, 并非, 固然, 随之, four-character phrases; essays and news.",
        "HSK 7-9: the full language; allusion, formal written style, dense argument.",
    ),
}

_SENTENCE: dict[Lang, tuple[int, ...]] = {  # words (en) or characters of an average sentence, by level
    "en": (7, 10, 12, 14, 16, 18),
    "ja": (16, 21, 26, 32, 38, 42),
    "zh": (11, 14, 18, 22, 26, 28),
}


def sentences(lang: Lang, level: int, length: tuple[int, int]) -> tuple[int, int]:
    """How many sentences make a text of this length at a level: the fewest and the most."""
    usual = point(length, top=False) / _SENTENCE[lang][level - 1]
    return max(2, int(0.85 * usual)), max(3, int(1.2 * usual))


def about(length: tuple[int, int]) -> int:
    """The length to aim at: the middle of a range, as a round number."""
    middle = point(length, top=False)
    step = 10 if middle >= 60 else 5
    return step * round(middle / step)
