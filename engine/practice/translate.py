"""
The translation of a practice draft: in English, Japanese and Chinese a sentence with its number, in any other language
the text itself after the tag, "[de] Good morning."
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.practice.pen import Item

_SENTENCES: Mapping[str, str] = {
    "en": "This is the translation of sentence {n}.",
    "ja": "これは{n}番目の文の訳です。",
    "zh": "这是第{n}句的译文。",
}
_ENDS = {"en": re.compile(r"(?<=[.!?])\s+"), "ja": re.compile(r"(?<=[。！？])"), "zh": re.compile(r"(?<=[。！？])")}
_GAP = re.compile(r"\{\{(\d+)\}\}")
_BODIES = ("passage", "text")


def translated(item: Item, tag: str, lang: str) -> Item:
    """An item with its translation into a language; the same item where none is asked for, or it has no text."""
    texts = _texts(item, lang) if tag else []
    said = [_said(tag, number, text) for number, text in enumerate(texts, 1)]
    return {**item, "translation": said} if said else item


def _texts(item: Item, lang: str) -> list[str]:
    """The lines of a script, or the sentences of a text with its blanks filled."""
    if "lines" in item:
        return [line["text"] for line in item["lines"]]
    body = next((item[name] for name in _BODIES if name in item), "")
    answers = {str(blank["id"]): blank["answer"] for blank in item.get("blanks", ())}
    filled = _GAP.sub(lambda gap: answers.get(gap[1], gap[0]), body)
    return [text.strip() for text in _ENDS[lang].split(filled) if text.strip()]


def _said(tag: str, number: int, text: str) -> str:
    return _SENTENCES[tag].format(n=number) if tag in _SENTENCES else f"[{tag}] {text}"
