"""
What makes an alignment pack unusable, and what a reviewer should look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.kinds.alignment.fields import RUBRIC_FIELDS, STEPS
from engine.kinds.flags import WHOLE, Mark, flag, markup_marks
from engine.kinds.kind import Problem
from engine.kinds.refusals import refused
from engine.kinds.text import clean, fold, has_markup, occurs
from engine.kinds.units import UNITS, count_units
from engine.spec import Lang, RunSpec
from engine.work import Content, Flag

TURNS = range(4, 17)
LEAST_EXEMPLAR = 8
LEAST_PROMPT = 3
"""Words or characters; the shortest of the samples have 34 and 6."""
TALKS = ("D1", "D2", "T3")
WRITINGS = ("W4", "T5", "W6")
_COMPARED = ("D1", "D2", "W4", "W6")  # a shorter one, its longer one

# Asked of nobody: 12-14 % of a pack's tokens for sentences that never change (kinds.md).
RUBRICS: dict[Lang, dict[str, str]] = {
    "en": {
        "fluency": "Sentences are connected and easy to follow.",
        "relevance": "All parts of the task are covered.",
        "style": "Tone fits the reader and the situation.",
        "length": "Close to the model text in length.",
    },
    "ja": {
        "fluency": "文が自然につながっていて読みやすい。",
        "relevance": "課題の内容にすべて答えている。",
        "style": "相手と場面に合った言い方を使っている。",
        "length": "手本と同じくらいの長さで書いている。",
    },
    "zh": {
        "fluency": "句子连贯，容易读懂。",
        "relevance": "回答了任务的所有要求。",
        "style": "语气适合对象和场合。",
        "length": "长度和范文差不多。",
    },
}
_LISTS = ("key_phrases", "patterns", "hints", "checklist", "templates", "outline")
_TURN = re.compile(r"^[ \t]*([^:：\n]{1,24}?)[ \t]*[:：]", re.MULTILINE)
_INLINE_TURN = re.compile(r"(?:^|(?<=[\s。！？!?.]))([A-Z甲乙丙])[:：]")


def tidy(content: Content, spec: RunSpec) -> None:
    """Drop empty list entries; fill in the rubrics, keeping those an editor wrote."""
    for step in STEPS:
        for name in _LISTS:
            if name in content[step]:
                content[step][name] = [text for text in content[step][name] if text]
    for step in WRITINGS:
        content[step]["rubric"] = _rubric(content[step].get("rubric"), spec.lang)


def body(content: Content) -> str:
    """The six exemplars, without speaker labels."""
    return "\n".join(_spoken(content, step) for step in STEPS)


def problem(content: Content, spec: RunSpec) -> Problem | None:
    """Why the pack cannot be used: D1 or D2 is no dialogue, or an exemplar only repeats its prompt."""
    for step in ("D1", "D2"):
        speakers = _speakers(content[step]["exemplar"])
        if len(set(speakers)) < 2:
            return refused("dialogue", "not_a_dialogue", step=step)
    for step in STEPS:
        if fold(content[step]["exemplar"]) == fold(content[step]["prompt"]):
            return refused("copied", "repeats_prompt", step=step)
    return _too_short(content, spec.lang)


def _too_short(content: Content, lang: Lang) -> Problem | None:
    """A step whose exemplar or prompt says next to nothing, such as "..."."""
    for step in STEPS:
        for name, least in (("exemplar", LEAST_EXEMPLAR), ("prompt", LEAST_PROMPT)):
            units = count_units(content[step][name], lang)
            if units < least:
                return refused("steps", "too_short", name=name, step=step, count=units, unit=UNITS[lang], least=least)
    return None


def flags(content: Content, spec: RunSpec, _level: int) -> Iterator[Flag]:
    """What a reviewer should look at."""
    length = {step: count_units(_spoken(content, step), spec.lang) for step in _COMPARED}
    for shorter, longer in zip(_COMPARED[::2], _COMPARED[1::2], strict=True):
        if length[longer] < length[shorter]:
            yield flag("step_length", step=longer, count=length[longer], other=shorter, low=length[shorter])
    prompts = [fold(content[step]["prompt"]) for step in STEPS]
    if same := [step for step, text in zip(STEPS, prompts, strict=True) if prompts.count(text) > 1]:
        yield flag("same_prompt", step=same[-1], steps=same)
    for step in TALKS:
        folded = fold(content[step]["exemplar"])
        strange = [phrase for phrase in content[step]["key_phrases"] if not occurs(phrase, folded)]
        if strange:
            yield flag("key_phrases", where=f"{step}: ", step=step, phrases=[phrase[:60] for phrase in strange])
    for step in ("D1", "D2"):
        turns = len(_speakers(content[step]["exemplar"]))
        if turns not in TURNS:
            yield flag("turns", step=step, count=turns, low=TURNS[0], high=TURNS[-1])
    if any(has_markup(content[step]["exemplar"]) for step in STEPS):
        yield flag("markup", "note")


def marks(content: Content, found: Flag) -> Iterable[Mark]:
    """Where a flag lies: in the model text of a step, or among its key phrases."""
    if found.code == "markup":
        return markup_marks(
            {step: part.get("exemplar", "") for step, part in content.items() if isinstance(part, Mapping)}
        )
    step = found.values.get("step", "")
    if found.code == "key_phrases":
        strange = found.values.get("phrases", ())
        phrases = content.get(step, {}).get("key_phrases", ())
        return [(f"{step} phrases", tuple(one for one in phrases if str(one)[:60] in strange))]
    return [(step, (WHOLE,))] if step else ()


def _rubric(given: Any, lang: Lang) -> dict[str, str]:
    if isinstance(given, dict):
        kept = {name: clean(given.get(name)) for name in RUBRIC_FIELDS}
        if all(isinstance(text, str) and 0 < len(text) <= 500 for text in kept.values()):
            return kept
    return dict(RUBRICS[lang])


def _turns(exemplar: str) -> re.Pattern[str]:
    """Turns are on lines of their own; some models write them all on one line."""
    return _TURN if len(_TURN.findall(exemplar)) > 1 else _INLINE_TURN


def _speakers(exemplar: str) -> list[str]:
    return [speaker.strip() for speaker in _turns(exemplar).findall(exemplar)]


def _spoken(content: Content, step: str) -> str:
    """An exemplar without speaker labels; a text that is no dialogue unchanged."""
    exemplar: str = content[step]["exemplar"]
    if step not in TALKS:
        return exemplar
    pattern = _turns(exemplar)
    return pattern.sub("", exemplar) if len(set(pattern.findall(exemplar))) > 1 else exemplar
