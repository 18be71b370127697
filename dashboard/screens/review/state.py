"""
What the Review page remembers in a session: the draft shown, the presses applied, the last message.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from dashboard.screens.person import from_browser

_KEY = "review_sitting"
MOST_SKIPPED = 500


@dataclass(slots=True)
class ReviewPageState:
    """One reviewer's session on the Review page."""

    began_at: float
    at: int | None = None
    """The draft that is shown, or was before it left the tab."""
    moved: bool = True
    """Whether the tab or the filters have changed since the last drawing: `at` may not be among their drafts."""
    jumps: int = 0
    """How often the browser had to show `at`, whatever it showed: it does so once for each."""
    client: str = ""
    """The page of the browser that sent last."""
    applied: dict[str, int] = field(default_factory=dict)
    """Page of the browser to the number of its last press that was applied."""
    have: dict[str, str] = field(default_factory=dict)
    """The cards that the browser holds: draft to stamp."""
    answers: bool = True
    """Whether drafts are shown with their answers."""
    readings: bool = False
    """Whether pinyin or furigana stand over the characters."""
    keys: bool = True
    """Whether the keyboard shortcuts are on."""
    editing: int | None = None
    """The draft whose form is open."""
    refused: str = ""
    """Why the form's content was not saved."""
    said: str = ""
    """What the last press did."""
    problem: str = ""
    """Why the last press did nothing."""
    messages: int = 0
    """How many messages there were: the browser shows each once."""
    skipped: list[int] = field(default_factory=list)
    """Passed over: they come again when nothing else is left."""
    linked: str = ""
    """The draft the address named last."""

    def tell(self, said: str = "", problem: str = "") -> None:
        """Show a message in the place of the one before."""
        self.said, self.problem = said, problem
        self.messages += 1

    def skip(self, draft: int) -> None:
        """Pass a draft over."""
        self.skipped = [*(one for one in self.skipped if one != draft), draft][-MOST_SKIPPED:]

    def show(self, draft: int) -> None:
        """Make the browser show a draft."""
        self.at = draft
        self.move()

    def move(self) -> None:
        """Make the browser show the draft that belongs to the tab."""
        self.moved = True
        self.jumps += 1


def page_state() -> ReviewPageState:
    """This session's."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = ReviewPageState(
            time.time(),
            answers=from_browser("draftmill_answers") != "0",
            keys=from_browser("draftmill_keys") != "0",
        )
    return st.session_state[_KEY]  # type: ignore[no-any-return]  # session_state holds anything
