"""Runs with a word list or a style note: over real HTTP, and what of them is in the body that is sent."""

from __future__ import annotations

from contextlib import suppress

import pytest

from engine import Runner, Store, Tuning
from engine.errors import Stopped
from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from engine.reports.words import coverage_of
from engine.review.library import Material, check_words, save_style, save_words, with_material
from engine.spec import RunSpec, WordList
from engine.store import DraftFilter, QualityFilter
from tests.integration.conftest import QUICK, Bench
from tests.unit.test_ask import Asked, completion

TWENTY = [
    *("borrow", "lend", "library", "shelf", "quiet", "careful", "decide", "remember", "neighbour", "weather"),
    *("ticket", "luggage", "bridge", "garden", "recipe", "breakfast", "invite", "promise", "village", "journey"),
]


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_twenty_words_over_forty_slots(store: Store, runner: Runner, share: float) -> None:
    """Each word is used at least once and no draft is lost, also when one item in five forgets its word."""
    with PracticeProcess(PracticeSettings(**QUICK, seed=5, faults={"missing_word": share})) as practice:
        bench = Bench(store, runner, practice)
        row = bench.run(bench.job(words=WordList("unit5", 1, "\n".join(TWENTY)), per_combo=10))
        found = coverage_of(store, row)
    assert (row.state, row.totals.drafted) == ("done", 40)
    assert found is not None and (found.used, len(found.words)) == (20, 20)
    assert sum(one.asked for one in found.words) == 40
    assert (row.totals.calls > 14) is (share > 0)


def test_the_words_are_the_blanks(bench: Bench) -> None:
    """With `blank_words` each draft has a blank whose answer is its word."""
    spec = {"words": WordList("unit5", 1, "\n".join(TWENTY)), "blank_words": True, "per_combo": 2}
    row = bench.run(bench.job(**spec))
    drafts = bench.store.drafts.page(DraftFilter(run=row.id))
    made = RunSpec.from_json(row.spec)
    assert len(drafts) == 8
    assert all(made.slot_words(one.slot)[0] in [blank["answer"] for blank in one.content["blanks"]] for one in drafts)


def test_an_edited_note_is_obeyed_and_recorded(bench: Bench) -> None:
    """Titles are as the newest version says; the run holds the version, and nothing of another one is reused."""
    spec = RunSpec("cloze", "en", (3,), ("Campus",), 3)
    for number, start in enumerate(("Unit 5: ", "Unit 6: "), 1):
        save_style(bench.store, "house", "cloze", "en", f'Begin every title with "{start}".', author="Mei")
        made = with_material(bench.store, spec, Material(style="house"))
        fields = {name: getattr(made, name) for name in ("topics", "levels", "per_combo", "style")}
        row = bench.run(bench.job(**fields))
        titles = [one.title for one in bench.store.drafts.page(DraftFilter(run=row.id))]
        assert len(titles) == 3 and all(title.startswith(start) for title in titles)
        assert (row.style, row.spec["style"]["version"], row.totals.cached) == (f"house@{number}", number, 0)
    found = bench.store.quality.groups(QualityFilter(style="house@2"), ())
    assert [group.drafts for group in found] == [3]


async def test_the_note_is_in_the_body_that_is_sent(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each call of a run has the note of its version in its system message, byte for byte the same."""
    folder = tmp_path_factory.mktemp("body")
    with Store.open(folder / "library.db") as store:
        save_style(store, "house", "cloze", "en", "Write about rivers.")
        save_style(store, "house", "cloze", "en", "Write about mountains.")
        save_words(store, "unit5", "en", check_words(enumerate(TWENTY, 1), "en"))
        used = Material(words="unit5", style="house")
        spec = with_material(store, RunSpec("cloze", "en", (3,), ("Campus",), 2), used)
    asked = Asked(folder, *(completion("stop") for _ in range(2)), spec=spec)
    with suppress(Stopped):  # two replies without items stop a run
        await asked.outcomes(1)
    systems = {body["messages"][0]["content"] for body in asked.bodies}  # type: ignore[index]  # parsed JSON
    users = [body["messages"][1]["content"] for body in asked.bodies]  # type: ignore[index]  # parsed JSON
    assert len(asked.bodies) == 2 and len(systems) == 1
    system = systems.pop()
    assert "Write about mountains." in system and "rivers" not in system
    assert sorted(user.partition('"words":["')[2].partition('"')[0] for user in users) == ["borrow", "lend"]


def test_too_few_slots_leave_words_unused(bench: Bench) -> None:
    """Four slots use four of twenty words; the coverage says which are not asked for."""
    row = bench.run(bench.job(words=WordList("unit5", 1, "\n".join(TWENTY)), per_combo=1, tuning=Tuning(2, 2)))
    found = coverage_of(bench.store, row)
    assert found is not None and found.used == 4
    assert [one.word for one in found.words if not one.asked] == TWENTY[4:]
