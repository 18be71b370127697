"""
What can be set of a reading: the language of the explanations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.kinds.kind import TRANSLATE, language_control
from engine.spec import Lang, Options, language_field


@dataclass(frozen=True, slots=True)
class ReadingOptions(Options):
    """The language of the explanations."""

    explain_in: str | None = None
    """A BCP-47 tag; None: zh for en and ja drafts, en for zh drafts."""
    translate_to: str | None = None
    """A BCP-47 tag; None: drafts are not translated."""

    def __post_init__(self) -> None:
        language_field(self, "explain_in")
        language_field(self, "translate_to")

    def settled(self, lang: Lang) -> ReadingOptions:
        """With the language of the explanations."""
        return replace(self, explain_in=self.explain_in or explains(lang))


def explains(lang: Lang) -> Lang:
    """The language of explanations where none is chosen."""
    return "en" if lang == "zh" else "zh"


CONTROLS = (
    language_control("explain_in", "Explanations in", "By language"),
    TRANSLATE,
)
