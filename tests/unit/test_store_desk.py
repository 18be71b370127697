"""What the review desk asks of the store: words found by an index, whole filters decided, two reviewers at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine.errors import StoreError
from engine.spec import RunSpec
from engine.store import DraftFilter, Edit, Order, ReviewCounts, Settlement, Store
from engine.store.draft_filter import narrow
from engine.store.tables import draft
from engine.work import Flag
from tests.databases import new_file
from tests.postgresql import Databases
from tests.unit.test_store_kit import downgrade, kept, planned, sent

TEXTS = ("学校の時間", "今日は天気がいい", 'say "hello" to Ann', "100% sure_thing", "The bus was late")


SQLITE = pytest.mark.parametrize("desk", ["due", "indexed"], indirect=True)


@pytest.fixture(params=["due", "indexed", pytest.param("postgresql", marks=pytest.mark.slow)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database, and how its index of words is: on SQLite not filled yet or filled."""
    if request.param != "postgresql":
        yield str(new_file(tmp_path / "a.db")), request.param
        return
    server: Databases = request.getfixturevalue("postgresql")
    url = server.new()
    yield url, request.param
    server.drop(url)


@pytest.fixture
def store(desk: tuple[str, str]) -> Iterator[Store]:
    """A store with one run of 8 slots, 5 of them drafted, each with a text of its own: drafts 1 to 5."""
    database, index = desk
    with Store.open(database) as opened:
        drafts = [kept(slot, title=words, search=words) for slot, words in enumerate(TEXTS)]
        call = sent(opened, planned(opened), *range(len(TEXTS)))
        opened.calls.settle(Settlement(call, "ok", drafts=drafts)).result()
        if index == "indexed":
            _fill_index(opened)
        yield opened


def found(store: Store, words: str) -> list[int]:
    return [row.id for row in store.drafts.page(DraftFilter(text=words))]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("時間", [1]),  # the last two characters of a text
        ("学校", [1]),
        ("天", [2]),
        ("天気が", [2]),
        ("天気がいい 今日", [2]),
        ('"hello"', [3]),
        ('o"', [3]),
        ("100%", [4]),
        ("0%", [4]),
        ("sure_", [4]),
        ("e_", [4]),
        ("THE bus", [5]),
        ("th", [4, 5]),
        ("bus late was", [5]),
        ("theb", []),
        ("%", [4]),
        ("OR", []),
        ("a*", []),
        ("NEAR(the bus)", []),
        ("zzzz", []),
        ("zz", []),
        ("\ud800bus", []),
        ("b\0us", []),
        ("", [1, 2, 3, 4, 5]),
    ],
)
def test_words_of_any_length_and_script_are_found(store: Store, words: str, ids: list[int]) -> None:
    """One, two, three or more characters, quotes and operators: what is typed is text, and what holds it is found."""
    assert found(store, words) == ids


def test_the_index_follows_edits_undo_and_copies(store: Store) -> None:
    """A text that was replaced is not found any more, one that came back is."""
    store.reviews.edit(Edit(1, {"passage": "snow"}, "Snow", "snow fell in Hokkaido")).result()
    assert (found(store, "学校"), found(store, "hokkaido")) == ([], [1])
    store.reviews.undo(last=1).result()
    assert (found(store, "学校"), found(store, "hokkaido")) == ([1], [])
    store.reviews.edit(Edit(5, {"passage": "new"}, "New", TEXTS[4] + " again")).result()
    assert found(store, "bus late again") == [5], "words that stand in both texts are still found"
    copied = planned(store, cached={0: store.drafts.cached(["tea/1/0"])["tea/1/0"]})
    assert [row.run for row in store.drafts.page(DraftFilter(text="学校の時"))] == [1, copied]


@SQLITE
def test_the_index_is_where_words_are_looked_for(store: Store) -> None:
    """Neither in the index nor due for it, a draft is not found: the texts are not read one by one."""
    _fill_index(store)
    store.close()
    with sqlite3.connect(store.where) as connection:
        connection.execute(
            "INSERT INTO draft_search (draft_search, rowid, search) SELECT 'delete', id, search || '  '"
            " FROM draft WHERE id = 5"
        )
    with Store.open(store.where) as again:
        assert (found(again, "bus"), found(again, "100%")) == ([], [4])


@pytest.mark.parametrize("words", ["bus", "th"])
def test_a_text_that_is_indexed_is_not_read(tmp_path: Path, words: str) -> None:
    """SQLite compares a word with the texts that are due, and with no other."""
    with Store.open(new_file(tmp_path / "a.db")) as store:
        call = sent(store, planned(store), *range(len(TEXTS)))
        drafts = [kept(slot, search=words) for slot, words in enumerate(TEXTS)]
        store.calls.settle(Settlement(call, "ok", drafts=drafts)).result()
        assert _texts_read(store, words) == len(TEXTS)
        _fill_index(store)
        assert _texts_read(store, words) == 0


def test_the_index_is_filled_by_64_at_a_time(tmp_path: Path) -> None:
    """Drafts are found, changed and gone, whether they are in the index or are due for it."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store, RunSpec("cloze", "en", (2,), ("tea",), 100))
        call = sent(store, run, *range(100))
        drafts = [kept(slot, search=f"story {slot:03d} of tea") for slot in range(100)]
        store.calls.settle(Settlement(call, "ok", drafts=drafts)).result()
        indexed, due = 1, 100
        assert (len(_due(store)), due in _due(store), indexed in _due(store)) == (36, True, False)
        assert (found(store, "story 000"), found(store, "story 099")) == ([indexed], [due])
        assert store.reviews.counts(DraftFilter(text="tea")).pending == 100
        for draft in (indexed, due):
            store.reviews.edit(Edit(draft, {"passage": "new"}, "New", "another tale")).result()
        assert (found(store, "story 000"), found(store, "story 099")) == ([], [])
        assert found(store, "another tale") == [indexed, due]
        store.write(lambda conn: conn.exec_driver_sql("DELETE FROM draft WHERE id IN (2, 99)").rowcount).result()
        assert found(store, "story 001") == found(store, "story 098") == []
        assert store.reviews.counts(DraftFilter(text="tea")).pending == 96


@SQLITE
def test_an_older_database_gets_the_index(store: Store) -> None:
    """Drafts stored before there was an index are found by it after the upgrade, decisions are kept."""
    store.reviews.decide([1], "approved", "ana").result()
    store.close()
    downgrade(Path(store.where), "0002")
    with Store.open(store.where) as again:
        assert (found(again, "時間"), found(again, "hello")) == ([1], [3])
        assert again.drafts.get(1).review == "approved"
        assert again.reviews.undo(drafts=[1]).result() == [1]


def test_drafts_are_narrowed_by_model_flag_and_score(store: Store) -> None:
    """Pages and counts agree on the served model, a flag's code and the second model's score."""
    flags = (Flag("length", 'he said "code":"x",'), Flag("level_words", severity="note"))
    call = sent(store, 1, 5, 6)
    store.calls.settle(Settlement(call, "ok", model="m-2", drafts=[kept(5, flags=flags), kept(6)])).result()
    _score(store, 6, 4.2)
    for chosen, ids in {
        DraftFilter(model="m-2"): [6, 7],
        DraftFilter(flag="length"): [6],
        DraftFilter(flag="level_words"): [6],
        DraftFilter(flag="x"): [],
        DraftFilter(flag="leng%"): [],
        DraftFilter(score=(4.0, 5.1)): [6],
        DraftFilter(score=(0.0, 4.2)): [],
        DraftFilter(scored=False, model="m-2"): [7],
        DraftFilter(scored=True): [6],
    }.items():
        assert [row.id for row in store.drafts.page(chosen)] == ids, chosen
        assert store.reviews.counts(chosen).pending == len(ids), chosen
    assert store.drafts.facets().models == ("", "m-2")


def _score(store: Store, draft: int, score: float) -> None:
    scored = text("UPDATE draft SET score = :score WHERE id = :draft")
    store.write(lambda conn: conn.execute(scored, {"score": score, "draft": draft}).rowcount).result()


def test_shares_are_parts_of_one_filter(store: Store) -> None:
    """Three parts together hold every draft once, whatever is decided meanwhile."""
    parts = [store.drafts.ids(DraftFilter(share=(part, 3))) for part in (1, 2, 3)]
    assert sorted(id for part in parts for id in part) == [1, 2, 3, 4, 5]
    store.reviews.decide([1, 2], "approved").result()
    assert [store.drafts.ids(DraftFilter(share=(part, 3))) for part in (1, 2, 3)] == parts


def test_a_draft_that_was_edited_meanwhile_is_not_decided(store: Store) -> None:
    """A decision names what was shown; what another reviewer changed since is left pending."""
    seen = {row.id: row.revision for row in store.drafts.page()}
    store.reviews.edit(Edit(1, {"passage": "new"}, "New", "new"), "bo").result()
    assert store.reviews.decide([1, 2], "approved", "ana", shown=seen).result() == [2]
    assert isinstance(store.reviews.edit(Edit(1, {}, "", ""), shown=seen[1]).exception(), StoreError)
    store.reviews.undo(drafts=[1]).result()
    assert store.reviews.decide([1], "approved", "ana", shown=seen).result() == [1]


def test_a_whole_filter_is_decided_and_taken_back_at_once(store: Store) -> None:
    """Only what is pending and was there when it was counted is decided; one undo restores every row exactly."""
    store.reviews.decide([1], "rejected", "bo").result()
    before, counted = store.drafts.page(), store.drafts.ids(DraftFilter(review="pending"))
    store.calls.settle(Settlement(sent(store, 1, 6), "ok", drafts=[kept(6)])).result()  # a slot planned long before
    assert store.reviews.decide(counted, "approved", "ana").result() == [2, 3, 4, 5]
    assert store.reviews.counts() == ReviewCounts(pending=1, approved=4, rejected=1)
    decision = store.reviews.last_decision("ana")
    assert decision is not None
    assert (decision.verdict, decision.drafts, decision.draft) == ("approved", 4, 2)
    store.reviews.edit(Edit(3, {"passage": "new"}, "New", "new"), "bo").result()
    assert store.reviews.undo(batch=decision.batch).result() == [2, 4, 5], "an edit stands on draft 3"
    store.reviews.undo(drafts=[3]).result()
    assert store.reviews.undo(batch=decision.batch).result() == [3]
    assert [row for row in store.drafts.page() if row.id != 7] == before
    assert store.reviews.last_decision("ana") is None


def test_an_edit_is_a_decision_to_take_back(store: Store) -> None:
    """The last thing a reviewer did, verdict or edit, is what is taken back first."""
    before = store.drafts.page()
    store.reviews.decide([2], "approved", "ana").result()
    store.reviews.edit(Edit(1, {"passage": "new"}, "New", "new"), "ana").result()
    assert store.drafts.original(1) == before[0].content
    for verdict in ("edited", "approved"):
        decision = store.reviews.last_decision("ana")
        assert decision is not None
        assert decision.verdict == verdict
        store.reviews.undo(batch=decision.batch).result()
    assert (store.drafts.page(), store.drafts.original(1)) == (before, None)


def test_a_sitting_is_counted_from_rows(store: Store) -> None:
    """Drafts and presses of one reviewer since a time; what was taken back, edited, or done by others is not in it."""
    store.reviews.decide([1], "approved", "ana", at=50.0).result()
    store.reviews.decide([2], "approved", "ana", at=100.0).result()
    store.reviews.decide([3, 4], "rejected", "ana", at=130.0).result()
    store.reviews.decide([5], "rejected", "bo", at=140.0).result()
    store.reviews.edit(Edit(5, {}, "", ""), "ana", at=150.0).result()
    sitting = store.reviews.session("ana", 60.0)
    assert (sitting.drafts, sitting.decisions, sitting.first_at, sitting.last_at) == (3, 2, 100.0, 130.0)
    store.reviews.undo(last=1).result()
    store.reviews.undo(drafts=[2]).result()
    assert (store.reviews.session("ana", 60.0).drafts, store.reviews.session("cy", 0.0).drafts) == (2, 0)


def test_a_reason_is_given_after_the_verdict(store: Store) -> None:
    """The note lands on the newest standing decision of the draft, and nowhere else."""
    store.reviews.decide([1, 2], "rejected").result()
    assert store.reviews.annotate(1, "level").result()
    assert not store.reviews.annotate(3, "level").result()
    assert [(row.draft, row.note) for row in store.reviews.history()] == [(2, ""), (1, "level")]


def test_the_next_draft_keeps_the_place(store: Store) -> None:
    """After a draft that is decided comes the one behind it, flagged ones first, in either direction."""
    drafts = [kept(5, flags=(Flag("length"),)), kept(6, flags=(Flag("length"),))]
    store.calls.settle(Settlement(sent(store, 1, 5, 6), "ok", drafts=drafts)).result()
    wanted = DraftFilter(review="pending")
    orders: dict[Order, list[int]] = {"oldest": [1, 2, 3, 4, 5, 6, 7], "flagged": [6, 7, 1, 2, 3, 4, 5]}
    for order, ids in orders.items():
        assert walk(store, wanted, order) == ids
        assert walk(store, wanted, order, back=True) == ids[::-1]
        assert [row.id for row in store.drafts.page(wanted, order=order)] == ids
    assert walk(store, wanted, "newest") == [7, 6, 5, 4, 3, 2, 1]
    store.reviews.decide([1], "approved").result()
    assert store.drafts.beside(wanted, "flagged", 1, 1) == [2]
    assert store.drafts.beside(wanted, "flagged", 7, 1, without=[2, 3]) == [4]
    assert store.drafts.beside(DraftFilter(topic="nowhere"), "flagged", 1, 1) == []


def walk(store: Store, wanted: DraftFilter, order: Order, *, back: bool = False) -> list[int]:
    ids: list[int] = []
    while following := store.drafts.beside(wanted, order, ids[-1] if ids else None, 1, back=back):
        ids += following
    return ids


def _fill_index(store: Store) -> None:
    """As the 64th draft that is due does it."""
    for statement in (
        "INSERT INTO draft_search (rowid, search) SELECT id, search || '  ' FROM draft"
        " WHERE id IN (SELECT draft FROM draft_search_due) ORDER BY id",
        "DELETE FROM draft_search_due",
    ):
        store.write(lambda conn, sql=statement: conn.exec_driver_sql(sql).rowcount).result()


def _due(store: Store) -> list[int]:
    """Drafts that are not in the index of words yet."""
    rows = store.write(lambda conn: conn.exec_driver_sql("SELECT draft FROM draft_search_due").scalars().all())
    return list(rows.result())


def _texts_read(store: Store, words: str) -> int:
    """How often a search compares a text with LIKE."""
    read: list[str] = []
    with store._access.reading() as conn:
        connection = conn.connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.create_function("like", 3, lambda pattern, words, _escape: read.append(words) or pattern in words)
        conn.execute(select(draft.c.id).where(*narrow(DraftFilter(text=words)))).all()
        connection.create_function("like", 3, None)
    return len(read)
