"""
A shadowing script as its reader gets it: on the card, on a worksheet, as an Anki note and for voices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kinds.blocks import (
    Block,
    Instruction,
    Listed,
    Note,
    People,
    ScriptBlock,
    Sheet,
    Speaker,
    Speech,
    SpokenLine,
    texts,
    translation,
)
from engine.work import Content


def card(content: Content, _answers: bool) -> list[Block]:
    """The speakers, the lines, and what helps to speak them."""
    people = (Speaker(label, _text(role, "name"), _text(role, "gender")) for label, role in _roles(content).items())
    return [
        People(tuple(people)),
        _script(content),
        Listed("key_phrases", texts(content.get("key_phrases")), place="phrases"),
        Listed("pacing", texts(content.get("pacing")), words=True),
        Listed("tips", texts(content.get("tips")), note=True),
        *translation(content),
    ]


def sheet(content: Content) -> Sheet:
    """The lines, the key phrases and the tips; the key is the translation, if there is one."""
    phrases, tips = texts(content["key_phrases"]), texts(content["tips"])
    return Sheet([_script(content), Listed("key_phrases", phrases), Listed("tips", tips)], translation(content))


def notes(content: Content) -> list[Note]:
    """One note: the speakers and phrases in front, the lines behind."""
    who = tuple(f"{role['label']} {role['name']}".strip() for role in content["roles"])
    front: list[Block] = [
        Instruction("shadow"),
        Listed("roles", who),
        Listed("key_phrases", texts(content["key_phrases"])),
    ]
    pacing, tips = texts(content["pacing"]), texts(content["tips"])
    remarks: list[Block] = [Listed("pacing", pacing, words=True), Listed("tips", tips)]
    return [Note(front, [_script(content), *translation(content), *remarks])]


def voice(content: Content) -> Speech:
    """A row a line; a text without roles has an empty speaker and an unspecified gender."""
    roles = _roles(content)
    lines = []
    for line in content["lines"]:
        role = roles.get(line["speaker"], {})
        lines.append((role.get("name") or line["speaker"], role.get("gender", "unspecified"), line["text"]))
    return Speech(content["pacing"], lines)


def _roles(content: Content) -> dict[str, Mapping[str, Any]]:
    return {_text(role, "label"): role for role in content.get("roles", ())}


def _script(content: Content) -> ScriptBlock:
    roles = _roles(content)
    sides = {label: place % 2 for place, label in enumerate(roles)}
    return ScriptBlock(tuple(_line(line, roles, sides) for line in content.get("lines", ())))


def _line(line: Mapping[str, Any], roles: Mapping[str, Mapping[str, Any]], sides: Mapping[str, int]) -> SpokenLine:
    label = _text(line, "speaker")
    name = _text(roles.get(label, {}), "name") or label
    return SpokenLine(_text(line, "text"), label, name, sides.get(label, 0))


def _text(values: Mapping[str, Any], name: str) -> str:
    return str(values.get(name, ""))
