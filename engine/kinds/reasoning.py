"""
Where a model thinks aloud inside its answer: the marks that open and close reasoning.

Marks are looked for between the JSON objects of a reply, never inside one: a draft may speak about a tag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis|seed:think"
_BRACKETS = r"THINK|THINKING|REASONING"
_TOKENS = r"thoughts?|thinking|reasoning"
_OPEN = re.compile(
    rf"<(?P<tag>{_NAMES})(?:\s[^<>]{{0,80}})?>"
    rf"|\[(?P<bracket>{_BRACKETS})\]"
    r"|<\|?channel\|?>\s*(?!final)(?P<channel>\w+)"
    rf"|<\|begin_of_(?P<token>{_TOKENS})\|>"
    r"|(?P<kimi>◁think▷)",
    re.IGNORECASE,
)
_FINAL = r"<\|?channel\|?>\s*final\b|<channel\|>"
_CLOSE = re.compile(
    rf"</(?:{_NAMES})>|\[/(?:{_BRACKETS})\]|{_FINAL}|<\|end_of_(?:{_TOKENS})\|>|◁/think▷"
    r"|assistantfinal(?=\s*[{\[`])",  # the same channel marks, printed without their special tokens
    re.IGNORECASE,
)
# A substring search costs a tenth of the expressions: most replies hold none of these.
_SIGNS = ("<", "◁", "[think", "[/think", "[reasoning", "[/reasoning", "assistantfinal")
_CLOSE_CHANNEL = re.compile(rf"<\|end\|>|<\|return\|>|<\|start\|>|{_FINAL}", re.IGNORECASE)


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
        lowered = text.lower()
        may_think = any(sign in lowered for sign in _SIGNS)
        self._opened = _OPEN.search(text) if may_think else None
        self._closed = _CLOSE.search(text) if may_think else None

    def after(self, place: int) -> Mark | None:
        """
        The next piece of reasoning from a place on; places must not go back.

        Returns:
            From the opening mark to the end of the closing one (to the end of the text where it never closes), or an
            orphan closing mark; None where there is no more.
        """
        if self._opened is not None and self._opened.start() < place:
            self._opened = _OPEN.search(self._text, place)
        if self._closed is not None and self._closed.start() < place:
            self._closed = _CLOSE.search(self._text, place)
        opened, closed = self._opened, self._closed
        if closed is not None and (opened is None or closed.start() < opened.start()):
            return Mark(closed.start(), closed.end(), orphan=True)
        if opened is None:
            return None
        end = _closing(opened).search(self._text, opened.end())
        return Mark(opened.start(), len(self._text) if end is None else end.end())


def without_reasoning(text: str) -> str:
    """A text without its reasoning, to see whether the model said anything else; marks inside JSON count too."""
    marks, kept, place = Marks(text), "", 0
    while mark := marks.after(place):
        kept = "" if mark.orphan else kept + text[place : mark.start]
        place = mark.end
    return kept + text[place:]


def _closing(opened: re.Match[str]) -> re.Pattern[str]:
    name = opened.lastgroup or ""
    closing = {"tag": r"</{}>", "bracket": r"\[/{}\]", "token": r"<\|end_of_{}\|>", "kimi": r"◁/think▷"}
    if name not in closing:
        return _CLOSE_CHANNEL
    return re.compile(closing[name].format(re.escape(opened[name])), re.IGNORECASE)
