"""A button starts something once: two clicks of one drawing, also at the same time, lead to what the first started."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress

from streamlit.runtime.scriptrunner import StopException

from dashboard.screens.once import Once, Outcome
from engine import StoreError


def test_a_drawing_starts_something_once() -> None:
    """The second click of one drawing starts nothing; the next drawing's click does."""
    button, started = Once(), list[int]()

    def act() -> Sequence[int]:
        started.append(len(started) + 1)
        return started[-1:]

    drawn = button.ticket
    assert [button.start(drawn, act), button.start(drawn, act)] == [Outcome((1,)), Outcome((1,))]
    assert button.start(button.ticket, act) == Outcome((2,))


def test_a_second_click_leads_where_the_first_led() -> None:
    """What was started is taken by one drawing; the second click brings it again."""
    button = Once()
    drawn = button.ticket
    button.start(drawn, lambda: [7])
    assert [button.take(), button.take()] == [Outcome((7,)), Outcome()]
    button.start(drawn, lambda: [8])
    assert button.take() == Outcome((7,))


def test_a_click_beside_another_waits_for_what_that_one_starts() -> None:
    """Two clicks handled at once start one thing, and both know which."""
    button, begun, going_on = Once(), threading.Event(), threading.Event()
    drawn, found = button.ticket, list[Outcome]()

    def slow() -> Sequence[int]:
        begun.set()
        going_on.wait(30)
        return [7]

    clicks = [threading.Thread(target=lambda: found.append(button.start(drawn, slow))) for _ in range(2)]
    clicks[0].start()
    begun.wait(30)
    clicks[1].start()
    going_on.set()
    for click in clicks:
        click.join(30)
    assert found == [Outcome((7,)), Outcome((7,))]


def test_what_cannot_be_started_is_said_in_words() -> None:
    """A refusal is the outcome of its click, and of the second click of that drawing."""
    button = Once()
    drawn = button.ticket

    def refuse() -> Sequence[int]:
        raise StoreError("no_fix", draft=3)

    assert button.start(drawn, refuse).problem
    assert button.start(drawn, lambda: [7]).started == ()


def test_a_refusal_leads_to_nothing_that_was_started_before() -> None:
    """The second click on a drawing that started nothing does not lead to what an earlier drawing started."""
    button = Once()
    button.start(button.ticket, lambda: [7])
    drawn = button.ticket

    def stop() -> Sequence[int]:
        raise StopException

    with suppress(StopException):
        button.start(drawn, stop)
    assert button.start(drawn, lambda: [8]) == Outcome()


def test_a_click_of_an_unknown_drawing_starts_nothing() -> None:
    """A ticket that was never drawn is refused and spends nothing."""
    button = Once()
    drawn = button.ticket
    assert button.start("of another session", lambda: [7]) == Outcome()
    assert button.ticket == drawn
