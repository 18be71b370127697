"""
What a kind of draft is: the value each folder of this package fills in, and what its functions are given.

A kind describes; it never draws, sends or stores. Prompts, checks, screens and files are built from its description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.kinds.blocks import Block, Note, QuizQuestion, Sheet, Speech
from engine.kinds.flags import Mark
from engine.messages import Message
from engine.spec import Lang, Options, RunSpec
from engine.work import NO_LIMIT, Content, Flag, PacketLimit

Range = tuple[int, int]
"""The fewest and the most."""


class Fields(BaseModel):
    """
    Base of the fields of a draft and of their parts: one model a kind is its shape everywhere.

    The JSON schema of the reply, reading back, the editor and the columns of the exports all follow it. On the wire
    every field is required unless it has a default; a field with a default is ours and not asked for.
    """

    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item is refused: a code, an English sentence for the next prompt, and the message for people."""

    code: str
    detail: str
    message: Message | None = None
    """None: only the English sentence is known."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a learner fills in or chooses, with its key."""

    id: str | int
    answer: str
    acceptable: Sequence[str]
    distractors: Sequence[str]


@dataclass(frozen=True, slots=True)
class Control:
    """How one option is set in a form."""

    name: str
    """Of the option."""
    title: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """Value to its name for people; empty: a number."""
    bounds: tuple[float, float] = (0.0, 1.0)
    """Of a number: whole numbers make a low and a high end, 0.0 to 1.0 a share."""
    auto: str = ""
    """What it is called when it is left to Draftmill (None); empty: it always has a value."""
    start: Any = None
    """What the form begins with when the user takes over from `auto`."""
    heading: str = ""
    """What a row of shares begins with."""
    languages: bool = False
    """Of a language: any other tag than those of `choices` may be given."""


def language_control(name: str, title: str, auto: str) -> Control:
    """The control of an option that holds a language: one of the three, or any other tag."""
    choices = {"en": "English", "ja": "Japanese", "zh": "Chinese"}
    return Control(name, title, choices=choices, auto=auto, languages=True)


TRANSLATE = language_control("translate_to", "Translation into", "No translation")


@dataclass(frozen=True, slots=True)
class FromSource:
    """How drafts of a kind are made from a passage of the user's."""

    rules: str
    """For the system message, with {language}."""
    kept: Callable[[Content, str, Lang], Problem | None] | None = None
    """Checks that a draft keeps the words of its passage, and restores its characters; None: it retells them."""
    figures: Callable[[Lang, int, Any, str], Mapping[str, Range]] | None = None
    """What is asked for in numbers: (language, level, options, passage). None: as without a passage."""
    target: Callable[[Lang, int, Any], str] | None = None
    """The same in words, for any passage; None: as without a passage."""
    tokens: Callable[[Lang, int, Any, bool, str], float] | None = None
    """Tokens of one item: (language, level, options, at the top, passage). None: as without a passage."""


@dataclass(frozen=True, slots=True)
class Blind:
    """How a second model solves a draft without its key."""

    system: str
    """The system message, with {language}."""
    show: Callable[[Content], dict[str, Any]]
    """What it sees of a draft beside the options of each gap."""
    gaps: Callable[[Content], Sequence[Gap]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of draft. Functions take content as stored: well shaped, every string cleaned."""

    name: str
    """Its name in specs, rows, links and files; the name of its folder."""
    title: str
    """Its name for people, in English."""
    place: int
    """Kinds are offered in this order; the first one is the default."""
    options: type[Options]
    controls: Sequence[Control] = ()
    """The options in a form."""
    fields: type[Fields]
    body_field: str
    """The field that no other kind has: it makes an object of a reply an item, and tells content of this kind."""
    folder: Path
    """Where its worked examples are (examples.json)."""

    # The request
    what: str
    """What is written, for the system message: a plural, with a word of explanation in brackets."""
    nouns: tuple[str, ...]
    """What a model calls such a draft when it speaks about its task."""
    rules: Callable[[Lang, Any], str]
    """The rules of the kind, for the system message: (language, options)."""
    figures: Callable[[Lang, int, Any], Mapping[str, Range]]
    """What is asked for in numbers, "length" first: (language, level, options)."""
    target: Callable[[Lang, int, Any], str] | None = None
    """The same in words that a model can follow while it writes: (language, level, options). None: the figures."""
    length_of: str = ""
    """The part of a draft that the length is of; empty: its whole body, which is then checked."""
    shows_example: Callable[[Any, Mapping[str, Any]], bool] = lambda options, made_with: True
    """Whether a worked example suits a run: (options of the run, options of the example)."""
    example_note: Callable[[Lang, Any, Mapping[str, Any]], str] = lambda lang, options, made_with: ""
    """What to say of a worked example: (language, options of the run, options of the example)."""
    tokens: Callable[[Lang, int, Any, bool], float]
    """Tokens of one item: (language, level, options, at the top of the ranges)."""
    packet: PacketLimit = NO_LIMIT
    source: FromSource | None = None
    """None: drafts cannot be made from a passage."""
    as_source: Callable[[Content], str] | None = None
    """A draft as a passage that drafts of another kind are made from; None: its body."""

    # The checks
    tidy: Callable[[Content, RunSpec], None] = lambda content, spec: None
    """Put right, in place, what needs no judgement."""
    problem: Callable[[Content, RunSpec], Problem | None]
    """Why a draft cannot be used."""
    flags: Callable[[Content, RunSpec, int], Iterable[Flag]]
    """What a reviewer should look at; the length is checked for all kinds alike."""
    marks: Callable[[Content, Flag], Iterable[Mark]] = lambda content, found: ()
    """Where a flag lies on the card."""
    body: Callable[[Content], str]
    """What the learner reads or speaks."""
    lines: Callable[[Content], Sequence[str]] | None = None
    """What is translated text by text; None: the sentences of its body."""
    answers: Callable[[Content], Sequence[str]] | None = None
    """What a learner fills in; None: nothing. Its options then have `has_blanks`."""
    readable: Callable[[Content], Content] = lambda content: content
    """The content with its body as it is read, for the search."""

    # The second model
    reviewed: str
    """What it reviews: a plural."""
    task: str
    """When a draft works as a task."""
    blind: Blind | None = None
    """None: there is nothing to solve."""

    # What people see
    card: Callable[[Content, bool], Sequence[Block]]
    """The draft on the screen: (content, with its answers). A field that is missing is left out."""
    hides_answers: bool = False
    """Whether the card without its answers is another one."""
    edited: Callable[[Content], Content] = lambda content: content
    """The content after a person's edit, before it is checked."""
    sheet: Callable[[Content], Sheet]
    """The draft on a worksheet."""
    notes: Callable[[Content], Sequence[Note]]
    """The draft as Anki notes."""
    gap_notes: bool = False
    """The notes have their answers in the text of their front."""
    quiz: Callable[[Content], Sequence[QuizQuestion]] | None = None
    """The draft as questions of a quiz (Moodle)."""
    voice: Callable[[Content], Speech] | None = None
    """The draft as a script for voices."""

    # Its words
    words: Mapping[str, str]
    """Its fields, values, parts and options by id, in English."""
    printed: Mapping[str, tuple[str, str, str]]
    """What its worksheets and notes print, by id, in en, ja, zh."""
    flag_names: Mapping[str, str]
    """Names of its own flags in English, by code."""
    refusal_names: Mapping[str, str]
    """Names of its own refusals in English, by code."""
    messages: Mapping[str, str]
    """Its own message templates by code."""
    zh: Mapping[str, str]
    """Its own English words and templates in Chinese."""
