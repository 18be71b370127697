"""
Obeys a style note, as far as it says how titles begin or end: a rule that anybody can see in the drafts.

    Begin every title with "Unit 5: ".        End every title with " (A2)".
    每个标题以“第五课：”开头。                题名は「第5課：」で始める。
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = r"[\"“「『]([^\"”」』\n]{1,60})[\"”」』]"
_BEGIN = re.compile(
    rf"(?:begin|start)s? (?:every|each|the|all) titles? with {_QUOTED}|标题以{_QUOTED}开头|題名は{_QUOTED}で始め",
    re.IGNORECASE,
)
_END = re.compile(
    rf"ends? (?:every|each|the|all) titles? with {_QUOTED}|标题以{_QUOTED}结尾|題名は{_QUOTED}で終わ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TitleRule:
    """What every title begins and ends with."""

    begin: str = ""
    end: str = ""

    def title(self, title: str) -> str:
        """The title as the rule wants it; one that is so already stays."""
        begun = title if title.startswith(self.begin) else self.begin + title
        return begun if begun.endswith(self.end) else begun + self.end


NO_RULE = TitleRule()


def read_style(system: str) -> TitleRule:
    """The rule that a system message holds; an empty one where it holds none."""
    return TitleRule(_first(_BEGIN, system), _first(_END, system))


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return next((group for group in found.groups() if group), "") if found else ""
