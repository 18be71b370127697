"""Own texts on the Launch page: pasted, uploaded, stored, chosen passage by passage, and launched."""

from __future__ import annotations

from dashboard import shared
from dashboard.forms import DEFAULTS, TEXTS, read_spec, values_of
from dashboard.screens.command import command_of
from dashboard.screens.form.passages import of_text, passages_of, references
from dashboard.screens.form.texts import ticked
from dashboard.screens.markup import html
from dashboard.screens.review.source import source_text
from engine import DraftFilter, Job, Tuning
from engine.kinds import Candidate, count_units, read_own_text
from engine.review import edit_draft
from tests.screens.conftest import Make, Page
from tests.unit.texts_kit import sourced, sources, written

STORY = "\n\n".join(written("en", 150, number) for number in range(3))


def candidates(count: int = 3) -> tuple[Candidate, ...]:
    return tuple(Candidate(one, "en", count_units(one.body, "en")) for one in sources("en", count))


def test_a_pasted_text_is_shown_and_launched(page: Page) -> None:
    """Pasted, stored, listed by passage with its estimate, launched: passages x levels drafts; twice is refused."""
    test = page()
    test.session_state["launch_made_from"] = TEXTS
    test.session_state["launch_per_combo"] = 1
    test.run()
    assert test.button(key="launch_button").disabled
    test.text_area(key="launch_text_pasted").set_value(STORY)
    test.text_input(key="launch_text_name").set_value("Story")
    add = next(button for button in test.button if button.label == "Add the text")
    add.click().run()
    assert not test.exception
    assert any("3 passages are used" in one.value for one in test.markdown)
    assert next(one.value for one in test.metric if one.label == "Drafts") == "6"
    test.text_area(key="launch_text_pasted").set_value(STORY)
    next(button for button in test.button if button.label == "Add the text").click().run()
    assert "same words" in test.error[0].value
    test.button(key="launch_button").click().run()
    newest = shared.store().runs.page(1)[0]
    assert shared.runner().join(newest.id).totals.drafted == 6
    topics = {row.topic for row in shared.store().drafts.each(DraftFilter(run=newest.id))}
    assert topics == {"Story #1", "Story #2", "Story #3"}


def test_a_refused_text_changes_nothing(page: Page) -> None:
    """A text in another language is refused beside the field, and nothing is stored."""
    test = page()
    test.session_state["launch_made_from"] = TEXTS
    test.run()
    before = len(shared.store().texts.all())
    test.text_area(key="launch_text_pasted").set_value(written("zh", 200))
    next(button for button in test.button if button.label == "Add the text").click().run()
    assert "another language" in test.error[0].value
    assert len(shared.store().texts.all()) == before


def test_a_passage_that_is_left_out_makes_no_draft() -> None:
    """Ticked off in the table, a passage is not in the spec; with none left the form says so."""
    form = {**DEFAULTS, "made_from": TEXTS, "passages": ticked(candidates(), {1: {"use": False}})}
    spec, errors = read_spec(form)
    assert spec is not None and not errors
    assert spec.topics == ("Harbour #1", "Harbour #3")
    none = ticked(candidates(), {row: {"use": False} for row in range(3)})
    assert [error.fix.code for error in read_spec({**form, "passages": none})[1]] == ["texts_none"]
    assert [error.fix.code for error in read_spec({**form, "passages": ()})[1]] == ["texts_missing"]
    assert [error.fix.code for error in read_spec({**form, "lang": "ja"})[1]] == ["texts_language"]


def test_a_run_from_texts_is_cloned_with_its_passages() -> None:
    """The form filled in from a job gives the same spec back; its command line names text and passages."""
    job = Job(sourced("cloze", "en", levels=(2, 3)), Tuning(4, 3))
    spec, errors = read_spec(values_of(job))
    assert not errors and spec is not None
    assert (spec.sources, spec.topics) == (job.spec.sources, job.spec.topics)
    assert "--from-text 1:1,2,3" in command_of(job) and "--topic" not in command_of(job)


def test_approved_drafts_of_a_run_become_passages(page: Page, make: Make) -> None:
    """A run with approved drafts is offered; choosing it lists them."""
    row = make(topics=("Approved for a cloze",), per_combo=2)
    ids = [one.id for one in shared.store().drafts.each(DraftFilter(run=row.id))]
    shared.store().reviews.decide(ids, "approved").result()
    test = page()
    test.session_state["launch_made_from"] = TEXTS
    test.run()
    test.selectbox(key="launch_text_run").set_value(row.id).run()
    assert any("2 passages are used" in one.value for one in test.markdown)


def test_the_passage_is_beside_the_draft_and_shows_what_an_edit_changed(make: Make) -> None:
    """A cloze shows its passage unchanged; after an edit the words that differ; never while its answers are hidden."""
    made_from = sources("en", 1)
    row = make(topics=(made_from[0].topic,), sources=made_from, per_combo=1)
    (draft,) = shared.store().drafts.each(DraftFilter(run=row.id))
    assert "unchanged" in html(source_text(draft, answers=True)[0])
    assert source_text(draft, answers=False) == []
    edited = {**draft.content, "passage": draft.content["passage"].replace(".", "!", 1)}
    edit_draft(shared.store(), draft, edited)
    (after,) = shared.store().drafts.each(DraftFilter(run=row.id))
    shown = html(source_text(after, answers=True)[0])
    assert "changed here" in shown and "dm-new" in shown and "dm-old" in shown


def test_passages_are_kept_as_references() -> None:
    """The references of chosen passages give them back, left-out ones too; those of a removed text give none."""
    store = shared.store()
    body = "\n\n".join(written("en", 150, number) for number in (7, 8))
    text = read_own_text(body.encode(), "", "en", "Kept")
    row = store.texts.get(store.texts.add(text).result())
    chosen = ticked(of_text(row), {1: {"use": False}})
    assert passages_of(store, references(chosen)) == chosen
    store.texts.remove(row.id).result()
    assert passages_of(store, references(chosen)) == ()
