"""
Texts whose level is known, to calibrate the level check: the 54 samples, and texts written for Draftmill.

en.tsv, ja.tsv, zh.tsv: level, topic, text. foreign.tsv: language, text. foreign_sentences.tsv: language, a sentence of
few words. own_sentences.tsv: language of the text, a sentence with names, loanwords, lists or quotations that belongs
to it. Nothing was copied from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.kinds import kind_of
from engine.kinds.grading import grade, grade_text
from engine.spec import Lang
from engine.work import Grading
from tests.unit.test_kinds_kit import SAMPLES, sample

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a known level."""

    name: str
    lang: Lang
    level: int
    topic: str
    text: str = ""
    """Empty: a sample draft."""

    def graded(self, level: int) -> Grading:
        """The text measured as a draft of a level."""
        if self.text:
            found = grade_text(self.text, self.lang, level, self.topic)
        else:
            kind = kind_of(SAMPLES[self.name]["spec"]["kind"])
            found = grade(sample(self.name), kind, self.lang, level, self.topic)
        assert found is not None
        return found


def texts(lang: Lang) -> list[Text]:
    """All texts of a language: at least 60."""
    return [*_samples(lang), *_written(lang)]


def foreign() -> list[tuple[str, str]]:
    """(language, text) of passages in Latin letters that are not English."""
    return _pairs("foreign.tsv")


def foreign_sentences(lang: Lang) -> list[str]:
    """Sentences of five words or more that are foreign in a text of a language."""
    return [text for other, text in _pairs("foreign_sentences.tsv") if other != "zh" or lang == "ja"]


def own_sentences(lang: Lang) -> list[str]:
    """Sentences that belong to a text of a language, although they hold foreign words."""
    return [text for own, text in _pairs("own_sentences.tsv") if own == lang]


def _pairs(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(lang, text) for lang, _, text in (line.partition("\t") for line in lines)]


def _samples(lang: Lang) -> Iterator[Text]:
    for name, row in SAMPLES.items():
        spec = row["spec"]
        if spec["lang"] == lang:
            yield Text(name, lang, spec["level"], spec["topic"])


def _written(lang: Lang) -> Iterator[Text]:
    for number, line in enumerate((HERE / f"{lang}.tsv").read_text(encoding="utf-8").splitlines(), 1):
        level, topic, text = line.split("\t")
        yield Text(f"{lang}-{number}", lang, int(level), topic, text)
