"""
The library of a team: reads word lists, checks and saves versions of lists and style notes, and gives them to a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches, unified_diff

from engine.errors import SpecError
from engine.kinds import brief, check_item, fold, held_words, word_in_script
from engine.kinds.text import clean
from engine.messages import Message
from engine.spec import LANGS, RunSpec, StyleExample, StyleNote, WordList, choice, kind_names, options_from_json
from engine.spec.material import (
    BLANK_MARK,
    LONGEST_WORD,
    MOST_EXAMPLES,
    MOST_WORDS,
    check_name,
    odd_character,
    split_ref,
)
from engine.store import DraftFilter, MaterialRow, Shelf, Store

_SEPARATORS = re.compile(r"[,，、;；]")
_MARK = re.compile(r"(?:[-*•·]\s+|\d{1,4}[.)、．]\s*)")

Entry = tuple[int, str]
"""A line number, from 1, and the word on it."""


@dataclass(frozen=True, slots=True)
class WordsRead:
    """The words of a list, and what was not taken."""

    words: tuple[str, ...]
    merged: tuple[tuple[int, str, int], ...] = ()
    """Line, word and the line that has it first."""
    refused: tuple[SpecError, ...] = ()
    """Lines that cannot be used, by number."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a run uses of the library, by reference: "unit5@2", or "unit5" for the newest version; empty: nothing."""

    words: str = ""
    target_words: int = 1
    blank_words: bool = False
    known_words: str = ""
    style: str = ""


MATERIAL = ("words", "target_words", "blank_words", "known_words", "style")
"""The fields of a run that come from the library."""


def split_words(text: str) -> list[Entry]:
    """
    The words of a text that was typed or pasted: one per line or several with commas between, list marks removed.

    Of a line with tabs, as a spreadsheet or a flashcard program copies it, only the first column counts.
    """
    entries = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        parts = [line.split("\t")[0]] if "\t" in line else _SEPARATORS.split(line)
        entries += [(number, word) for part in parts if (word := _MARK.sub("", part.strip(), count=1).strip())]
    return entries


def check_words(entries: Iterable[Entry], lang: str) -> WordsRead:
    """
    Check the words of a list: the same word counts once, one in another script is refused by its line.

    Raises:
        SpecError: the language is unknown.
    """
    choice("lang", lang, LANGS)
    first: dict[str, int] = {}
    words: list[str] = []
    merged: list[tuple[int, str, int]] = []
    refused: list[SpecError] = []
    for line, word in entries:
        word = " ".join(word.split()) if not odd_character(word) else word
        if error := _problem(line, word, lang):
            refused.append(error)
            continue
        word = clean(word)
        known = first.get(fold(word))
        if known is not None:
            merged.append((line, word, known))
            continue
        first[fold(word)] = line
        words.append(word)
    return WordsRead(tuple(words), tuple(merged), tuple(refused))


def save_words(store: Store, name: str, lang: str, read: WordsRead, author: str = "") -> WordList:
    """
    Save a word list as a new version; the same words are not saved twice.

    Raises:
        SpecError: a line was refused, there is no word, or the name cannot be used.
    """
    if read.refused:
        raise read.refused[0]
    if len(read.words) > MOST_WORDS:
        raise SpecError("words", Message("words_counted", {"n": len(read.words)}), "words_many", most=MOST_WORDS)
    made = WordList(name, 1, "\n".join(read.words))
    version = store.library.add(Shelf("words", name, lang), {"text": made.text}, len(read.words), author).result()
    return replace(made, version=version)


def save_style(
    store: Store, name: str, kind: str, lang: str, note: str, drafts: Sequence[int] = (), author: str = ""
) -> StyleNote:
    """
    Save a style note as a new version; the same note with the same examples is not saved twice.

    Args:
        store: Where it is kept, and the drafts.
        name: Its name.
        kind: Of the drafts it is for.
        lang: Their language.
        note: At most 2,000 characters.
        drafts: The numbers of up to three approved drafts, as examples.
        author: Who saves it.

    Raises:
        SpecError: the note holds what must not be in a prompt, or an example is unknown, not approved, of another kind
            or language, or does not pass the checks.
    """
    choice("kind", kind, kind_names())
    choice("lang", lang, LANGS)
    check_name("style", name)
    wanted = list(dict.fromkeys(drafts))
    if len(wanted) > MOST_EXAMPLES:
        raise SpecError("examples", len(wanted), "choose_whole", low=0, high=MOST_EXAMPLES)
    made = StyleNote(name, 1, note.replace("\r\n", "\n").strip(), _examples(store, wanted, kind, lang))
    check_examples(made, kind, lang)
    body = {"note": made.note, "examples": [asdict(one) for one in made.examples]}
    version = store.library.add(Shelf("style", name, lang, kind), body, len(made.note), author).result()
    return replace(made, version=version)


def check_examples(style: StyleNote, kind: str, lang: str) -> None:
    """
    Put the examples of a style note through the checks of today.

    Raises:
        SpecError: one no longer passes; it is named.
    """
    for one in style.examples:
        options = options_from_json(kind, json.loads(one.options))
        spec = RunSpec(kind, lang, (one.level,), (one.topic,), options=options)  # type: ignore[arg-type]  # checked
        content = json.loads(one.content)
        checked = check_item(content, spec, one.level)
        if checked.content is None:
            name = f"#{one.draft} {brief(content.get('title', ''), 40)}"
            raise SpecError("example", name, "example_refused", problem=checked.message or checked.code)


def word_list_of(row: MaterialRow) -> WordList:
    """The word list of a row."""
    return WordList(row.name, row.version, row.body["text"])


def style_of(row: MaterialRow) -> StyleNote:
    """The style note of a row."""
    return StyleNote(
        row.name, row.version, row.body["note"], tuple(StyleExample(**one) for one in row.body["examples"])
    )


def find_words(store: Store, ref: str, lang: str, field: str = "words") -> WordList:
    """
    A word list by reference, "unit5@2" or "unit5".

    Raises:
        SpecError: there is none; the nearest name is given.
    """
    name, version = split_ref(ref)
    return word_list_of(_found(store, field, ref, Shelf("words", name, lang), version))


def find_style(store: Store, ref: str, kind: str, lang: str) -> StyleNote:
    """
    A style note by reference, "house@3" or "house", for a kind and a language.

    Raises:
        SpecError: there is none, or an example no longer passes the checks.
    """
    name, version = split_ref(ref)
    style = style_of(_found(store, "style", ref, Shelf("style", name, lang, kind), version))
    check_examples(style, kind, lang)
    return style


def with_material(store: Store, spec: RunSpec, used: Material) -> RunSpec:
    """
    The spec with the versions of the library it names; what was in it is replaced.

    Raises:
        SpecError: a version does not exist, cannot be used, or does not fit the spec.
    """
    words = find_words(store, used.words, spec.lang) if used.words else None
    known = find_words(store, used.known_words, spec.lang, "known_words") if used.known_words else None
    style = find_style(store, used.style, spec.kind, spec.lang) if used.style else None
    target = used.target_words if words else 1
    made = replace(spec, words=words, target_words=target, blank_words=used.blank_words, known_words=known, style=style)
    if words and made.sources and not held_words(made):
        raise SpecError("words", words.ref, "words_not_in_texts")
    return made


def material_of(spec: RunSpec) -> Material:
    """What a spec uses, by reference."""
    refs = {name: one.ref if (one := getattr(spec, name)) else "" for name in ("words", "known_words", "style")}
    return Material(**refs, target_words=spec.target_words, blank_words=spec.blank_words)


def difference(before: MaterialRow | None, after: MaterialRow) -> list[str]:
    """What changed between two versions, line by line: "+ new", "- old", "  unchanged"."""
    old, new = _lines(before), _lines(after)
    return [line for line in unified_diff(old, new, lineterm="", n=2) if not line.startswith(("---", "+++", "@@"))]


def _lines(row: MaterialRow | None) -> list[str]:
    if row is None:
        return []
    if row.what == "words":
        return str(row.body["text"]).split("\n")
    examples = [f"#{one['draft']} {json.loads(one['content']).get('title', '')}" for one in row.body["examples"]]
    return [*str(row.body["note"]).split("\n"), *examples]


def _problem(line: int, word: str, lang: str) -> SpecError | None:
    """Why a word cannot be used; None: it can."""
    shown = brief(word, 40)
    if len(word) > LONGEST_WORD:
        return SpecError("words", shown, "word_long", line=line, most=LONGEST_WORD)
    if odd_character(word) or BLANK_MARK in word:
        return SpecError("words", shown, "word_control", line=line)
    if not word_in_script(word, lang):  # type: ignore[arg-type]  # checked before
        return SpecError("words", shown, f"word_script_{lang}", line=line)
    return None


def _found(store: Store, field: str, ref: str, shelf: Shelf, version: int | None) -> MaterialRow:
    row = store.library.find(shelf, version)
    if row is not None:
        return row
    there = [one.name for one in store.library.newest(shelf.what) if (one.lang, one.kind) == (shelf.lang, shelf.kind)]
    if shelf.name in there:
        raise SpecError(field, ref, "material_no_version", name=shelf.name)
    near = get_close_matches(shelf.name, there, 1, 0.5) or there[:1]
    if near:
        raise SpecError(field, ref, "material_nearest", name=near[0])
    raise SpecError(field, ref, "material_none")


def _examples(store: Store, drafts: Sequence[int], kind: str, lang: str) -> tuple[StyleExample, ...]:
    rows = {row.id: row for row in store.drafts.page(DraftFilter(ids=drafts), limit=MOST_EXAMPLES)} if drafts else {}
    found = []
    for number in drafts:
        row = rows.get(number)
        if row is None or not row.content:
            raise SpecError("example", number, "example_unknown")
        if (row.kind, row.lang) != (kind, lang):
            raise SpecError("example", number, "example_other", kind=kind, lang=lang)
        if row.review != "approved":
            raise SpecError("example", number, "example_pending")
        options = json.dumps(store.runs.get(row.run).spec.get("options") or {}, ensure_ascii=False)
        content = json.dumps(row.content, ensure_ascii=False)
        found.append(StyleExample(row.id, row.topic, row.level, content, options))
    return tuple(found)
