"""A press counts as applied only with what it did: Streamlit stops a callback where it looks into the session."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from dashboard import shared
from dashboard.screens.review import actions
from dashboard.screens.review.presses import BrowserMessage, Press
from engine import DraftFilter
from tests.screens.conftest import Make

CLIENT = "one page of a browser"
MOST_LOOKS = 40


class Session(dict[str, Any]):
    """A session state that somebody's next click stops at one look, as the script runner does."""

    looks_left = MOST_LOOKS

    def __contains__(self, key: object) -> bool:
        self._look()
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self._look()
        return super().__getitem__(key)

    def _look(self) -> None:
        self.looks_left -= 1
        if self.looks_left == 0:
            raise StopException


@pytest.mark.parametrize(("act", "verdict"), [("approved", "approved"), ("rejected", "rejected"), ("comment", "noted")])
def test_a_press_that_was_stopped_is_applied_when_it_comes_again(
    make: Make, monkeypatch: pytest.MonkeyPatch, act: str, verdict: str
) -> None:
    """Wherever the callback is stopped, the press is applied by then, or by the next sending: once, and never not."""
    session = Session()
    monkeypatch.setattr(st, "session_state", session)
    stopped = 0
    for number, row in enumerate(shared.store().drafts.page(DraftFilter(run=make(per_combo=12).id)), 1):
        message = BrowserMessage(CLIENT, presses=(Press(number, act, row.id, row.revision, text="too long"),))
        session.looks_left = number
        try:
            actions.apply(message)
        except StopException:
            stopped += 1
        session.looks_left = MOST_LOOKS
        actions.apply(message)
        assert [one.verdict for one in shared.store().reviews.history(row.id)] == [verdict]
    assert 0 < stopped < 12
