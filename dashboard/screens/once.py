"""
A button that starts something starts it once, however often it is clicked.

Streamlit stops the script of a click at its next look into the session state when another click has come, and handles
the two at the same time. So a callback reads first what it needs; then one object, under a lock, decides, starts and
keeps what was started. The second click of a double click leads to where the first one led.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from dashboard.text import error_text
from engine import DraftmillError


@dataclass(frozen=True)
class Outcome:
    """What a click has started, or why it has not."""

    started: tuple[int, ...] = ()
    """The ids of the runs or of the comparison; of an entry of the library, its version."""
    error: DraftmillError | None = None

    @property
    def problem(self) -> str:
        """Why nothing was started, in words; empty: something was."""
        return error_text(self.error) if self.error else ""


@dataclass
class Once:
    """The clicks on one button of a session."""

    ticket: str = field(default_factory=lambda: uuid.uuid4().hex)
    """What the button drawn now carries: good for one start."""
    _news: Outcome = Outcome()
    _last: Outcome = Outcome()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, ticket: str, act: Callable[[], Sequence[int]]) -> Outcome:
        """
        Start something, or, for a ticket that is spent, come back to what it has started.

        Args:
            ticket: Of the drawing that was clicked.
            act: Starts it and returns its ids, without a look into the session. Its DraftmillError is the outcome's.
        """
        with self._lock:
            if ticket == self.ticket:
                self.ticket, self._last = uuid.uuid4().hex, Outcome()
                try:
                    self._last = Outcome(tuple(act()))
                except DraftmillError as error:
                    self._last = Outcome(error=error)
            self._news = self._last
            return self._news

    def take(self) -> Outcome:
        """What the last click has brought, for one drawing."""
        news, self._news = self._news, Outcome()
        return news


def once(button: str) -> Once:
    """The clicks on the button of this key, in this session."""
    key = f"once_{button}"
    if key not in st.session_state:
        st.session_state[key] = Once()
    return st.session_state[key]  # type: ignore[no-any-return]  # session_state holds anything
