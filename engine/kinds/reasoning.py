"""
Where a model thinks aloud inside its answer: the marks that open and close reasoning.

Marks are looked for between the JSON objects of a reply, never inside one: a draft may speak about a tag.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_STEM = (
    r"think|thought|reason|reflect|scratch|analysis|analyzing|planning|deliberat|brainstorm|monologue|critique"
    r"|chain_?of_?thought|rough_?draft|first_?draft"
    r"|思考|推理|思路|分析过程|草稿|考え|下書き"
)
_NAME = rf"(?:[\w:.-]{{0,20}}(?:{_STEM})[\w:.-]{{0,20}}|plan|cot)"
_LEFT, _RIGHT = r"(?:<[|｜]?|\[|&lt;)", r"(?:[|｜]?>|\]|&gt;)"
_BEGIN, _END = r"(?:start|begin)[_▁]?(?:of[_▁])?", r"(?:/|end[_▁]?(?:of[_▁])?)"
_OPEN = re.compile(
    r"<\|?channel\|?>\s*(?!final)(?P<channel>\w+)"
    r"|<\|(?:im_start|start_header_id|assistant)\|>\s*(?P<role>think\w*|thought\w*|analysis|reasoning)\b"
    r"|(?P<unused><unused\d+>)\s*thought"
    r"|```(?P<fence>think\w*|thoughts?|reasoning|analysis)[ \t]*\n"
    rf"|(?P<details><details[^>]{{0,40}}>)\s*<summary>[^<]{{0,60}}(?:{_STEM})[^<]{{0,60}}</summary>"
    r"|(?P<comment><!--)|(?P<kimi>◁think▷)"
    rf"|{_LEFT}(?:{_BEGIN})?(?P<tag>(?!(?:end|/)){_NAME})(?:\s[^<>\[\]]{{0,80}})?{_RIGHT}"
    # A heading counts where the heading of the answer follows it.
    rf"|(?P<heading>^[#*_ \t]{{0,6}}(?:{_STEM})\w{{0,12}}[ \t]*(?:process)?(?:[:：]|[*_ \t]{{0,4}}$))",
    re.IGNORECASE | re.MULTILINE,
)
_FINAL = r"<\|?channel\|?>\s*final\b|<channel\|>"
_TORN = r"(?=\s*(?:\n|[{\[`]))"
"""The end of a closing mark that lost its last sign."""
_CLOSE = re.compile(
    rf"{_LEFT}{_END}{_NAME}(?:{_RIGHT}|{_TORN})|{_FINAL}|◁/think▷"
    r"|assistantfinal(?=\s*[{\[`])",  # the same channel marks, printed without their special tokens
    re.IGNORECASE,
)
_CLOSED_BY = {
    "channel": rf"<\|end\|>|<\|return\|>|<\|start\|>|{_FINAL}",
    "role": r"<\|im_end\|>|<\|eot_id\|>|<\|end\|>|<\|(?:im_start|start_header_id|assistant)\|>",
    "unused": r"<unused\d+>",
    "fence": r"\n[ \t]*```",
    "details": r"</details>",
    "comment": r"-->",
    "kimi": r"◁/think▷",
    "heading": r"^[#*_ \t]{0,6}(?:final[ \t]*|the[ \t]*)?(?:answer|output|result|response|json|version"
    r"|最终答案|最终版本|答案|回答|最終回答|結果)s?(?:[ \t]*[:：]|[*_ \t]{0,4}$)",
}
_CLOSING = {name: re.compile(pattern, re.IGNORECASE | re.MULTILINE) for name, pattern in _CLOSED_BY.items()}


_VERSION = re.compile(
    r"<(?P<tag>(?:draft|attempt|version|try|notes?|outline)[\w-]{0,12})>.*?</(?P=tag)>"
    rf"|\((?P<round>(?:{_STEM})\w{{0,8}})\).*?\(/(?P=round)\)",
    re.IGNORECASE | re.DOTALL,
)


_PARAGRAPH = re.compile(r"\n[ \t]*\n\s{0,9}(?:```\w{0,9}\s{0,9})?(?=[{\[]\s{0,9}[\[{\"])")
_DECODER = json.JSONDecoder(strict=False)
LONGEST_MARK = 400
"""An opening or closing mark has fewer characters."""
_AHEAD = 8 * LONGEST_MARK


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of reasoning: where it begins, and where the answer goes on."""

    start: int
    end: int
    orphan: bool = False
    """A closing mark without an opening one: everything before it was reasoning."""


class Marks:
    """The reasoning of one text, looked for from its start to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next_open = _Next(_OPEN, text)
        self._next_close = _Next(_CLOSE, text)

    def after(self, place: int, before: int | None = None) -> Mark | None:
        """
        The next piece of reasoning from a place on; places must not go back.

        Args:
            place: Where it begins at the earliest.
            before: It begins before this place; None: anywhere.

        Returns:
            From the opening mark to the end of the closing one (to the end of the text where it never closes), or an
            orphan closing mark; None where there is no more.
        """
        before = len(self._text) + 1 if before is None else before
        closed = self._next_close.find(place, before)
        while True:
            opened = self._next_open.find(place, before)
            if closed is not None and (opened is None or closed.start() < opened.start()):
                return Mark(closed.start(), closed.end(), orphan=True)
            if opened is None:
                return None
            end = _closing(opened).search(self._text, opened.end())
            if end is not None or opened.lastgroup not in ("heading", "comment"):
                return Mark(opened.start(), len(self._text) if end is None else end.end())
            place = opened.end()


class _Next:
    """The next match of a pattern; no more of the text is searched than was asked about: most of it is a draft."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self._pattern = pattern
        self._text = text
        self._found: re.Match[str] | None = None
        self._searched = -LONGEST_MARK - 1
        """Before this place the text holds no match but the found one and earlier ones."""

    def find(self, place: int, before: int) -> re.Match[str] | None:
        """The first match that begins in [place, before); places must not go back."""
        if self._found is not None and self._found.start() >= place:
            return self._found if self._found.start() < before else None
        start = max(place, self._searched)
        if start >= before:
            return None
        # Where objects are short, several are searched at once: each search looks LONGEST_MARK further than it needs.
        until = before + (_AHEAD if start - self._searched <= LONGEST_MARK else 0)
        self._found = self._pattern.search(self._text, start, until + LONGEST_MARK)
        if self._found is not None and self._found.start() >= until:
            self._found = None
        self._searched = until if self._found is None else self._found.end()
        return self._found if self._found is not None and self._found.start() < before else None


def without_reasoning(text: str) -> str:
    """A text without its reasoning, to see whether the model said anything else; marks inside JSON count too."""
    marks, kept, place = Marks(text), "", 0
    while mark := marks.after(place):
        kept = "" if mark.orphan else kept + text[place : mark.start]
        place = mark.end
    return kept + text[place:]


def answer_in_open_thoughts(text: str) -> str:
    """
    The JSON that ends a text whose thoughts begin in words and never end; "" where there is none.

    A model that forgets to close its thoughts writes its answer as a paragraph of its own, and stops behind it.
    """
    marks, place = Marks(text), 0
    while (mark := marks.after(place)) is not None and mark.end < len(text):
        place = mark.end
    if mark is None:
        return ""
    starts = (found.end() for found in _PARAGRAPH.finditer(text, mark.start))
    return next((whole for start in starts if (whole := _whole_json(text[start:]))), "")


def _whole_json(text: str) -> str:
    text = text.rstrip().removesuffix("```").rstrip()
    try:
        _, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    return text if end == len(text) else ""


def without_versions(text: str) -> str:
    """A text without the parts that are marked as an earlier version, such as <draft> ... </draft>."""
    return _VERSION.sub(" ", text) if "</" in text or "(/" in text else text


def is_thought(name: str) -> bool:
    """Whether a field of a reply holds reasoning or an earlier version instead of the answer."""
    return _FIELD.fullmatch(name) is not None


_FIELD = re.compile(rf"\w{{0,20}}(?:{_STEM})\w{{0,20}}|plan|(?:first|old|previous|initial)_?\w{{0,20}}", re.IGNORECASE)


def _closing(opened: re.Match[str]) -> re.Pattern[str]:
    name = opened.lastgroup or ""
    if name != "tag":
        return _CLOSING[name]
    tag = re.escape(opened["tag"])
    return re.compile(rf"{_LEFT}{_END}{tag}(?:{_RIGHT}|{_TORN})|<{tag}\s*/>", re.IGNORECASE)
