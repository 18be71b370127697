"""
Whether a draft keeps the words of its source passage, proved by comparing the two texts; docs/texts.md has the rules.

White space and the form of quotation marks, apostrophes and line breaks do not count: models change them in passing.
What is stored has the source's own characters, so that the filled-in passage equals the source exactly.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from engine.kinds.kind import Problem
from engine.kinds.refusals import refused
from engine.kinds.text import PLACEHOLDER, brief
from engine.spec import Lang
from engine.work import Content

_SAME = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "\u3000": " "})
_AROUND = 18
"""Characters shown on each side of the first difference."""


def changed_text(text: str, source: str, lang: Lang) -> Problem | None:
    """Why a text is not its source; None where it is."""
    made, _ = _folded(text, lang)
    given, _ = _folded(source, lang)
    return None if made == given else _problem(made, given)


def keep_source(content: Content, source: str, lang: Lang) -> Problem | None:
    """
    Check that a passage with blanks, filled in, is its source; then give it the source's own characters, in place.

    Args:
        content: With `passage` and `blanks`, each placeholder with its blank.
        source: The passage it was made from.
        lang: en: runs of white space are equal; ja, zh: white space does not count.

    Returns:
        None, or the Problem `changed_text` with the first difference.
    """
    answers = {str(blank["id"]): str(blank["answer"]).strip() for blank in content["blanks"]}
    filled, spans = _filled(content["passage"], answers)
    made, places = _folded(filled, lang)
    given, origins = _folded(source, lang)
    if made != given:
        return _problem(made, given)
    at = dict(zip(places, origins, strict=True))
    passage, end = "", 0
    for number, first, last in spans:
        inside = [at[place] for place in range(first, last) if place in at]
        if not inside:
            return refused("changed_text", "answer_empty", blank=number)
        passage += source[end : inside[0]] + "{{" + number + "}}"
        end = inside[-1] + 1
        answers[number] = source[inside[0] : end]
    content["passage"] = passage + source[end:]
    for blank in content["blanks"]:
        blank["answer"] = answers[str(blank["id"])]
    return None


def _filled(passage: str, answers: dict[str, str]) -> tuple[str, list[tuple[str, int, int]]]:
    """The passage with its answers, and where each of them lies: (number, first, end)."""
    text, spans, end = "", [], 0
    for found in PLACEHOLDER.finditer(passage):
        text += passage[end : found.start()]
        number = str(int(found[1]))
        spans.append((number, len(text), len(text) + len(answers.get(number, ""))))
        text += answers.get(number, "")
        end = found.end()
    return text + passage[end:], spans


def _folded(text: str, lang: Lang) -> tuple[str, list[int]]:
    """The form two texts are compared in, and the place of each of its characters in the text."""
    signs: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text.translate(_SAME)):
        if not char.isspace():
            signs.append(char)
            places.append(place)
        elif lang == "en" and signs and signs[-1] != " ":
            signs.append(" ")
            places.append(place)
    while signs and signs[-1] == " ":
        signs.pop()
        places.pop()
    return "".join(signs), places


def _problem(made: str, given: str) -> Problem:
    """The first difference, with a few characters around it."""
    start = next((at for at, (a, b) in enumerate(zip(made, given, strict=False)) if a != b), min(len(made), len(given)))
    begin = max(0, start - _AROUND)
    wrote, right = made[begin : start + _AROUND], given[begin : start + _AROUND]
    return refused("changed_text", "changed_text", wrote=brief(wrote, 50), right=brief(right, 50))


def differences(made: str, source: str, lang: Lang) -> list[tuple[str, str, str]]:
    """
    A text beside its source in parts, for a person.

    Returns:
        (what, source's words, text's words): what is equal, delete, insert or replace.
    """
    if changed_text(made, source, lang) is None:
        return [("equal", source, source)]
    ours, theirs = _words(source, lang), _words(made, lang)
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [(what, "".join(ours[a:b]), "".join(theirs[c:d])) for what, a, b, c, d in steps]


def _words(text: str, lang: Lang) -> list[str]:
    if lang != "en":
        return list(text)
    parts: list[str] = []
    for char in text:
        if parts and char.isalnum() and parts[-1][-1].isalnum():
            parts[-1] += char
        else:
            parts.append(char)
    return parts
