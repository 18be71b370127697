"""
What can be set of a cloze: the weights of the blank types, the number of blanks, the language of the explanations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from engine.errors import SpecError
from engine.kinds.kind import TRANSLATE, Control, language_control
from engine.spec import Lang, Options, language_field, number, pair

BLANKS = range(1, 16)
WEIGHTS = ("connector", "collocation", "grammar")


@dataclass(frozen=True, slots=True)
class ClozeOptions(Options):
    """Weights of the blank types, the number of blanks (None: by level), the language of hints and explanations."""

    has_blanks: ClassVar[bool] = True

    connector: float = 0.4
    collocation: float = 0.3
    grammar: float = 0.3
    blanks: tuple[int, int] | None = None
    explain_in: str | None = None
    """A BCP-47 tag; None: zh for en and ja drafts, en for zh drafts."""
    translate_to: str | None = None
    """A BCP-47 tag; None: drafts are not translated."""

    def __post_init__(self) -> None:
        for name in WEIGHTS:
            number(name, getattr(self, name), 0.0, 1.0)
        if self.connector + self.collocation + self.grammar <= 0:
            raise SpecError("connector", 0, "weights_none")
        if self.blanks is not None:
            pair("blanks", self.blanks, BLANKS)
        language_field(self, "explain_in")
        language_field(self, "translate_to")

    def settled(self, lang: Lang) -> ClozeOptions:
        """Weights as floats (1 and 1.0 must give the same bytes), and the language of hints and explanations."""
        return replace(
            self,
            connector=float(self.connector),
            collocation=float(self.collocation),
            grammar=float(self.grammar),
            explain_in=self.explain_in or explains(lang),
        )


CONTROLS = (
    Control("connector", "Connectors", heading="How often each type of blank is asked for"),
    Control("collocation", "Collocations"),
    Control("grammar", "Grammar"),
    Control(
        "blanks", "Blanks in a text", bounds=(BLANKS[0], BLANKS[-1]), auto="Number of blanks by level", start=(3, 6)
    ),
    language_control("explain_in", "Hints and explanations in", "By language"),
    TRANSLATE,
)


def explains(lang: Lang) -> Lang:
    """The language that hints and explanations are written in where none is chosen."""
    return "en" if lang == "zh" else "zh"
