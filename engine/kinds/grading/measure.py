"""
Measures a draft against its level: what share of its words a learner of that level is not expected to know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType

from engine.kinds.grading.word import Word
from engine.kinds.kind import Kind
from engine.kinds.layout import Asked, Choice, Entry, layout, texts_of
from engine.kinds.script import foreign
from engine.spec import LANGS, Lang
from engine.work import Content, Grading

MOST_WORDS = 60
"""Words above the level that are kept of a draft."""
FEWEST: Mapping[Lang, int] = {"en": 20, "ja": 50, "zh": 40}
"""A text of fewer words (ja, zh: characters) is measured as if it had so many: one word of five proves little."""
TOP = 6
_MODULES = {"en": "english", "ja": "japanese", "zh": "chinese"}
_LIMITS: Mapping[Lang, Callable[[int], float]] = {
    "en": lambda level: level + 0.5,  # cefrpy gives parts of a level: 2.4 counts as A2
    "ja": lambda level: level,  # N5 is 1, N1 is 5
    "zh": lambda level: level + 1,  # our level 1 is HSK 1-2, level 2 is HSK 3
}
"""The highest level on a list's scale that a draft's level covers."""
_NAMES = ("name", "label", "speaker")


def grade(content: Content, kind: Kind, lang: Lang, level: int, topic: str = "", known: str = "") -> Grading | None:
    """
    Measure a draft: its body, and everything else in its language that a learner reads; the higher share counts.

    Args:
        content: As stored.
        kind: Its kind.
        lang: Of its texts.
        level: 1 to 6.
        topic: Its words never count; nor do those of the titles, which say it in the language of the draft.
        known: More words that never count, such as a word list's, one per line.

    Returns:
        None where the list of the language is not installed.
    """
    if not _language(lang).is_available():
        return None
    texts = list(texts_of(content, layout(kind.fields)))
    titles = (text for _, entry, text in texts if entry.name == "title")
    names = frozenset(_names_of(texts))
    exempt = own_words(lang, " ".join([topic, *titles])) | own_words(lang, known)
    body = list(_graded(kind.body(content), lang, names, exempt))
    others = _graded("\n".join(_others(texts, lang)), lang, names, exempt)
    everything = [*body, *others]
    share = max(_share(body, lang, level), _share(everything, lang, level))
    return Grading(share, _hardest(everything, lang, level))


def grade_text(text: str, lang: Lang, level: int, topic: str = "", known: str = "") -> Grading | None:
    """Measure one text; the arguments are those of `grade`."""
    if not _language(lang).is_available():
        return None
    found = list(_graded(text, lang, frozenset(), own_words(lang, topic) | own_words(lang, known)))
    return Grading(_share(found, lang, level), _hardest(found, lang, level))


@lru_cache(maxsize=64)
def word_borders(text: str, lang: Lang) -> tuple[frozenset[int], frozenset[int]] | None:
    """Where the words of a Japanese or Chinese text meet, cut from the left and from the right; None: not known."""
    language = _language(lang)
    if lang == "en" or not language.is_available():
        return None
    found: tuple[frozenset[int], frozenset[int]] = language.listed_words().borders(text)
    return found


def gates_off() -> list[tuple[Lang, str]]:
    """The languages that cannot be graded here, each with the package that is missing."""
    off = (lang for lang in LANGS if not _language(lang).is_available())
    return [(lang, str(getattr(_language(lang), "PACKAGE", ""))) for lang in off]


@lru_cache(maxsize=512)
def own_words(lang: Lang, topic: str) -> frozenset[str]:
    """A topic's own words."""
    found: frozenset[str] = _language(lang).own_words(topic)
    return found


@cache
def _language(lang: Lang) -> ModuleType:
    return import_module(f"engine.kinds.grading.{_MODULES[lang]}")


def _graded(text: str, lang: Lang, names: frozenset[str], exempt: frozenset[str]) -> Iterator[Word]:
    found: Iterable[Word] = _language(lang).words(text, names)
    return (word._replace(level=0) if word.text in exempt else word for word in found)


def _share(words: Collection[Word], lang: Lang, level: int) -> float:
    limit = _LIMITS[lang](level)
    above = sum(word.size for word in words if word.level > limit) if level < TOP else 0
    return above / max(FEWEST[lang], sum(word.size for word in words))


def _hardest(words: Collection[Word], lang: Lang, level: int) -> tuple[str, ...]:
    limit = _LIMITS[lang](level)
    above = {word.text: word.level for word in words if word.level > limit} if level < TOP else {}
    return tuple(sorted(above, key=lambda text: -above[text])[:MOST_WORDS])


def _others(texts: Iterable[tuple[str, Entry, str]], lang: Lang) -> Iterator[str]:
    """Answers, choices and tasks: what is read beside the body. A choice in another language is flagged as such."""
    for _, entry, text in texts:
        if entry.mark(Asked) or (entry.mark(Choice) and not foreign(text, lang)):
            yield text


def _names_of(texts: Iterable[tuple[str, Entry, str]]) -> Iterator[str]:
    """The names of the speakers, in small letters too."""
    for _, entry, text in texts:
        if entry.name in _NAMES and text:
            yield from (text, *text.lower().split())
