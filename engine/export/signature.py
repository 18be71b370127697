"""
Who wrote, checked and approved a draft, as one line from its rows: for cards and worksheets that want to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.store import DraftRow, OpinionRow, ReviewRow, Store
from engine.work import revision

_PLACE = {"en": 0, "ja": 1, "zh": 2}
_WORDS = {
    "written": ("written by {model}", "作成：{model}", "由 {model} 撰写"),
    "edited": ("edited by {name}", "編集：{name}", "{name} 修改"),
    "checked": ("checked by {model}", "確認：{model}", "{model} 校验"),
    "solved": ("(solved {solved} of {blanks})", "（{blanks}問中{solved}問正解）", "（{blanks} 题答对 {solved} 题）"),
    "approved": ("approved by {name} on {day}", "承認：{name}（{day}）", "{name} 于 {day} 通过"),
}
_BETWEEN = (", ", "、", "，")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who wrote, edited, checked and approved a draft; empty texts: nobody did, or nobody is known."""

    model: str
    edited_by: str = ""
    checked_by: str = ""
    """The second model whose opinion is about the text as it is now."""
    solved: int | None = None
    blanks: int | None = None
    approved_by: str = ""
    approved_on: str = ""
    """The day, as 2026-11-28."""

    def text(self, lang: str) -> str:
        """The line in the language of the draft; "" where nothing is known."""
        at = _PLACE.get(lang, 0)
        parts = [
            self.model and _WORDS["written"][at].format(model=self.model),
            self.edited_by and _WORDS["edited"][at].format(name=self.edited_by),
            self.checked_by and self._checked(at),
            self.approved_on and _WORDS["approved"][at].format(name=self.approved_by or "-", day=self.approved_on),
        ]
        line = _BETWEEN[at].join(part for part in parts if part)
        return line[:1].upper() + line[1:]

    def _checked(self, at: int) -> str:
        checked = _WORDS["checked"][at].format(model=self.checked_by)
        if not self.blanks:
            return checked
        return f"{checked}{' ' * (at == 0)}{_WORDS['solved'][at].format(solved=self.solved or 0, blanks=self.blanks)}"


def signatures(store: Store, rows: Sequence[DraftRow]) -> dict[int, Signature]:
    """The signatures of some drafts, by id."""
    ids = [row.id for row in rows]
    opinions, histories = store.reviews.opinions(ids), store.reviews.histories(ids)
    return {row.id: signed(row, opinions.get(row.id), histories.get(row.id, ())) for row in rows}


def signed(row: DraftRow, opinion: OpinionRow | None, history: Sequence[ReviewRow]) -> Signature:
    """A draft's signature from its rows: an opinion about an older text does not count. Pure."""
    edited = next((one.who for one in reversed(history) if one.verdict == "edited"), "")
    decided = [one for one in history if one.verdict in ("approved", "rejected", "pending")]
    last = decided[-1] if decided and decided[-1].verdict == row.review == "approved" else None
    about_this = opinion is not None and opinion.judged == revision(row.content)
    return Signature(
        row.model,
        edited,
        opinion.model if opinion and about_this else "",
        opinion.solved if opinion and about_this else None,
        opinion.blanks if opinion and about_this else None,
        last.who if last else "",
        date.fromtimestamp(last.at).isoformat() if last else "",
    )
