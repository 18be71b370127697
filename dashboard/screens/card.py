"""
A draft as its reader meets it: content -> inert HTML, for the Runs and Review screens.

Everything a model or a person wrote goes through `_text`, which escapes it: HTML, Markdown, LaTeX and image addresses
inside a draft are read as letters, and what is shown is what is stored. The screens hand the result to st.html.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from dashboard.labels import Table, label
from dashboard.screens.marks import NOWHERE, Marks, pieces
from dashboard.text import N_, _

STYLE = f"<style>{Path(__file__).with_name('card.css').read_text('utf-8')}</style>"

_PLACEHOLDER = re.compile(r"(\{\{\d+\}\})")
_TURN = re.compile(r"^(\s*[^:：\n]{1,24}?\s*[:：]\s*)(.*)$")
STEPS: Table = {
    "D1": N_("Easy dialogue"),
    "D2": N_("Rich dialogue"),
    "T3": N_("Discussion"),
    "W4": N_("Short writing"),
    "T5": N_("Task"),
    "W6": N_("Long writing"),
}
LISTS: Table = {
    "key_phrases": N_("Key phrases"),
    "patterns": N_("Patterns"),
    "hints": N_("Hints"),
    "checklist": N_("Checklist"),
    "templates": N_("Templates"),
    "outline": N_("Outline"),
}
TYPES: Table = {
    "connector": N_("Connector"),
    "collocation": N_("Collocation"),
    "grammar": N_("Grammar"),
    "particle": N_("Particle"),
    "vocabulary": N_("Vocabulary"),
}
GENDERS: Table = {"female": N_("female"), "male": N_("male"), "unspecified": N_("any voice")}
PACES: Table = {"slow": N_("slow"), "medium": N_("medium"), "fast": N_("fast")}
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def draft_card(
    kind: str, lang: str, content: Mapping[str, Any], *, answers: bool = True, marks: Marks = NOWHERE
) -> str:
    """
    Lay a draft out for reading.

    Args:
        kind: cloze, shadowing or alignment.
        lang: The language of the text, so that the browser picks its glyphs.
        content: What the store holds; a field that is missing is left out.
        answers: A cloze text with its gaps filled and its answers told; False: as the learner gets it.
        marks: What its flags point at.

    Returns:
        HTML in which every piece of content is escaped.
    """
    if kind == "cloze":
        body = _cloze(content, lang, marks, answers=answers)
    else:
        body = (_shadowing if kind == "shadowing" else _alignment)(content, lang, marks)
    title = f'<div class="dm-title">{_text(content.get("title", ""))}</div>'
    return f'{STYLE}<article class="dm" dir="auto" lang="{escape(lang)}">{title}{body}</article>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns, every one of them escaped; pairs without a value are left out."""
    rows = "".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in pairs if value)
    return f'{STYLE}<table class="dm-facts">{rows}</table>'


def flag_list(flags: Iterable[tuple[str, str, bool]]) -> str:
    """Flags one under the other: what each is called, its detail, and whether it is more than a note."""
    return STYLE + "".join(
        f'<div class="dm-flag{" dm-serious" if serious else ""}"><b>{_text(name)}</b>{_text(detail)}</div>'
        for name, detail, serious in flags
    )


def _cloze(content: Mapping[str, Any], lang: str, marks: Marks, *, answers: bool) -> str:
    blanks = {str(blank.get("id")): blank for blank in content.get("blanks", ())}
    parts = _PLACEHOLDER.split(str(content.get("passage", "")))
    passage = "".join(
        _gap(part[2:-2], blanks.get(part[2:-2]), answers=answers)
        if place % 2
        else _marked(part, marks.get("passage", ()), lang)
        for place, part in enumerate(parts)
    )
    listed = "".join(_blank(number, blank, lang, marks, answers=answers) for number, blank in blanks.items())
    return f'<div class="dm-body">{passage}</div><div class="dm-blanks">{listed}</div>'


def _gap(number: str, blank: Mapping[str, Any] | None, *, answers: bool) -> str:
    if blank is None:
        return _text("{{" + number + "}}")
    filled = _text(blank.get("answer", "")) if answers else ""
    return f'<span class="dm-gap{" dm-full" if answers else ""}"><span class="dm-n">{number}</span>{filled}</span>'


def _blank(number: str, blank: Mapping[str, Any], lang: str, marks: Marks, *, answers: bool) -> str:
    kind = _text(label(TYPES, blank.get("type", "")))
    head = f'<span class="dm-no">{_text(number)}</span><span class="dm-type">{kind}</span>'
    hint = _marked(str(blank.get("hint", "")), marks.get(f"hint {number}", ()), lang)
    told = _line(_("Hint"), hint, notes_lang(str(blank.get("hint", ""))))
    if answers:
        told += _line(_("Also right"), _text(", ".join(map(str, blank.get("acceptable") or ()))), lang)
        why = str(blank.get("explanation", ""))
        told += _line(_("Explanation"), _text(why), notes_lang(why))
    choices = _choices(blank, marks.get(f"distractors {number}", ()), lang, answers=answers)
    return f'<div class="dm-blank"><div class="dm-head">{head}</div>{choices}{told}</div>'


def _choices(blank: Mapping[str, Any], marked: Sequence[str], lang: str, *, answers: bool) -> str:
    """The answer among its distractors: in an order that tells nothing, and stays the same at every drawing."""
    right = (str(blank.get("answer", "")), True)
    wrong = [(str(text), False) for text in blank.get("distractors") or ()]
    mixed = sorted([right, *wrong], key=lambda choice: hashlib.sha256(choice[0].encode("utf-8", "replace")).digest())
    shown = [right, *wrong] if answers else mixed
    return (
        '<div class="dm-choices">' + "".join(_choice(*one, marked, lang, answers=answers) for one in shown) + "</div>"
    )


def _choice(text: str, right: bool, marked: Sequence[str], lang: str, *, answers: bool) -> str:
    inner = _text(text) if right else _marked(text, marked, lang)
    return f'<span class="dm-choice{" dm-right" if right and answers else ""}">{inner}</span>'


def _line(name: str, inner: str, lang: str) -> str:
    if not inner:
        return ""
    return f'<div class="dm-line"><span class="dm-label">{escape(name)}</span><span lang="{lang}">{inner}</span></div>'


def _shadowing(content: Mapping[str, Any], lang: str, marks: Marks) -> str:
    roles = {str(role.get("label", "")): role for role in content.get("roles", ())}
    sides = {speaker: place % 2 for place, speaker in enumerate(roles)}
    lines = "".join(
        _spoken(number, line, sides.get(str(line.get("speaker", ""))), marks.get(f"line {number}", ()), lang)
        for number, line in enumerate(content.get("lines", ()), 1)
    )
    tips = str(content.get("tips", ""))
    spoken_by = "".join(_role(role) for role in roles.values())
    return (
        spoken_by
        + f'<div class="dm-lines">{lines}</div>'
        + _chips(_("Key phrases"), content.get("key_phrases", ()), lang, marks.get("phrases", ()))
        + _chips(_("Pacing"), [label(PACES, content.get("pacing", ""))])
        + (f'<div class="dm-sub">{_("Tips")}</div><div lang="{notes_lang(tips)}">{_text(tips)}</div>' if tips else "")
    )


def _spoken(number: int, line: Mapping[str, Any], side: int | None, marked: Sequence[str], lang: str) -> str:
    text = _marked(str(line.get("text", "")), marked, lang)
    if not line.get("speaker"):
        return f'<div class="dm-say"><span class="dm-n">{number}</span>{text}</div>'
    who = f'<span class="dm-who">{_text(line["speaker"])}</span>'
    place = " dm-right-side" if side else ""
    return f'<div class="dm-say dm-turn{place}">{who}<span class="dm-bubble">{text}</span></div>'


def _role(role: Mapping[str, Any]) -> str:
    about = [str(role.get("name", "")), label(GENDERS, role.get("gender", ""))]
    told = " · ".join(_text(part) for part in about if part)
    return f'<span class="dm-chip"><b>{_text(role.get("label", ""))}</b> {told}</span>'


def _alignment(content: Mapping[str, Any], lang: str, marks: Marks) -> str:
    return "".join(_step(name, content[name], lang, marks) for name in STEPS if isinstance(content.get(name), Mapping))


def _step(name: str, step: Mapping[str, Any], lang: str, marks: Marks) -> str:
    head = f'<span class="dm-no">{name}</span><span class="dm-type">{_(STEPS[name])}</span>'
    title = _text(step.get("title", ""))
    phrases = marks.get(f"{name} phrases", ())
    lists = "".join(
        _chips(_(words), _as_list(step.get(field)), lang, phrases if field == "key_phrases" else ())
        for field, words in LISTS.items()
    )
    rubric = step.get("rubric")
    told = [f"{part}: {text}" for part, text in rubric.items()] if isinstance(rubric, Mapping) else _as_list(rubric)
    return (
        f'<section class="dm-step"><div class="dm-head">{head}</div><div class="dm-steptitle">{title}</div>'
        f'<div class="dm-prompt">{_text(step.get("prompt", ""))}</div>'
        f'<div class="dm-body">{_exemplar(str(step.get("exemplar", "")), marks.get(name, ()), lang)}</div>{lists}'
        + _chips(_("Rubric"), told, lang)
        + "</section>"
    )


def _exemplar(text: str, marked: Sequence[str], lang: str) -> str:
    """A dialogue with its speakers set apart, any other text as it stands."""
    turns = [_TURN.match(line) for line in text.split("\n")]
    if len(turns) < 2 or not all(turns):
        return _marked(text, marked, lang)
    return "".join(
        f'<div class="dm-turn"><span class="dm-who">{_text(turn[1])}</span>'
        f"<span>{_marked(turn[2], marked, lang)}\n</span></div>"
        for turn in turns
        if turn
    )


def _chips(name: str, values: Iterable[object], lang: str = "", marked: Sequence[str] = ()) -> str:
    shown = [str(value) for value in values if value]
    if not shown:
        return ""
    chips = "".join(f'<span class="dm-chip">{_marked(value, marked, lang)}</span>' for value in shown)
    return f'<div class="dm-sub">{escape(name)}</div><div>{chips}</div>'


def notes_lang(text: str) -> str:
    """The language a hint or an explanation is in, by its script: ja, zh or en; Chinese that quotes Japanese is zh."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if kana > 0.4 * (kana + han):
        return "ja"
    return "zh" if han else "en"


def _marked(text: str, words: Sequence[str], lang: str) -> str:
    return "".join(f"<mark>{_text(part)}</mark>" if on else _text(part) for part, on in pieces(text, words, lang))


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: object) -> str:
    """The one way content reaches the page: escaped, so that it can only be read."""
    return escape(str(value), quote=True)
