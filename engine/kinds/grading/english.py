"""
English: the CEFR level of a word, from the word list of the package cefrpy.

Its file is read here: the package checks its 2.6 MB byte by byte when it is imported, which takes 0.25 s.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from engine.kinds.common_words import FUNCTION_WORDS
from engine.kinds.grading.names import loanword, starts_sentence
from engine.kinds.grading.word import Word

PACKAGE = "cefrpy"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PROPER = (10, 11)
"""cefrpy's numbers of the parts of speech NNP and NNPS."""
_STEP = 50
"""Of a level in cefrpy's file: 0 is A1, 250 is C2."""
_GRAMMAR = (
    "although another both during each either even every few last many most much neither next other several "
    "since such these those though through unless until while without ah bye dr eh goodbye hello hey hi hmm mr "
    "mrs ms oh ok okay uh um wow yeah "
)
GRAMMAR = frozenset(_GRAMMAR.split())
"""Words of the grammar and of greetings, which are no vocabulary."""
_FORMS = (
    "be: been, become: became, begin: began begun, break: broke broken, bring: brought, build: built, buy: "
    "bought, catch: caught, choose: chose chosen, come: came, cut: cutting, do: done, draw: drew drawn, drink: "
    "drank drunk, drive: drove driven, eat: ate eaten, fall: fell fallen, feel: felt, fight: fought, find: "
    "found, fly: flew flown, forget: forgot forgotten, get: got gotten, give: gave given, go: went gone, grow: "
    "grew grown, hear: heard, hide: hid hidden, hold: held, keep: kept, know: knew known, learn: learnt, "
    "leave: left, lend: lent, lie: lay lain lying, lose: lost, make: made, mean: meant, meet: met, pay: paid, "
    "put: putting, ride: rode ridden, ring: rang rung, run: ran, say: said, see: saw seen, sell: sold, send: "
    "sent, shake: shook shaken, shine: shone, sing: sang sung, sit: sat, sleep: slept, speak: spoke spoken, "
    "spend: spent, stand: stood, swim: swam swum, take: took taken, teach: taught, tell: told, think: thought, "
    "throw: threw thrown, wake: woke woken, wear: wore worn, win: won, write: wrote written, child: children, "
    "man: men, woman: women, foot: feet, tooth: teeth, person: people, good: better best, bad: worse worst "
)
IRREGULAR = {
    form: entry.partition(":")[0].strip() for entry in _FORMS.split(",") for form in entry.partition(":")[2].split()
}
"""Irregular forms to their base."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The words of one length, sorted, each followed by its part of speech and its level."""

    rows: bytes
    width: int

    def levels(self, word: bytes) -> Iterator[tuple[int, int]]:
        """(part of speech, level) of a word's rows."""
        size = self.width - 2
        count = len(self.rows) // self.width
        place = bisect_left(range(count), word, key=lambda row: self.rows[row * self.width : row * self.width + size])
        for start in range(place * self.width, len(self.rows), self.width):
            if self.rows[start : start + size] != word:
                return
            yield self.rows[start + size], self.rows[start + size + 1]


def is_available() -> bool:
    """Whether the word list is installed and can be read."""
    return bool(_tables())


def words(text: str, names: frozenset[str]) -> Iterator[Word]:
    """The content words of a text that the list grades; function words, names and loanwords are left out."""
    capitals: list[Word] = []
    inside = set(names)
    for found in _WORD.finditer(text):
        shown = found[0]
        word = _content_word(shown.lower())
        if word is None or word.text in names:
            continue
        if not shown[0].isupper():
            yield word
        elif starts_sentence(text[max(0, found.start() - 6) : found.start()]):
            capitals.append(word)
        else:
            inside.add(word.text)
    yield from (word for word in capitals if word.text not in inside)  # "Anna" of "... and Anna" is a name everywhere


@lru_cache(maxsize=20_000)
def _content_word(shown: str) -> Word | None:
    """A word in small letters with its level; None for a function word, a loanword, and what the list does not have."""
    word, ending = _parted(shown)
    if len(word) < 2 or ending == "t" or word in FUNCTION_WORDS or word in GRAMMAR or loanword(word):
        return None
    level = level_of(_plain(word))
    return None if level is None else Word(word, level)


def _plain(word: str) -> str:
    """A word as the list has it: café is cafe."""
    return word if word.isascii() else unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()


def _parted(word: str) -> tuple[str, str]:
    """A word and the ending after its apostrophe: "don't" is ("don", "t")."""
    stem, _, ending = word.replace("’", "'").partition("'")
    return stem, ending


def own_words(topic: str) -> frozenset[str]:
    """The words of a topic, in all forms."""
    found = {word.lower() for word in _WORD.findall(topic)}
    return frozenset(form for word in found for form in (*forms(word), f"{word}s", f"{word}es"))


@lru_cache(maxsize=60_000)
def level_of(word: str) -> float | None:
    """
    The level of a word in small letters: the easiest of its forms and parts of speech, 1.0 (A1) to 6.0 (C2).

    Returns:
        None where the list does not have it, or only as a name.
    """
    found = [level for form in forms(word) for part, level in _rows(form) if part not in _PROPER]
    return min(found) / _STEP + 1 if found else None


def forms(word: str) -> Iterator[str]:
    """A word and what it may be a form of: "tries" -> "try", "stopped" -> "stop"."""
    yield word
    if word in IRREGULAR:
        yield IRREGULAR[word]
    for ending, others in (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ied", ("y",)), ("ed", ("", "e")),
                           ("ing", ("", "e")), ("ly", ("",))):  # fmt: skip
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            yield from (stem + other for other in others)
            if stem[-1] == stem[-2] and ending in ("ed", "ing"):
                yield stem[:-1]


def _rows(word: str) -> list[tuple[int, int]]:
    tables = _tables()
    return list(tables[len(word)].levels(word.encode())) if len(word) in tables else []


@cache
def _tables() -> dict[int, _Table]:
    """The word list by length of the words; empty where it is missing or has another form."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        return {}
    try:
        raw = Path(package.origin).with_name("data.bin").read_bytes()
        ends = struct.unpack_from(f"<{raw[0]}I", raw, 1)
    except (OSError, struct.error, IndexError):
        return {}
    body = raw[1 + 4 * raw[0] :]
    lengths = range(1, len(ends))
    tables = {size: _Table(body[ends[size - 1] : ends[size]], size + 2) for size in lengths}
    return tables if all(len(table.rows) % table.width == 0 for table in tables.values()) else {}
