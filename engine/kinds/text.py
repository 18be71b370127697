"""
What is done to every string before it is stored, and how strings are compared.

Cleaning takes out what must never be stored; it never repairs what a model wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

PLACEHOLDER = re.compile(r"\{\{([0-9]{1,3})\}\}")
_WIDE_PLACEHOLDER = re.compile(r"[{｛]{2}[ \u3000]*([0-9０-９]{1,3})[ \u3000]*[}｝]{2}")

_TRIPLE = re.compile(r"\{{3}\s*([0-9]{1,3})\s*\}{3}")
_INSIDE = r"\s*(?:blank|gap|b|q|#|no\.?)?[\s_-]{0,2}(?P<n>[0-9]{1,3})\s*"
_NOTATIONS = tuple(
    re.compile(rf"{left}{_INSIDE}(?:[:：|=]\s*(?P<said>[^{{}}\[\]<>()]{{0,60}}?)\s*)?{right}", re.IGNORECASE)
    for left, right in (
        (r"(?:\\?\{){2}", r"(?:\\?\}){2}"),
        (r"\$?\{", r"\}"),
        (r"\[\[", r"\]\]"),
        (r"_{0,5}\[_{0,5}", r"_{0,5}\]_{0,5}"),
        (r"<<", r">>"),
        (r"<", r"\s*/?>"),
        (r"【", r"】"),
        (r"_{0,5}[(（]_{0,5}", r"_{0,5}[)）]_{0,5}"),
        (r"_{2,5}", r"_{2,5}"),
    )
)

# Control characters, lone surrogates, bidi marks and overrides, invisible characters, noncharacters, tag characters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_MARKUP = re.compile(
    r"\*\*|__\w|^#{1,6} |`|</?[A-Za-z][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{1,6});|\]\(|\\[a-zA-Z]{2,}|\$\$"
    r"|^[-*] |^\d{1,2}[.)] ",
    re.MULTILINE,
)
# A substring search costs a hundredth of the expression: most texts hold none of these.
_MARKUP_SIGNS = ("*", "_", "#", "`", "<", "&", "](", "\\", "$$", "- ", "\n1", "\n2")
_GAP = re.compile(r"\.{2,}|…+|[～〜~]|_{2,}|⋯+")
_EDGES = " \t\n.,;:!?。，、；：！？「」『』“”\"'‘’（）()《》"
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


def clean(value: Any) -> Any:
    """
    Make a string safe to store: NFC, no control or bidi characters, no lone surrogates; line breaks as \\n.

    Returns:
        The cleaned string without spaces around it; anything that is not a string as it came.
    """
    if not isinstance(value, str):
        return value
    if not value.isprintable():  # also true of line breaks and the ideographic space, hence the closer look
        value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\t", " ")
        value = _UNSAFE.sub("", value)
    if not value.isascii() and not unicodedata.is_normalized("NFC", value):
        value = unicodedata.normalize("NFC", value)
    return value.strip()


def brief(value: object, most: int = 60) -> str:
    """A short, clean piece of foreign text for a message."""
    text = " ".join(str(clean(str(value)[: most * 2])).split())
    return text if len(text) <= most else text[: most - 3] + "..."


@lru_cache(maxsize=512)  # the checks of a draft compare each of its texts several times
def fold(text: str) -> str:
    """The form two texts are compared in: no case, straight quotes, single spaces."""
    folded = text.casefold()
    return " ".join((folded if folded.isascii() else folded.translate(_QUOTES)).split())


def normal_placeholders(passage: str) -> str:
    """Write full-width braces and digits, and spaces inside them, as {{1}}; `____` is left alone."""
    passage = _TRIPLE.sub(r"{{\1}}", passage)
    return _WIDE_PLACEHOLDER.sub(lambda found: "{{" + str(int(found[1])) + "}}", passage)


def usual_placeholders(passage: str, ids: Sequence[int], answers: Mapping[int, str]) -> str:
    """
    Write placeholders in another notation as {{1}}: {{blank1}}, {1}, [1], <1>, (1), __1__, {{1: answer}}.

    Only where the passage has none of the usual ones, and each blank has exactly one in one notation: then nothing is
    guessed. A gap without its number is left alone.
    """
    if not ids or PLACEHOLDER.search(passage):
        return passage
    for notation in _NOTATIONS:
        found = list(notation.finditer(passage))
        right = all(not one["said"] or fold(one["said"]) == fold(answers.get(int(one["n"]), "")) for one in found)
        if right and sorted(int(one["n"]) for one in found) == sorted(ids):
            return notation.sub(lambda one: "{{" + str(int(one["n"])) + "}}", passage)
    return passage


def fill(passage: str, answers: Mapping[int, str]) -> str:
    """The passage with its answers in place of the placeholders."""
    return PLACEHOLDER.sub(lambda found: answers.get(int(found[1]), ""), passage)


def occurs(phrase: str, folded: str) -> bool:
    """
    Whether a key phrase occurs in a text; of "How do I get to ...?" only the words around the gap count.

    Args:
        phrase: As the model wrote it.
        folded: The text, already through `fold`.
    """
    pieces = [piece.strip(_EDGES) for piece in _GAP.split(fold(phrase))]
    if all(len(piece) < 2 for piece in pieces) and phrase.isascii():  # "A" is a label, and every text holds it
        return False
    return all(piece in folded for piece in pieces if piece)


def has_markup(text: str) -> bool:
    """Whether a text holds Markdown, HTML or LaTeX."""
    return any(sign in text for sign in _MARKUP_SIGNS) and _MARKUP.search(text) is not None
