"""
What makes a reading unusable, and what a reviewer should look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.kinds.flags import WHOLE, Mark, flag, markup_marks
from engine.kinds.kind import Problem
from engine.kinds.reading.prompt import figures
from engine.kinds.refusals import refused
from engine.kinds.text import fold, has_markup
from engine.spec import Lang, RunSpec
from engine.work import Content, Flag

LEAST_QUESTIONS = 2
LEAST_OPTIONS = 3
MAIN_IDEA_FROM = 3
TWICE = 2.0
_LETTERS = "ABCDEFGH"
_LETTERED = re.compile(r"\s*[(（\[]?([A-Ha-h])(?:[.)）\]:：、]+\s*|\s*$)(.*)", re.DOTALL)


def tidy(content: Content, _spec: RunSpec) -> None:
    """Drop empty options; number the questions where their numbers are doubled."""
    for question in content["questions"]:
        options = [text for text in question["options"] if text]
        question["answer"] = _option(question["answer"], options)
        plain = _unlettered(options)
        if plain != options and question["answer"] in options:
            question["answer"] = plain[options.index(question["answer"])]
        question["options"] = plain
    if len({question["id"] for question in content["questions"]}) < len(content["questions"]):
        for number, question in enumerate(content["questions"], 1):
            question["id"] = number


def _unlettered(options: list[str]) -> list[str]:
    """The options without "A. ", "B) ", ... where all of them have their letter."""
    found = [_LETTERED.match(text) for text in options]
    letters = [one[1].upper() for one in found if one]
    if letters != list(_LETTERS[: len(options)]):
        return options
    return [one[2].strip() for one in found if one]


def _option(answer: str, options: list[str]) -> str:
    """The option that an answer means: its text, its letter, or both; an answer that means none as it is."""
    plain = _unlettered(options)
    by_text = {_said(text): option for texts in (options, plain) for text, option in zip(texts, options, strict=True)}
    if answer in options or (found := by_text.get(_said(answer))) is None:
        letter = _LETTERED.match(answer + " ")
        place = _LETTERS.find(letter[1].upper()) if letter and answer not in options else -1
        if letter is None or not 0 <= place < len(options) or _said(letter[2]) not in ("", _said(plain[place])):
            return answer
        return options[place]
    return found


def _said(text: str) -> str:
    return fold(text).strip(" .。!！?？\"'")


def body(content: Content) -> str:
    """The text."""
    text: str = content["text"]
    return text


def problem(content: Content, _spec: RunSpec) -> Problem | None:
    """Why the questions cannot be used: too few, or one without its answer, with too few or doubled options."""
    questions = content["questions"]
    if len(questions) < LEAST_QUESTIONS:
        return refused("questions", "too_few_questions", count=len(questions), least=LEAST_QUESTIONS)
    for question in questions:
        options = [fold(text) for text in question["options"]]
        if not question["question"]:
            return refused("questions", "question_empty", question=question["id"])
        if len(options) < LEAST_OPTIONS:
            return refused("questions", "too_few_options", question=question["id"], count=len(options))
        if len(set(options)) < len(options):
            return refused("questions", "option_twice", question=question["id"])
        if question["answer"] not in question["options"]:
            return refused("questions", "answer_missing", question=question["id"])
    return None


def flags(content: Content, spec: RunSpec, level: int) -> Iterator[Flag]:
    """What a reviewer should look at; the length is flagged by the caller, for all kinds alike."""
    questions: list[dict[str, Any]] = content["questions"]
    low, high = figures(spec.lang, level, spec.options)["questions"]  # type: ignore[arg-type]  # of this kind
    if not low <= len(questions) <= high:
        yield flag("question_count", count=len(questions), low=low, high=high)
    types = [question["type"] for question in questions]
    if len(set(types)) < 2 or (level >= MAIN_IDEA_FROM and types.count("main_idea") != 1):
        yield flag("question_types")
    if len({question["options"].index(question["answer"]) for question in questions}) == 1:
        yield flag("answer_position")
    yield from _merged("answer_length", [one for one in questions if _is_conspicuous(one)])
    yield from _merged("word_match", [one for one in questions if _is_word_match(one, spec.lang)])
    yield from _merged("answer_in_question", [one for one in questions if _is_given_away(one, questions, spec.lang)])
    if has_markup(content["text"]):
        yield flag("markup", "note")


def marks(content: Content, found: Flag) -> Iterable[Mark]:
    """Where a flag lies: in the text, or in its questions."""
    if found.code == "markup":
        return markup_marks({"text": content.get("text", "")})
    return [(f"question {number}", (WHOLE,)) for number in found.values.get("questions", ())]


def _merged(code: str, questions: list[dict[str, Any]]) -> Iterator[Flag]:
    if questions:
        yield flag(code, questions=[question["id"] for question in questions])


def _is_conspicuous(question: Mapping[str, Any]) -> bool:
    """Whether the right option is at least twice as long as each of the others."""
    others = [len(text) for text in question["options"] if text != question["answer"]]
    return len(question["answer"]) >= TWICE * max(others)


def _is_word_match(question: Mapping[str, Any], lang: Lang) -> bool:
    """Whether the question says the right option and no other one."""
    text = fold(question["question"])
    said = [option for option in question["options"] if _says(text, option, lang)]
    return said == [question["answer"]]


def _is_given_away(question: Mapping[str, Any], questions: list[dict[str, Any]], lang: Lang) -> bool:
    """Whether another question says the answer."""
    return any(_says(fold(one["question"]), question["answer"], lang) for one in questions if one is not question)


def _says(folded: str, option: str, lang: Lang) -> bool:
    """Whether a text holds an option: as whole words in English, from two characters on in Japanese and Chinese."""
    sought = fold(option).rstrip(".。!?！？")
    if lang == "en":
        return re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", folded) is not None if sought else False
    return len(sought) > 1 and sought in folded
