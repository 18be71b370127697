"""
What the address of the page asks for: ids and numbers, never words of a language. Pure.

The address is the one place where filters are kept; the widgets show it and change it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from engine import DraftFilter
from engine.kinds import kind_names
from engine.reports import LANGS, LEVELS

Order = Literal["oldest", "newest", "flagged", "score"]
SORTS: tuple[Order, ...] = ("flagged", "score", "oldest", "newest")
Overlap = Literal["disagreed", "waiting"]
Params = Mapping[str, str]

TABS = ("pending", "flagged", "approved", "rejected", "all")
VIEWS = ("focus", "table")
SCORES: dict[str, tuple[float, float] | None] = {
    "none": None,
    "low": (0.0, 3.0),
    "middle": (3.0, 4.0),
    "high": (4.0, 6.0),
}
"""The second model's score, 0 to 5: from the first figure to just under the second; `none`: not scored."""

FIELDS = ("q", "kind", "lang", "level", "topic", "run", "model", "flag", "score", "sample", "share", "overlap")
SAVED = ("tab", "sort", *FIELDS)
"""The parts of an address that a saved filter keeps."""
OVERLAPS: tuple[Overlap, ...] = ("disagreed", "waiting")
"""Drafts that two people decide: with different decisions, or with one decision so far."""
MOST_SAMPLED = 10_000
MOST_SHARES = 50
"""Reviewers that a filter can be split among."""
LONGEST = 500
"""Characters of a value; a longer one is no filter anybody chose."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the desk shows: a tab, a view, and the filters with their values as the address has them."""

    tab: str = TABS[0]
    view: str = VIEWS[0]
    filters: tuple[tuple[str, str], ...] = ()
    sort: Order | None = None
    """None: the order that suits the tab."""
    viewer: str | None = None
    """The identity of the person: what they have voted on, and another has not, is left out; None: it is not."""

    def get(self, field: str) -> str | None:
        """A filter's value."""
        return dict(self.filters).get(field)

    @property
    def query(self) -> dict[str, str]:
        """The tab, the order and the filters as the address holds them, without the defaults: a saved filter."""
        tab = {} if self.tab == TABS[0] else {"tab": self.tab}
        return {**tab, **({"sort": self.sort} if self.sort else {}), **dict(self.filters)}

    @property
    def every(self) -> DraftFilter:
        """The drafts of the filters, whatever their review state."""
        level, run, score, sample = map(self.get, ("level", "run", "score", "sample"))
        return DraftFilter(
            run=int(run) if run else None,
            kind=self.get("kind"),
            lang=self.get("lang"),
            level=int(level) if level else None,
            topic=self.get("topic"),
            text=self.get("q"),
            model=self.get("model"),
            flag=self.get("flag"),
            score=SCORES[score] if score else None,
            scored=False if score == "none" else None,
            sample=int(sample) if sample else None,
            share=share_of(self.get("share") or ""),
            overlap=next((one for one in OVERLAPS if one == self.get("overlap")), None),
            viewer=self.viewer,
        )

    @property
    def chosen(self) -> DraftFilter:
        """The drafts of the tab."""
        if self.tab == "all":
            return self.every
        if self.tab == "flagged":
            return replace(self.every, review="pending", flagged=True)
        return replace(self.every, review=self.tab)

    @property
    def pending(self) -> DraftFilter:
        """The drafts that can be decided where the tab is."""
        return replace(self.chosen, review="pending")

    @property
    def order(self) -> Order:
        """The order asked for; else what needs a look comes first, and of what is decided the newest."""
        return self.sort or ("flagged" if self.tab in ("pending", "flagged") else "newest")


def read(params: Params) -> tuple[Wanted, list[str]]:
    """
    Read an address.

    Returns:
        What is asked for, and the parts that are not known here, as the address has them: they are left out.
    """
    known = {name: params[name].strip() for name in ("tab", "view", "sort", *FIELDS) if params.get(name, "").strip()}
    bad = [name for name, value in known.items() if not _is_known(name, value)]
    kept = {name: value for name, value in known.items() if name not in bad}
    filters = tuple((name, kept[name]) for name in FIELDS if name in kept)
    sort = next((order for order in SORTS if order == kept.get("sort")), None)
    wanted = Wanted(kept.get("tab", TABS[0]), kept.get("view", VIEWS[0]), filters, sort)
    return wanted, [f"{name}={known[name][:40]}" for name in bad]


def _is_known(name: str, value: str) -> bool:
    fixed = {"tab": TABS, "view": VIEWS, "sort": SORTS, "kind": kind_names(), "lang": LANGS, "score": tuple(SCORES)}
    fixed["overlap"] = OVERLAPS
    if name in fixed:
        return value in fixed[name]
    if name in ("level", "run", "sample"):
        number = int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0
        return number in LEVELS if name == "level" else 0 < number <= (MOST_SAMPLED if name == "sample" else 10**15)
    if name == "share":
        return share_of(value) is not None
    return len(value) <= LONGEST


def share_of(value: str) -> tuple[int, int] | None:
    """ "2/3" as its two numbers; None: it is no part of 1 to MOST_SHARES."""
    found = re.fullmatch(r"([1-9][0-9]?)/([1-9][0-9]?)", value, re.ASCII)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    return (part, parts) if 1 <= part <= parts <= MOST_SHARES else None
