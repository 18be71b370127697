"""
A draft as a page of text: content -> inert HTML, for the Runs and Review screens.

Everything a model or a person wrote goes through `_text`, which escapes it: HTML, Markdown, LaTeX and image addresses
inside a draft are read as letters, and what is shown is what is stored. The screens hand the result to st.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from dashboard.text import N_, _

# currentColor keeps the card readable in both themes; the accent is the mill's green, mixed to suit either paper.
_GREEN = "color-mix(in srgb, #1c9a82 22%, transparent)"
_SOFT = "color-mix(in srgb, currentColor 9%, transparent)"
_STYLE = {
    "card": "line-height:1.75;overflow-wrap:anywhere;unicode-bidi:isolate",
    "title": "font-size:1.3rem;font-weight:600;line-height:1.35;margin:0 0 .6rem",
    "body": "white-space:pre-wrap;margin:0 0 .9rem;font-size:1.05rem",
    "head": "font-size:.8rem;letter-spacing:.04em;opacity:.65;margin:1.1rem 0 .3rem",
    "blank": f"background:{_GREEN};border-radius:5px;padding:.05em .4em;font-weight:600",
    "number": "font-size:.72em;opacity:.65;margin-right:.3em",
    "chip": f"display:inline-block;background:{_SOFT};border-radius:99px;padding:.05em .7em;margin:.15em .3em .15em 0",
    "table": "width:100%;border-collapse:collapse;font-size:.92rem",
    "cell": f"text-align:left;vertical-align:top;padding:.4em .7em .4em 0;border-top:1px solid {_SOFT}",
    "row": f"border-top:1px solid {_SOFT};padding:.55rem 0",
    "detail": "font-size:.92rem;margin-left:1.1rem",
    "speaker": "font-weight:600;opacity:.75;margin-right:.6em",
    "small": "opacity:.7;font-size:.9rem;margin:.2rem 0",
    "step": f"border-left:3px solid {_SOFT};padding-left:1rem;margin:1.2rem 0",
}
_PLACEHOLDER = re.compile(r"\{\{(\d+)\}\}")
_STEPS = ("D1", "D2", "T3", "W4", "T5", "W6")
_LISTS = {
    "key_phrases": N_("Key phrases"),
    "patterns": N_("Patterns"),
    "hints": N_("Hints"),
    "checklist": N_("Checklist"),
    "templates": N_("Templates"),
    "outline": N_("Outline"),
}


def draft_card(kind: str, lang: str, content: Mapping[str, Any]) -> str:
    """
    Lay a draft out for reading.

    Args:
        kind: cloze, shadowing or alignment.
        lang: The language of the text, so that the browser picks its glyphs.
        content: What the store holds; a field that is missing is left out.

    Returns:
        HTML in which every piece of content is escaped.
    """
    body = {"cloze": _cloze, "shadowing": _shadowing, "alignment": _alignment}[kind](content)
    title = f'<div style="{_STYLE["title"]}">{_text(content.get("title", ""))}</div>'
    return f'<article dir="auto" lang="{escape(lang)}" style="{_STYLE["card"]}">{title}{body}</article>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns, every one of them escaped; pairs without a value are left out."""
    rows = "".join(
        f'<tr><th style="{_STYLE["cell"]};font-weight:600;opacity:.65;width:28%">{_text(name)}</th>'
        f'<td style="{_STYLE["cell"]};white-space:pre-wrap">{_text(value)}</td></tr>'
        for name, value in pairs
        if value
    )
    return f'<table style="{_STYLE["table"]};overflow-wrap:anywhere">{rows}</table>'


def _cloze(content: Mapping[str, Any]) -> str:
    blanks = {str(blank.get("id")): blank for blank in content.get("blanks", ())}

    def filled(found: re.Match[str]) -> str:
        answer = _text(blanks.get(found[1], {}).get("answer", "____"))
        return f'<span style="{_STYLE["blank"]}"><span style="{_STYLE["number"]}">{found[1]}</span>{answer}</span>'

    # Escaping leaves braces and digits alone, so the placeholders are still there to be filled.
    passage = _PLACEHOLDER.sub(filled, _text(content.get("passage", "")))
    return f'<div style="{_STYLE["body"]}">{passage}</div>' + _blank_list(blanks)


def _blank_list(blanks: Mapping[str, Mapping[str, Any]]) -> str:
    return "".join(_blank(number, blank) for number, blank in blanks.items())


def _blank(number: str, blank: Mapping[str, Any]) -> str:
    answer = f'<span style="{_STYLE["blank"]}">{_text(blank.get("answer", ""))}</span>'
    kind = f'<span style="{_STYLE["chip"]}">{_text(blank.get("type", ""))}</span>'
    hint = f'<span style="{_STYLE["small"]}">{_text(blank.get("hint", ""))}</span>'
    return (
        f'<div style="{_STYLE["row"]}"><span style="{_STYLE["number"]}">{_text(number)}</span>{answer} {kind} {hint}'
        + _line(_("Distractors"), _listed(blank.get("distractors")))
        + _line(_("Also right"), _listed(blank.get("acceptable")))
        + _line(_("Explanation"), _text(blank.get("explanation", "")))
        + "</div>"
    )


def _line(label: str, inner: str) -> str:
    name = f'<span style="opacity:.65">{escape(label)}</span>'
    return f'<div style="{_STYLE["detail"]}">{name} {inner}</div>' if inner else ""


def _shadowing(content: Mapping[str, Any]) -> str:
    lines = "".join(
        f'<div><span style="{_STYLE["speaker"]}">{_text(line.get("speaker", ""))}</span>'
        f"{_text(line.get('text', ''))}</div>"
        for line in content.get("lines", ())
    )
    roles = [
        f"{role.get('label', '')}: {role.get('name', '')} ({role.get('gender', '')})"
        for role in content.get("roles", ())
    ]
    return (
        f'<div style="{_STYLE["body"]}">{lines}</div>'
        + _chips(_("Roles"), roles)
        + _chips(_("Key phrases"), content.get("key_phrases", ()))
        + _chips(_("Pacing"), [content.get("pacing", "")])
        + _chips(_("Tips"), _as_list(content.get("tips")))
    )


def _alignment(content: Mapping[str, Any]) -> str:
    return "".join(_step(name, content[name]) for name in _STEPS if isinstance(content.get(name), Mapping))


def _step(name: str, step: Mapping[str, Any]) -> str:
    title = f'<span style="{_STYLE["number"]}">{name}</span>{_text(step.get("title", ""))}'
    lists = "".join(_chips(_(label), _as_list(step.get(field))) for field, label in _LISTS.items())
    rubric = step.get("rubric") or {}
    return (
        f'<section style="{_STYLE["step"]}"><div style="{_STYLE["title"]}">{title}</div>'
        f'<div style="{_STYLE["small"]}">{_text(step.get("prompt", ""))}</div>'
        f'<div style="{_STYLE["body"]}">{_text(step.get("exemplar", ""))}</div>{lists}'
        + _chips(_("Rubric"), [f"{name}: {text}" for name, text in rubric.items()])
        + "</section>"
    )


def _chips(label: str, values: Iterable[object]) -> str:
    shown = [value for value in values if value]
    if not shown:
        return ""
    chips = "".join(f'<span style="{_STYLE["chip"]}">{_text(value)}</span>' for value in shown)
    return f'<div style="{_STYLE["head"]}">{escape(label)}</div>{chips}'


def _listed(value: object) -> str:
    return _text(", ".join(str(part) for part in value)) if isinstance(value, list | tuple) else _text(value or "")


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: object) -> str:
    """The one way content reaches the page: escaped, so that it can only be read."""
    return escape(str(value), quote=True)
