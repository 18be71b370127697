"""
The second model's opinion of a draft, beside it: scores, verdict, reasons, what it solved blind, and its fix. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import labels
from dashboard.labels import Color, label
from dashboard.screens.difference import changes
from dashboard.screens.markup import Element, Node, element
from dashboard.text import _
from engine import DraftRow
from engine.reports import OpinionRow, revision

COLOR: dict[str, Color] = {"ok": "green", "fix": "orange", "reject": "red"}
_BAR = {5: "#1c9a82", 4: "#1c9a82", 3: "#e0a030", 2: "#d9534f", 1: "#d9534f", 0: "#d9534f"}


def opinion_panel(row: DraftRow, opinion: OpinionRow | None) -> Element:
    """
    What a second model thinks of a draft; a line that says so where none was asked.

    Args:
        row: The draft as it is shown.
        opinion: Its newest scored opinion.
    """
    return element("section", "dm-opinion", _lines(row, opinion))


def is_fixable(row: DraftRow, opinion: OpinionRow | None) -> bool:
    """Whether the opinion proposes a fix of the text that is shown."""
    return opinion is not None and bool(opinion.repair) and revision(row.content) == opinion.judged


def _lines(row: DraftRow, opinion: OpinionRow | None) -> Iterator[Node]:
    if opinion is None:
        yield element("div", "dm-note", _("Not reviewed by a second model yet. Start a review on the run's page."))
        return
    color = COLOR.get(opinion.verdict, "gray")
    yield element(
        "div",
        "dm-opinion-head",
        element("span", f"dm-badge dm-{color}", label(labels.OPINION, opinion.verdict)),
        element("b", "", f"{opinion.score:g} / 5"),
        element("span", "dm-note", opinion.model),
    )
    yield score_bars(opinion)
    yield from _solve(opinion)
    for reason in opinion.reasons:
        yield element("div", "dm-reason", f"• {reason}")
    if revision(row.content) != opinion.judged:
        yield element("div", "dm-note", _("The draft was edited after this review."))
    elif opinion.repair:
        yield element("div", "dm-sub", element("b", "", _("Suggested fix")))
        yield from filter(None, [changes(row.content, opinion.repair, row.lang)])


def score_bars(opinion: OpinionRow) -> Element:
    """The five scores as bars."""
    rows = (
        element(
            "tr",
            "",
            element("td", "dm-aspect", label(labels.ASPECT, aspect)),
            element("td", "dm-bar", element("div", "", style=f"width:{20 * score}%;background:{_BAR[score]}")),
            element("td", "dm-score", str(score)),
        )
        for aspect, score in opinion.scores.items()
    )
    return element("table", "dm-scores", rows)


def _solve(opinion: OpinionRow) -> Iterator[Node]:
    if opinion.solved is None or opinion.blanks is None:
        return
    missed = [one for one in opinion.solve if not one["right"]]
    words = _("{solved} of {blanks} blanks solved without the key", solved=opinion.solved, blanks=opinion.blanks)
    yield element("div", "dm-solved", ("? " if missed else "✓ ") + words)
    for one in missed:
        yield element("div", "dm-reason", _("Blank {blank}: it answered “{said}”", blank=one["id"], said=one["said"]))


def tally(counts: tuple[int, int, int]) -> str:
    """(ok, fix, reject) of a review in words."""
    ok, fix, reject = counts
    return _("{ok} good · {fix} to fix · {reject} to reject", ok=f"{ok:,}", fix=f"{fix:,}", reject=f"{reject:,}")
