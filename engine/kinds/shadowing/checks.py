"""
What makes a shadowing script unusable, and what a reviewer should look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.kinds.flags import WHOLE, Mark, flag, markup_marks
from engine.kinds.kind import Problem
from engine.kinds.refusals import refused
from engine.kinds.shadowing.options import ShadowingOptions
from engine.kinds.text import fold, has_markup, occurs
from engine.spec import RunSpec
from engine.work import Content, Flag

MOST_ROLES = 3
_LETTERS = frozenset("ABCDE甲乙丙")
_DIRECTION = re.compile(
    r"\[[^\[\]]{2,60}\]|【[^【】]{1,40}】|^\s*[(（*][^()（）*]{2,60}[)）*]|[(（*][^()（）*]{2,60}[)）*]\s*$"
)
"""What a speaker does or how, in brackets: it is not spoken."""
_LABEL = re.compile(r"^\s*[（(\[【]?([^:：\n]{1,24}?)[）)\]】]?\s*[:：]")


def tidy(content: Content, spec: RunSpec) -> None:
    """Drop empty key phrases; read a role's name as its label; without roles nobody is named."""
    content["key_phrases"] = [phrase for phrase in content["key_phrases"] if phrase]
    for role in content["roles"]:
        role["label"] = role["label"] or role["name"]
    labels = {role["label"] for role in content["roles"]}
    known = _spellings(content["roles"])
    for line in content["lines"]:
        if line["speaker"] not in labels:
            line["speaker"] = next((known[one] for one in _readings(line["speaker"]) if one in known), line["speaker"])
    if _genre(spec) != "dialogue" and len({line["speaker"] for line in content["lines"]}) == 1:
        content["roles"] = []  # a narrator is no role: the voice reads everything
        for line in content["lines"]:
            line["speaker"] = ""


def _spellings(roles: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Labels by what a speaker may be called: the label or the name of a role."""
    named = {fold(role["name"]): role["label"] for role in roles if role["name"]}
    return {**named, **{fold(role["label"]): role["label"] for role in roles}}


def _readings(speaker: str) -> Iterator[str]:
    """A speaker without a colon, a remark in brackets, or "Speaker" before the label."""
    plain = fold(speaker).strip(" :：.")
    yield plain
    outside, _, inside = plain.replace("（", "(").partition("(")
    yield from (outside.strip(), inside.strip(" )）"), plain.rpartition(" ")[2])


def body(content: Content) -> str:
    """The lines, without their speakers."""
    return "\n".join(lines(content))


def lines(content: Content) -> list[str]:
    """What is spoken, line by line."""
    return [line["text"] for line in content["lines"]]


def as_source(content: Content) -> str:
    """The lines with the names of their speakers, so that a learner can follow who speaks."""
    names = {role["label"]: role["name"] or role["label"] for role in content["roles"]}
    spoken = ((names.get(line["speaker"], line["speaker"]), line["text"]) for line in content["lines"])
    return "\n".join(f"{name}: {text}" if name else text for name, text in spoken)


def problem(content: Content, spec: RunSpec) -> Problem | None:
    """Why the roles cannot be spoken, or the key phrases belong to another text."""
    phrases = content["key_phrases"]
    if len(phrases) > 1 and len(_strange_phrases(content)) == len(phrases):
        return refused("key_phrases", "no_phrase")
    roles, speakers = content["roles"], {line["speaker"] for line in content["lines"]}
    labels = {role["label"] for role in roles}
    if _genre(spec) != "dialogue":
        return refused("roles", "no_roles_in", genre=_genre(spec)) if roles or speakers != {""} else None
    if not roles:
        return refused("roles", "needs_roles")
    if "" in labels or len(labels) < len(roles):
        return refused("roles", "labels")
    unknown = speakers - labels
    if unknown:
        return refused("roles", "unknown_speaker", speaker=min(unknown)[:20])
    return refused("roles", "one_speaker") if len(speakers) < 2 else None


def _strange_phrases(content: Content) -> list[str]:
    folded = fold(body(content))
    return [phrase for phrase in content["key_phrases"] if not occurs(phrase, folded)]


def flags(content: Content, spec: RunSpec, _level: int) -> Iterator[Flag]:
    """What a reviewer should look at; the length is flagged by the caller, for all kinds alike."""
    names = {fold(role[key]) for role in content["roles"] for key in ("label", "name")}
    labelled = [number for number, line in enumerate(content["lines"], 1) if _labelled(line["text"], names)]
    if labelled:
        yield flag("speaker_label", line=labelled[0])
    acted = [number for number, line in enumerate(content["lines"], 1) if _DIRECTION.search(line["text"])]
    if acted:
        yield flag("stage_direction", line=acted[0])
    phrases = content["key_phrases"]
    strange = _strange_phrases(content)
    if not phrases or len(strange) * 2 > len(phrases):
        yield flag("key_phrases", where="", phrases=[phrase[:60] for phrase in strange])
    if any(has_markup(line["text"]) for line in content["lines"]):
        yield flag("markup")
    yield from _notes(content, spec)


def _notes(content: Content, spec: RunSpec) -> Iterator[Flag]:
    low, high = spec.options.sentences if isinstance(spec.options, ShadowingOptions) else (1, 100)
    if not low <= len(content["lines"]) <= high:
        yield flag("line_count", "note", count=len(content["lines"]), low=low, high=high)
    if len(content["roles"]) > MOST_ROLES:
        yield flag("role_count", "note", count=len(content["roles"]), low=2, high=MOST_ROLES)


def _labelled(text: str, names: set[str]) -> bool:
    found = _LABEL.match(text)
    return found is not None and (fold(found[1]) in names or found[1] in _LETTERS)


def _genre(spec: RunSpec) -> str:
    return spec.options.genre if isinstance(spec.options, ShadowingOptions) else "dialogue"


def marks(content: Content, found: Flag) -> Iterable[Mark]:
    """Where a flag lies: in a line, or among the key phrases."""
    lines = enumerate(content.get("lines", ()), 1)
    if found.code == "markup":
        return markup_marks({f"line {number}": line.get("text", "") for number, line in lines})
    if found.code == "key_phrases":
        spoken = fold("\n".join(str(line.get("text", "")) for _, line in lines))
        return [("phrases", tuple(one for one in content.get("key_phrases", ()) if not occurs(str(one), spoken)))]
    return [(f"line {found.values['line']}", (WHOLE,))] if "line" in found.values else ()
