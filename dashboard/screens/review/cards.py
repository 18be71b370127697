"""
A draft as the browser gets it: its markup, what is known of it, and what the keys must name. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from dashboard import charts, labels, shared
from dashboard.labels import label
from dashboard.screens import person
from dashboard.screens.above import above_level
from dashboard.screens.card import card, fact_table, flag_list
from dashboard.screens.difference import changes
from dashboard.screens.marks import marks_of
from dashboard.screens.markup import Element, Node, element
from dashboard.screens.opinion import is_fixable, opinion_panel
from dashboard.screens.review.source import source_text
from dashboard.screens.review.words import FLAG, REASON
from dashboard.text import _, flag_text
from engine import DraftFilter, DraftRow
from engine.kinds import kind_of
from engine.reports import OpinionRow
from engine.review import ReviewRow, current_note, split_note

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft with all that its card shows."""

    row: DraftRow
    opinion: OpinionRow | None
    history: Sequence[ReviewRow]
    """Not undone, the oldest first."""

    @property
    def note(self) -> str:
        """Its current note."""
        return current_note((one.verdict, one.note) for one in self.history)

    @property
    def decision(self) -> ReviewRow | None:
        """The decision that made its review state; None: it is pending, or the state is not a person's."""
        last = next((one for one in reversed(self.history) if one.verdict not in ("edited", "noted")), None)
        return last if last is not None and last.verdict == self.row.review else None

    def stamp(self, *, answers: bool, readings: bool = False) -> str:
        """Changes whenever the card does."""
        opinion = self.opinion.id if self.opinion else 0
        last = self.history[-1].id if self.history else 0
        note = crc32(self.note.encode("utf-8", "replace"))
        return f"{self.row.revision}.{self.row.review}.{last}.{note:x}.{opinion}.{answers:d}{readings:d}"


def look_up(draft_ids: Sequence[int]) -> dict[int, Seen]:
    """The drafts by id, with their opinions and histories; those that are gone are left out."""
    store = shared.store()
    rows = store.drafts.page(DraftFilter(ids=draft_ids), max(1, len(draft_ids))) if draft_ids else []
    opinions, histories = store.reviews.opinions(draft_ids), store.reviews.histories(draft_ids, viewer=person.me().id)
    return {row.id: Seen(row, opinions.get(row.id), histories.get(row.id, ())) for row in rows}


def card_of(seen: Seen, *, answers: bool, readings: bool = False) -> Json:
    """The card as JSON."""
    row = seen.row
    return {
        "id": row.id,
        "stamp": seen.stamp(answers=answers, readings=readings),
        "revision": row.revision,
        "review": row.review,
        "hides": kind_of(row.kind).hides_answers,
        "fix": is_fixable(row, seen.opinion),
        "words": split_note(seen.note)[1],
        "body": [_body(row, answers=answers, readings=readings), *source_text(row, answers=answers), *_edited(seen)],
        "side": list(_side(seen)),
    }


def _body(row: DraftRow, *, answers: bool, readings: bool = False) -> Element:
    """A note's marks would tell the answers; they come with them."""
    telling = answers or not kind_of(row.kind).hides_answers
    flags = [flag for flag in row.flags if telling or flag.severity == "flagged"]
    marks, above = marks_of(row.content, flags), above_level(row.above_words, row.lang, row.level)
    return card(row.kind, row.lang, row.content, answers=answers, marks=marks, above=above, readings=readings)


def _edited(seen: Seen) -> list[Node]:
    """What people changed of the draft the model wrote."""
    if not any(one.verdict == "edited" for one in seen.history):
        return []
    original = shared.store().drafts.original(seen.row.id)
    changed = changes(original, seen.row.content, seen.row.lang) if original is not None else None
    return [element("details", "dm-changes", element("summary", "", _("Edited: changes")), changed)] if changed else []


def _side(seen: Seen) -> list[Node]:
    """Badges, flags, facts, and what a second model thinks."""
    row = seen.row
    badges = (
        (label(labels.REVIEW, row.review), labels.REVIEW_COLOR.get(row.review, "gray")),
        (f"L{row.level}", "blue"),
        (label(labels.KIND, row.kind), "gray"),
        (label(labels.LANG, row.lang), "gray"),
    )
    flags = flag_list((label(FLAG, flag.code), flag_text(flag), flag.severity == "flagged") for flag in row.flags)
    return [
        element("div", "dm-badges", [element("span", f"dm-badge dm-{color}", words) for words, color in badges]),
        *flags,
        fact_table(_facts(seen)),
        element("a", "dm-link", _("Open run {run}", run=row.run), href=f"runs?run={row.run}"),
        opinion_panel(row, seen.opinion),
    ]


def _facts(seen: Seen) -> list[tuple[str, str]]:
    row, decision = seen.row, seen.decision
    source = f" · {label(labels.SOURCE, 'cache')}" if row.origin else ""
    reason, words = split_note(seen.note)
    return [
        (_("Draft"), f"#{row.id}"),
        (_("Topic"), row.topic),
        (_("Run"), str(row.run)),
        (_("Model"), row.model),
        (_("Made at"), _time(row.made_at) + source),
        (_("Above the level"), "" if row.above_share is None else charts.percent(row.above_share)),
        (_("Score"), f"{row.score:.1f}" if row.score is not None else ""),
        (_("Decided"), f"{decision.who} {_time(decision.at)}" if decision else ""),
        (_("Two decisions"), _two_decisions(seen)),
        (_("Reason"), label(REASON, reason) if reason else ""),
        (_("Comment"), words),
        (_("Replaces"), f"#{row.refills}" if row.refills else ""),
    ]


def _two_decisions(seen: Seen) -> str:
    """Who decided what, where two reviewers did not see each other's decision and decided differently."""
    given = [one for one in seen.history if one.verdict in ("approved", "rejected")]
    if seen.row.review != "pending" or len({one.verdict for one in given}) < 2:
        return ""
    unnamed = _("without a name")
    return " · ".join(f"{one.who or unnamed}: {label(labels.REVIEW, one.verdict)}" for one in given)


def _time(at: float | None) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"
