"""
What the Review page remembers in a session: the reviewer, the draft shown, the last message.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

import streamlit as st

_KEY = "review_sitting"
MOST_SKIPPED = 500


@dataclass(slots=True)
class ReviewPageState:
    """One reviewer at the desk, from the first look at it to the end of the session."""

    who: str
    began_at: float
    at: int | None = None
    """The draft that is shown, or was before it left the tab."""
    answers: bool = False
    """Whether drafts are shown with their answers."""
    editing: int | None = None
    """The draft whose form is open."""
    opened: str = ""
    """Its revision when the form was opened."""
    rejected: int | None = None
    """The draft rejected last: its reason can still be given."""
    said: str = ""
    """What the last press of a key did, for a passing word."""
    problem: str = ""
    """Why the last press of a key did nothing, for a standing word."""
    skipped: list[int] = field(default_factory=list)
    """Passed over: they come again when nothing else is left."""
    linked: str = ""
    """The draft the address named last."""

    def tell(self, said: str = "", problem: str = "") -> None:
        """Say what a press of a key did, in the place of what the one before did."""
        self.said, self.problem, self.rejected = said, problem, None

    def skip(self, draft: int) -> None:
        """Pass a draft over."""
        self.skipped = [*(one for one in self.skipped if one != draft), draft][-MOST_SKIPPED:]


def page_state() -> ReviewPageState:
    """This session's."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = ReviewPageState(_who(), time.time())
    return st.session_state[_KEY]  # type: ignore[no-any-return]  # session_state holds anything


def _who() -> str:
    """The address somebody signed in with; without sign-in a name that nobody else has."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or "")
    return f"reviewer-{secrets.token_hex(4)}"
