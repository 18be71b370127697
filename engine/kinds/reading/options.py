"""
What can be set of a reading: the language of the explanations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.kinds.kind import Control
from engine.spec import LANGS, Lang, Options, choice


@dataclass(frozen=True, slots=True)
class ReadingOptions(Options):
    """The language of the explanations."""

    explain_in: Lang | None = None
    """None: zh for en and ja drafts, en for zh drafts."""

    def __post_init__(self) -> None:
        if self.explain_in is not None:
            choice("explain_in", self.explain_in, LANGS)

    def settled(self, lang: Lang) -> ReadingOptions:
        """With the language of the explanations."""
        return replace(self, explain_in=self.explain_in or explains(lang))


def explains(lang: Lang) -> Lang:
    """The language of explanations where none is chosen."""
    return "en" if lang == "zh" else "zh"


CONTROLS = (
    Control(
        "explain_in",
        "Explanations in",
        choices={"en": "English", "ja": "Japanese", "zh": "Chinese"},
        auto="By language",
    ),
)
