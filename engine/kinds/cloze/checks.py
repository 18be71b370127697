"""
What makes a cloze passage unusable, and what a reviewer should look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.kinds.cloze.prompt import blank_range
from engine.kinds.cloze.source import blanks as blanks_of
from engine.kinds.flags import WHOLE, Mark, flag, markup_marks
from engine.kinds.kind import Problem
from engine.kinds.language import says_nothing
from engine.kinds.refusals import refused
from engine.kinds.text import PLACEHOLDER, fill, fold, has_markup, normal_placeholders, usual_placeholders
from engine.kinds.units import count_units
from engine.spec import Lang, RunSpec
from engine.work import Content, Flag

PLACES = 3  # distractors of a blank
MOST_ACCEPTABLE = 6
_LEAK = re.compile(r"\{\{|\}\}|_{2,}")
_PLACE_OF_ONE = re.compile(r"(?:option|choice|distractor|wrong(?: answer)?|选项|干扰项|選択肢)\s*[a-d0-9]{0,2}")
_QUOTED = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("「", "」"), ("『", "』"))
_COUNT = re.compile(r"[(（]?(\d{1,3})(?:[)）、]\s*|[.:：]\s+)(?=\S)")
_LETTER = re.compile(r"[a-z]")
_VISIBLE_IS_SERIOUS = ("vocabulary", "collocation")


def tidy(content: Content, _spec: RunSpec) -> None:
    """Normalise the placeholders, drop empty choices, bring the blanks into reading order."""
    _number_from_one(content)
    ids = [blank["id"] for blank in content["blanks"]]
    answers = {blank["id"]: blank["answer"] for blank in content["blanks"]}
    content["passage"] = usual_placeholders(normal_placeholders(content["passage"]), ids, answers)
    if all(map(_counted, content["blanks"])):
        for blank in content["blanks"]:
            blank["answer"] = _COUNT.sub("", blank["answer"], count=1)
    for blank in content["blanks"]:
        blank["answer"] = _unquoted(blank["answer"])
        blank["acceptable"] = [text for text in blank["acceptable"] if text][:MOST_ACCEPTABLE]
        blank["distractors"] = [text for text in blank["distractors"] if text]


def _unquoted(answer: str) -> str:
    """An answer without the quotes around all of it: the passage has those that belong there."""
    inner = answer[1:-1].strip()
    is_quoted = len(answer) > 2 and (answer[0], answer[-1]) in _QUOTED
    return inner if is_quoted and inner and not {answer[0], answer[-1]} & set(inner) else answer


def _counted(blank: Mapping[str, Any]) -> bool:
    """Whether an answer begins with the number of its blank: "2. brush"."""
    found = _COUNT.match(blank["answer"])
    return found is not None and int(found[1]) == blank["id"]


def _is_index(blank: Mapping[str, Any]) -> bool:
    """Whether an answer is the number of a choice instead of its text."""
    choices = "".join(blank["distractors"])
    return blank["answer"].isdigit() and choices != "" and not any(map(str.isdigit, choices))


def _number_from_one(content: Content) -> None:
    """Blanks counted from 0 where the passage counts from 1."""
    ids = [blank["id"] for blank in content["blanks"]]
    if ids == list(range(len(ids))) and "0" not in PLACEHOLDER.findall(content["passage"]):
        for blank in content["blanks"]:
            blank["id"] += 1


def body(content: Content) -> str:
    """The passage with its blanks filled."""
    return fill(content["passage"], {blank["id"]: blank["answer"] for blank in content["blanks"]})


def answers(content: Content) -> list[str]:
    """The words in the blanks."""
    return [blank["answer"] for blank in content["blanks"]]


def readable(content: Content) -> Content:
    """The content with the blanks of its passage filled."""
    return {**content, "passage": body(content)}


def problem(content: Content, _spec: RunSpec) -> Problem | None:
    """Why the blanks cannot be used: they differ from the placeholders, are doubled, empty or hold a placeholder."""
    ids = [blank["id"] for blank in content["blanks"]]
    doubled = [number for number, times in Counter(ids).items() if times > 1]
    if doubled:
        return refused("blanks", "blank_twice", blank=doubled[0])
    placed = [int(number) for number in PLACEHOLDER.findall(content["passage"])]
    if not ids or sorted(placed) != sorted(ids):
        sentence = "no_blanks" if not ids else "placeholders" if placed else "no_placeholders"
        return refused("blanks", sentence, placed=_some(placed), blanks=_some(ids))
    if _LEAK.search(PLACEHOLDER.sub("", content["passage"])):
        return refused("blanks", "odd_gaps")
    for blank in content["blanks"]:
        if says_nothing(blank["answer"]) or _is_index(blank):
            return refused("blanks", "no_answer", blank=blank["id"])
        if any(_LEAK.search(text) for text in (blank["answer"], *blank["acceptable"])):
            return refused("blanks", "placeholder_in_answer", blank=blank["id"])
    return None


def flags(content: Content, spec: RunSpec, level: int) -> Iterator[Flag]:
    """What a reviewer should look at; the length is flagged by the caller, for all kinds alike."""
    blanks: list[dict[str, Any]] = content["blanks"]
    low, high = _blank_range(content, spec, level)
    if not low <= len(blanks) <= high:
        yield flag("blank_count", count=len(blanks), low=low, high=high)
    if _reorder(content):
        yield flag("blank_order")
    yield from _visible_answers(content, spec.lang)
    yield from _merged("hint_leak", [b for b in blanks if _hint_leaks(b, spec.lang)])
    telling = [blank for blank in blanks if _is_telling(blank, spec.lang)]
    title = fold(content["title"])
    named = [blank for blank in blanks if blank in telling or _is_long(blank["answer"], spec.lang)]
    yield from _merged("answer_in_title", [b for b in named if _is_in(b["answer"], title, spec.lang)])
    yield from _merged("answer_in_hint", [b for b in telling if _other_hint_leaks(b, blanks, spec.lang)])
    yield from _merged("answer_repeated", _repeated(telling))
    yield from _merged("distractor", [b for b in blanks if _clash(b)])
    odd = [blank for blank in blanks if len(blank["distractors"]) != PLACES]
    yield from _merged("distractor_count", odd)
    if has_markup(content["passage"]):
        yield flag("markup", "note")


def _blank_range(content: Content, spec: RunSpec, level: int) -> tuple[int, int]:
    """The number of blanks that was asked for; of a passage of the user's, it follows the length."""
    if not spec.sources:
        return blank_range(spec.lang, level, spec.options)
    return blanks_of(spec.lang, level, spec.options, count_units(body(content), spec.lang))


def _reorder(content: Content) -> bool:
    """Sort the blanks in the order of their placeholders; True when the numbers or the list were out of order."""
    placed = [int(number) for number in PLACEHOLDER.findall(content["passage"])]
    ids = [blank["id"] for blank in content["blanks"]]
    if placed == ids == list(range(1, len(ids) + 1)):
        return False
    content["blanks"].sort(key=lambda blank: placed.index(blank["id"]))
    return True


def _visible_answers(content: Content, lang: Lang) -> Iterator[Flag]:
    shown = fold(PLACEHOLDER.sub(" \n ", content["passage"]))
    seen = [blank for blank in content["blanks"] if _is_in(blank["answer"], shown, lang)]
    # One character of ja or zh is part of other words nearly always; paired connectors repeat by nature.
    serious = [b for b in seen if b["type"] in _VISIBLE_IS_SERIOUS and (lang == "en" or len(b["answer"]) > 1)]
    yield from _merged("answer_visible", serious)
    harmless = [blank for blank in seen if blank not in serious]
    yield from _merged("answer_visible", harmless, "note")


def _hint_leaks(blank: dict[str, Any], lang: Lang) -> bool:
    return _is_in(blank["answer"], fold(blank["hint"]), lang)


def _is_telling(blank: dict[str, Any], lang: Lang) -> bool:
    """Whether an answer seen elsewhere gives the blank away: short words and grammar repeat by nature."""
    return blank["type"] in _VISIBLE_IS_SERIOUS and len(blank["answer"]) > (3 if lang == "en" else 1)


def _is_long(answer: str, lang: Lang) -> bool:
    """Whether an answer is no word that any title may hold, such as "with"."""
    return len(answer) >= (5 if lang == "en" else 2)


def _other_hint_leaks(blank: dict[str, Any], blanks: Sequence[dict[str, Any]], lang: Lang) -> bool:
    return any(_is_in(blank["answer"], fold(other["hint"]), lang) for other in blanks if other is not blank)


def _repeated(blanks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    times = Counter(fold(blank["answer"]) for blank in blanks)
    return [blank for blank in blanks if times[fold(blank["answer"])] > 1]


def _is_in(answer: str, folded: str, lang: Lang) -> bool:
    """English answers count as whole words only: "for" is not in "before"."""
    sought = fold(answer)
    if not sought or sought not in folded:
        return False
    return lang != "en" or re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", folded) is not None


def _clash(blank: dict[str, Any]) -> bool:
    right = {fold(text) for text in (blank["answer"], *blank["acceptable"])}
    wrong = [fold(text) for text in blank["distractors"]]
    if len(set(wrong)) < len(wrong) or not right.isdisjoint(wrong):
        return True
    return any(map(_PLACE_OF_ONE.fullmatch, wrong)) or (len(wrong) > 1 and all(map(_LETTER.fullmatch, wrong)))


def _merged(code: str, blanks: Sequence[dict[str, Any]], severity: str = "flagged") -> Iterator[Flag]:
    if blanks:
        yield flag(code, severity, blanks=[blank["id"] for blank in blanks])


def _some(numbers: list[int]) -> list[str]:
    return [str(number) for number in numbers[:20]]


def marks(content: Content, found: Flag) -> Iterable[Mark]:
    """Where a flag lies: in the passage, or in the hint or the distractors of its blanks."""
    if found.code == "markup":
        return markup_marks({"passage": content.get("passage", "")})
    numbers = found.values.get("blanks", ())
    blanks = [blank for blank in content.get("blanks", ()) if blank.get("id") in numbers]
    if found.code == "answer_visible":
        return [("passage", tuple(str(blank["answer"]) for blank in blanks))]
    if found.code == "hint_leak":
        return [(f"hint {blank['id']}", (str(blank["answer"]),)) for blank in blanks]
    return [(f"distractors {blank['id']}", _clashing(blank)) for blank in blanks]


def _clashing(blank: Mapping[str, Any]) -> tuple[str, ...]:
    texts = [str(text) for text in blank["distractors"]]
    wrong = [text.casefold() for text in texts]
    right = {str(text).casefold() for text in (blank["answer"], *blank["acceptable"])}
    return tuple(text for text in texts if text.casefold() in right or wrong.count(text.casefold()) > 1) or (WHOLE,)
