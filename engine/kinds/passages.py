"""
Cuts a text into passages of 80 to 300 units at the ends of sentences and, where it can be, of paragraphs.

Every word of the text is in exactly one passage. A passage that no draft can be made from says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import SpecError
from engine.kinds.script import script_refusal
from engine.kinds.soundness import unreadable
from engine.kinds.text import clean
from engine.kinds.units import count_units
from engine.messages import Message
from engine.spec import Lang
from engine.spec.sources import LONGEST_SOURCE

LEAST, MOST = 80, 300
"""Units of a passage: words of English, characters of Japanese and Chinese."""
AIM = 170
_INSIDE = 0.35
"""The cost of a border inside a paragraph; that of a length is its squared relative distance from AIM."""
_TOO_SHORT = 50.0
_SAMPLE = 20_000
_MANY, _TOGETHER = 20_000, 16
"""From so many sentences on, short ones are cut together, up to so many units."""

_SHORT_FORMS = "mr mrs ms dr prof st mt vs etc e.g i.e a.m p.m no fig inc ltd jr sr u.s u.k"
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())
_EN_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s+[\"'“‘(\[]?[A-Z0-9À-Þ]|\s*$)")
_WIDE_END = re.compile(r"[。！？!?…]+[”」』）)\"]*")
_QUOTES = str.maketrans({"「": "(", "『": "(", "」": ")", "』": ")", "（": "(", "）": ")"})
_AFTER_QUOTE = re.compile("[、，\u3041-\u3096]")
_BLANK_LINE = re.compile(r"\n[ \t\u3000]*\n\s*")
_ENDS_SENTENCE = re.compile(r"[.!?。！？…][\"'”’」』）)]*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text, and why no draft can be made from it, if so."""

    number: int
    """From 1."""
    body: str
    units: int
    problem: Message | None = None


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    units: int
    begins: bool
    """It begins a paragraph."""


def cut_passages(text: str, lang: Lang, name: str = "") -> tuple[Passage, ...]:
    """
    Cut a text into passages.

    Args:
        text: Paragraphs with blank lines between, or one a line.
        lang: Its language.
        name: What it is called in messages; empty: its first words.

    Raises:
        SpecError: the text as a whole is in another language, or has fewer than 80 units.
    """
    sentences = _sentences(text, lang)
    whole = _joined(sentences, lang)
    units = sum(one.units for one in sentences)
    if wrong := _language_problem(whole[:_SAMPLE], lang):
        raise SpecError("text", name or whole[:40], "text_language", problem=wrong)
    if units < LEAST:
        raise SpecError("text", name or whole[:40], "text_short", count=units, least=LEAST)
    bodies = [_joined(part, lang) for part in _parts(_grouped(sentences, lang))]
    return tuple(_passage(number, body, lang) for number, body in enumerate(bodies, 1))


def sentences_of(text: str, lang: Lang) -> list[str]:
    """The sentences of a text; a quotation or a bracket is not cut."""
    return [one.text for one in _sentences(text, lang)]


def passage_problem(body: str, lang: Lang, least: int = LEAST, most: int = MOST) -> Message | None:
    """Why no draft can be made from a passage: its length, gaps in it, or its language; None: it can be used."""
    units = count_units(body, lang)
    if units < least:
        return Message("passage_short", {"least": least})
    if units > most or len(body) > LONGEST_SOURCE:
        return Message("passage_long", {"most": most})
    if "{{" in body or "}}" in body or "__" in body:
        return Message("passage_gaps")
    found = unreadable(body, lang)
    return found.message if found else None


def _language_problem(text: str, lang: Lang) -> Message | None:
    found = script_refusal(text, lang)
    if found is None and lang == "en":
        wrong = unreadable(text, lang)
        found = wrong if wrong and wrong.code == "wrong_language" else None
    return found.message if found else None


def _passage(number: int, body: str, lang: Lang) -> Passage:
    return Passage(number, body, count_units(body, lang), passage_problem(body, lang))


def _sentences(text: str, lang: Lang) -> list[_Sentence]:
    found = []
    for paragraph in _paragraphs(str(clean(text)), lang):
        for place, sentence in enumerate(_split(paragraph, lang)):
            found.append(_Sentence(sentence, count_units(sentence, lang), place == 0))
    return found


def _paragraphs(text: str, lang: Lang) -> list[str]:
    """Parts between blank lines; without any, each line where most of them end a sentence, else the whole text."""
    parts = _BLANK_LINE.split(text)
    if len(parts) == 1:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        ends = sum(1 for line in lines if _ENDS_SENTENCE.search(line))
        parts = lines if ends * 2 > len(lines) else [text]
    glue = " " if lang == "en" else ""
    joined = (glue.join(line.strip(" \t\u3000") for line in part.split("\n")) for part in parts)
    return [" ".join(one.split()) if lang == "en" else one for one in joined if one.strip()]


def _split(paragraph: str, lang: Lang) -> list[str]:
    """The sentences of a paragraph; a quotation or a bracket is not cut."""
    pattern = _EN_END if lang == "en" else _WIDE_END
    found, start = [], 0
    for end in pattern.finditer(paragraph):
        piece = paragraph[start : end.end()]
        if lang == "en" and _is_abbreviation(piece):
            continue
        if lang != "en" and len(piece) < MOST and _goes_on(piece, paragraph, end.end()):
            continue
        found.append(piece.strip())
        start = end.end()
    rest = paragraph[start:].strip()
    return [one for one in (*found, rest) if one]


def _goes_on(piece: str, paragraph: str, end: int) -> bool:
    """Whether a quotation or bracket is open, or one that has ended is part of a longer sentence."""
    signs = piece.translate(_QUOTES)
    return signs.count("(") > signs.count(")") or (
        signs.endswith(")") and _AFTER_QUOTE.match(paragraph, end) is not None
    )


def _is_abbreviation(piece: str) -> bool:
    last = piece.rstrip(".").rpartition(" ")[2].lstrip("\"'“‘([").casefold()
    return piece.endswith(".") and (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last != "i"))


def _parts(sentences: Sequence[_Sentence]) -> list[Sequence[_Sentence]]:
    """The sentences in groups of LEAST to MOST units, as near to AIM and to whole paragraphs as can be."""
    best = [0.0, *[float("inf")] * len(sentences)]
    begins = [0] * (len(sentences) + 1)
    for start in range(len(sentences)):
        units = 0
        inside = 0.0 if start == 0 or sentences[start].begins else _INSIDE
        for end in range(start + 1, len(sentences) + 1):
            units += sentences[end - 1].units
            if (units > MOST or end > start + MOST) and end > start + 1:
                break
            cost = best[start] + inside + ((units - AIM) / AIM) ** 2 + (_TOO_SHORT if units < LEAST else 0.0)
            if cost < best[end]:
                best[end], begins[end] = cost, start
    parts: list[Sequence[_Sentence]] = []
    end = len(sentences)
    while end:
        parts.append(sentences[begins[end] : end])
        end = begins[end]
    return parts[::-1]


def _grouped(sentences: list[_Sentence], lang: Lang) -> list[_Sentence]:
    """Of very many sentences the short ones of a paragraph together: where to cut is weighed for each."""
    if len(sentences) <= _MANY:
        return sentences
    found: list[_Sentence] = []
    for one in sentences:
        last = found[-1] if found else None
        if last and not one.begins and last.units + one.units <= _TOGETHER:
            found[-1] = _Sentence(_joined((last, one), lang), last.units + one.units, last.begins)
        else:
            found.append(one)
    return found


def _joined(sentences: Iterable[_Sentence], lang: Lang) -> str:
    text = ""
    for one in sentences:
        text += ("\n" if one.begins else " " if lang == "en" else "") * bool(text) + one.text
    return text
