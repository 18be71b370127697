"""The browser's part of the Review page for tests without a browser: reads its data, sends presses as it does."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from dashboard.screens.markup import html

Json = dict[str, Any]


class Desk:
    """One page of the browser."""

    def __init__(self, test: AppTest) -> None:
        self.test = test
        self.number = 0
        self.cards: dict[int, Json] = {}
        self.read()

    def read(self) -> Json:
        """Read what the server has sent."""
        (found,) = [one for one in self.test.get("bidi_component") if one.proto.component_name == "draftmill_desk"]
        self.id = found.proto.id
        self.data: Json = json.loads(found.proto.bytes)
        self.cards |= {card["id"]: card for card in self.data["cards"]}
        return self.data

    @property
    def at(self) -> int | None:
        """The draft that is shown."""
        return self.data["at"]  # type: ignore[no-any-return]

    @property
    def card(self) -> Json:
        """Its card."""
        return self.cards[self.data["at"]]

    @property
    def text(self) -> str:
        """Its card as HTML, unescaped."""
        nodes = [*self.card["body"], *self.card["side"]]
        return unescape(" ".join(html(_node(node)) for node in nodes))

    @property
    def said(self) -> str:
        """The last message."""
        return " ".join(self.data["message"][1:])

    def press(self, act: str, **values: Any) -> Desk:
        """Press a key on the draft that is shown, as it is shown."""
        card = self.cards.get(self.data["at"] or 0, {"id": 0, "revision": "", "review": "pending"})
        self.number += 1
        named = {"draft": card["id"], "revision": card["revision"], "was": card["review"]}
        moves = act in ("approved", "rejected", "skip")
        at = next(iter(self.data["ahead"]), None) if moves else self.data["at"]
        return self.send(at, {"number": self.number, "act": act, **named, **values})

    def show(self, draft: int | None) -> Desk:
        """Show another draft."""
        return self.send(draft)

    def send(self, at: int | None, *presses: Json, **more: Any) -> Desk:
        """Send a message as the browser does."""
        sent = {"client": "c", "at": at, "presses": presses, "answers": True, **more}
        sent["have"] = {str(card["id"]): card["stamp"] for card in self.cards.values()}
        states = self.test._tree.get_widget_states()
        states.widgets.append(WidgetState(id=self.id, json_value=json.dumps({"sent": sent})))
        self.test._run(states)
        assert not self.test.exception
        self.read()
        return self


def _node(raw: Any) -> Any:
    """A node as it was before it was JSON."""
    return raw if isinstance(raw, str) else (raw[0], raw[1], [_node(child) for child in raw[2]])
