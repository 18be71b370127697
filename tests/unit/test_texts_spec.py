"""A RunSpec with passages: one a topic, whatever is done with the topics; stored texts by version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import SpecError, StoreError
from engine.kinds import read_own_text
from engine.reports.request import first_request
from engine.runners.refill import spec_of
from engine.spec import RunSpec, Tuning
from engine.spec.sources import Source, topics_of
from engine.store import Store
from engine.work import plan
from tests.unit.texts_kit import HARBOUR, sourced, sources


def test_n_is_passages_by_levels_by_copies() -> None:
    """A passage takes the place of a topic: N = passages x levels x per_combo, and each cell has its passage."""
    made = sourced("cloze", "en", levels=(2, 3), per_combo=4)
    slots = plan(made)
    assert len(slots) == made.slots == 3 * 2 * 4
    assert {made.source_of(slot.topic) for slot in slots} == {one.body for one in made.sources}


def test_a_spec_comes_back_from_its_row() -> None:
    """The run's row holds the passages themselves: it reads back the same, also after the text was deleted."""
    made = sourced()
    assert RunSpec.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_some_topics_keep_their_passages() -> None:
    """A regeneration and the first request of some topics hold exactly their passages."""
    made = sourced(per_combo=2)
    chosen = [slot for slot in plan(made) if slot.topic == made.topics[1]]
    assert spec_of(made, chosen).sources == made.sources[1:2]
    assert made.sources[0].body in json.loads(first_request(made, Tuning()).user)["items"][0]["source"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"topics": ("Other",)}, "sources_topics"),
        ({"sources": (Source("A", 1, " ", 1, 1),)}, "source_blank"),
        ({"sources": (Source("A", 1, "a {{1}} b", 1, 1),)}, "source_unsafe"),
        ({"sources": (Source("A", 1, "a\x07b", 1, 1),)}, "source_unsafe"),
        ({"sources": (Source("A", 1, "word " * 2000, 1, 1),)}, "source_long"),
        ({"sources": (Source("A", 1, HARBOUR, 1, 1), Source("A", 2, HARBOUR, 1, 1))}, "source_twice"),
    ],
)
def test_passages_are_checked_by_the_engine(changes: dict[str, object], code: str) -> None:
    """Whatever a form or a file gives: passages that fit no topic, blank, unsafe, long or doubled are refused."""
    given = {"topics": topics_of(changes.get("sources", ())), "sources": (Source("A", 1, HARBOUR, 1, 1),), **changes}  # type: ignore[arg-type]
    with pytest.raises(SpecError) as caught:
        RunSpec("cloze", "en", (2,), **given)  # type: ignore[arg-type]
    assert caught.value.fix.code == code


def test_a_text_is_stored_once_and_by_version(tmp_path: Path) -> None:
    """The same words, wrapped otherwise or under another name, are refused by name; changed ones are version 2."""
    with Store.open(tmp_path / "d.db") as store:
        first = store.texts.add(read_own_text(HARBOUR.encode(), "harbour.txt", "en")).result()
        copy = read_own_text(HARBOUR.replace("\n", "  \n").encode(), "copy.txt", "en")
        with pytest.raises(StoreError) as caught:
            store.texts.add(copy).result()
        assert (caught.value.message.code, caught.value.message.values["text"]) == ("text_twice", first)
        assert store.texts.find(copy) == store.texts.get(first)
        second = store.texts.add(read_own_text(HARBOUR.replace("grey", "blue").encode(), "harbour.txt", "en")).result()
        found = {row.id: (row.name, row.version) for row in store.texts.all("en")}
        assert found == {first: ("harbour", 1), second: ("harbour", 2)}
        assert store.texts.get(second).sources()[0] == Source("harbour", 1, HARBOUR.replace("grey", "blue"), second, 2)


def test_a_text_that_was_deleted_is_gone_and_nothing_else(tmp_path: Path) -> None:
    """Deleting takes one text; what is not there is named."""
    with Store.open(tmp_path / "d.db") as store:
        kept, gone = (
            store.texts.add(read_own_text(one.body.encode(), f"{one.number}.txt", "en")).result()
            for one in sources(count=2)
        )
        store.texts.remove(gone).result()
        assert [row.id for row in store.texts.all()] == [kept]
        with pytest.raises(StoreError, match=f"no text {gone}"):
            store.texts.get(gone)
