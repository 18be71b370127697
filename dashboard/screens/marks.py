"""
Where a draft's flags lie: the words to mark, by the place they stand in. Pure; the card draws them.

A flag names blanks, lines and steps in its detail; which words are meant is looked up in the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.reports import Flag

Marks = Mapping[str, tuple[str, ...]]
"""A place (passage, hint 3, distractors 3, line 2, phrases, D1, D1 phrases) to the words marked there."""
NOWHERE: Marks = {}
WHOLE = "\0"
"""Stands for the whole of a place, such as a step that is too short; no text holds it."""

_BLANKS = re.compile(r"blanks? ([\d, ]+):")
_LINE = re.compile(r"line (\d+)")
_STEP = re.compile(r"\b(D1|D2|T3|W4|T5|W6)\b")
_QUOTED = re.compile(r"'(.+)' does not")
_MARKUP = re.compile(r"\*\*|__|`+|</?[A-Za-z][^<>]{0,200}>|\]\(|\$\$|^#{1,6} ", re.MULTILINE)


def marks_of(content: Mapping[str, Any], flags: Iterable[Flag]) -> Marks:
    """Find what to mark of a draft for its flags."""
    found: dict[str, tuple[str, ...]] = {}
    for flag in flags:
        for place, words in _places(content, flag):
            found[place] = (*found.get(place, ()), *words)
    return found


def pieces(text: str, words: Sequence[str], lang: str) -> list[tuple[str, bool]]:
    """
    Cut a text where words to mark begin and end.

    Args:
        text: As stored.
        words: What to mark, whatever its case; in English only whole words.
        lang: Of the text.

    Returns:
        Pieces that make up the text, each with whether it is marked.
    """
    sought = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if WHOLE in sought and text:
        return [(text, True)]
    if not sought:
        return [(text, False)]
    parts = re.split(f"({'|'.join(_pattern(word, lang) for word in sought)})", text, flags=re.IGNORECASE)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def _pattern(word: str, lang: str) -> str:
    before = r"(?<!\w)" if lang == "en" and word[0].isalnum() else ""
    after = r"(?!\w)" if lang == "en" and word[-1].isalnum() else ""
    return before + re.escape(word) + after


def _places(content: Mapping[str, Any], flag: Flag) -> Iterable[tuple[str, tuple[str, ...]]]:
    finder = _FINDERS.get(flag.code)
    return finder(content, flag.detail) if finder else ()


def _named(content: Mapping[str, Any], detail: str) -> list[Mapping[str, Any]]:
    found = _BLANKS.search(detail)
    numbers = set(re.findall(r"\d+", found[1])) if found else set()
    return [blank for blank in content.get("blanks", ()) if str(blank.get("id")) in numbers]


def _visible(content: Mapping[str, Any], detail: str) -> list[tuple[str, tuple[str, ...]]]:
    return [("passage", tuple(str(blank["answer"]) for blank in _named(content, detail)))]


def _hints(content: Mapping[str, Any], detail: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"hint {blank['id']}", (str(blank["answer"]),)) for blank in _named(content, detail)]


def _distractors(content: Mapping[str, Any], detail: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"distractors {blank['id']}", _clashing(blank)) for blank in _named(content, detail)]


def _clashing(blank: Mapping[str, Any]) -> tuple[str, ...]:
    wrong = [str(text).casefold() for text in blank["distractors"]]
    right = {str(text).casefold() for text in (blank["answer"], *blank["acceptable"])}
    return tuple(text for text in map(str, blank["distractors"]) if _is_clash(text.casefold(), wrong, right)) or (
        WHOLE,
    )


def _is_clash(text: str, wrong: Sequence[str], right: set[str]) -> bool:
    return text in right or wrong.count(text) > 1


def _line(_content: Mapping[str, Any], detail: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"line {number}", (WHOLE,)) for number in _LINE.findall(detail)]


def _steps(_content: Mapping[str, Any], detail: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(step, (WHOLE,)) for step in _STEP.findall(detail)[:1]]


def _phrases(content: Mapping[str, Any], detail: str) -> list[tuple[str, tuple[str, ...]]]:
    step, quoted = _STEP.match(detail), _QUOTED.search(detail)
    if step and quoted:
        start = quoted[1]
        meant = content.get(step[1], {}).get("key_phrases", ())
        return [(f"{step[1]} phrases", tuple(phrase for phrase in meant if phrase.startswith(start)))]
    spoken = "\n".join(str(line.get("text", "")) for line in content.get("lines", ())).casefold()
    strange = (phrase for phrase in content.get("key_phrases", ()) if str(phrase).casefold() not in spoken)
    return [("phrases", tuple(strange))]


def _markup(content: Mapping[str, Any], _detail: str) -> list[tuple[str, tuple[str, ...]]]:
    texts = {"passage": content.get("passage", "")}
    texts |= {f"line {number}": line.get("text", "") for number, line in enumerate(content.get("lines", ()), 1)}
    texts |= {step: part.get("exemplar", "") for step, part in content.items() if isinstance(part, Mapping)}
    return [(place, tuple(_MARKUP.findall(str(text)))) for place, text in texts.items()]


_FINDERS = {
    "answer_visible": _visible,
    "hint_leak": _hints,
    "distractor": _distractors,
    "distractor_count": _distractors,
    "speaker_label": _line,
    "step_length": _steps,
    "turns": _steps,
    "key_phrases": _phrases,
    "markup": _markup,
}
