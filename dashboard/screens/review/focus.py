"""
One draft at a time: what the browser needs to show it and the next ten, so that a key never waits for the server.

The browser's part is browser/desk.js. It gets cards (cards.py) as data, sends presses (presses.py) and advances at
once; the answer holds the cards it lacks, and says which presses were applied.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import shared
from dashboard.screens import person
from dashboard.screens.card import CSS
from dashboard.screens.review import actions
from dashboard.screens.review.address import Wanted
from dashboard.screens.review.cards import card_of, look_up
from dashboard.screens.review.editor import form_of
from dashboard.screens.review.filters import is_in
from dashboard.screens.review.presses import read_sent
from dashboard.screens.review.recent import decision_words
from dashboard.screens.review.state import page_state
from dashboard.screens.review.words import desk_words
from dashboard.text import language

AHEAD, BEHIND = 10, 2
KEY = "review_desk"
_FOLDER = Path(__file__).with_name("browser")
_LOADER = """
export default function (component) {
  let closed = false;
  globalThis.draftmillReady ??= new Promise((done) => { globalThis.draftmillLoaded = done; });
  globalThis.draftmillReady.then(() => { if (!closed) globalThis.draftmillDesk(component); });
  return () => { closed = true; globalThis.draftmillDesk?.close(component.parentElement); };
}
"""
"""The component's own script is short, because Streamlit sends it with every answer; the rest comes once, by `code`."""


def _script(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in names)


_desk = st.components.v2.component("draftmill_desk", js=_LOADER)
_PARTS = ("dom.js", "form.js", "card.js", "keys.js", "bar.js", "outbox.js", "view.js", "desk.js", "mount.js", "keep.js")
_code = st.components.v2.component("draftmill_desk_code", js=_script(*_PARTS))


def code() -> None:
    """Load the desk's script, and have the browser keep the reviewer's cookie; outside the part that is drawn often."""
    css = f"{CSS}\n{(_FOLDER / 'desk.css').read_text('utf-8')}"
    _code(key="review_code", data={"css": css, "cookies": {person.COOKIE: person.cookie()}})


def focus(wanted: Wanted) -> None:
    """Draw the draft the session is at, or the next one if it has left the tab."""
    payload = json.dumps(_data(wanted), ensure_ascii=False).encode("utf-8", "replace")
    _desk(key=KEY, data=payload, on_sent_change=_receive)


def _receive() -> None:
    actions.apply(read_sent(st.session_state[KEY].get("sent")))


def _data(wanted: Wanted) -> dict[str, Any]:
    here = page_state()
    at, before, ahead = _window(wanted)
    seen = look_up([one for one in (*before, at, *ahead) if one is not None])
    stamps = {str(draft): one.stamp(answers=here.answers, readings=here.readings) for draft, one in seen.items()}
    missing = [draft for draft in seen if here.have.get(str(draft)) != stamps[str(draft)]]
    last = shared.store().reviews.last_decision(person.me())
    here.at, here.moved = at, False
    here.have |= {str(draft): stamps[str(draft)] for draft in missing}
    return {
        "words": desk_words(language()),
        "client": here.client,
        "applied": here.applied.get(here.client, 0),
        "at": at,
        "jump": here.jumps,
        "before": before,
        "ahead": [draft for draft in ahead if draft in seen],
        "stamps": stamps,
        "cards": [card_of(seen[draft], answers=here.answers, readings=here.readings) for draft in missing],
        "undo": {"batch": last.batch, "draft": last.draft, "words": decision_words(last)} if last else None,
        "message": [here.messages, here.said, here.problem],
        "form": _form(seen),
        "answers": here.answers,
        "keys": here.keys,
    }


def _form(seen: Any) -> dict[str, Any] | None:
    here = page_state()
    if here.editing is None:
        return None
    row = seen[here.editing].row if here.editing in seen else shared.store().drafts.get(here.editing)
    return {**form_of(row), "problem": here.refused}


def _window(wanted: Wanted) -> tuple[int | None, list[int], list[int]]:
    """The draft to show, those before it (the nearest first) and those after it, in the order of the tab."""
    here, drafts = page_state(), shared.store().drafts
    at = here.at
    held = str(here.at) in here.have and not here.moved
    shown = here.at is not None and (held or is_in(wanted, here.at))
    ahead = ahead_of(wanted, at)
    if not shown or at is None:
        at = ahead.pop(0) if ahead else None
    before = drafts.beside(wanted.chosen, wanted.order, at, BEHIND, back=True) if at is not None else []
    return at, before, ahead[:AHEAD]


def ahead_of(wanted: Wanted, at: int | None) -> list[int]:
    """The next drafts of a tab: those after one, then from the start, those passed over last."""
    found: list[int] = []
    skipped = page_state().skipped
    for start, without in ((at, skipped), (None, skipped), (None, ())):
        found += _more(wanted, start, [*without, *found, *([at] if at is not None else [])], AHEAD + 1 - len(found))
    return found


def _more(wanted: Wanted, start: int | None, without: Sequence[int], limit: int) -> list[int]:
    if limit <= 0:
        return []
    return shared.store().drafts.beside(wanted.chosen, wanted.order, start, limit, without=without)
