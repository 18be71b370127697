"""The Library page, and what the Launch form takes from it, over the real engine."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.screens.command import command_of
from dashboard.screens.library import styles, words
from dashboard.screens.once import once
from engine import Job, RunSpec, Tuning
from engine.review import Material, check_words, find_style, find_words, save_style, save_words, with_material
from tests.screens.conftest import Page

WORDS = "library_words_new"
STYLE = "library_style_new"


def words_page(page: Page) -> AppTest:
    test = page("library")
    return test.segmented_control(key="library_view").set_value("words").run()


def test_a_style_note_is_saved_and_changed(page: Page) -> None:
    """A new note is version 1, a changed one version 2; what differs is shown."""
    test = page("library")
    test.text_input(key=f"{STYLE}_name").set_value("saved").run()
    test.text_area(key=f"{STYLE}_note").set_value("British spelling.").run()
    test.button(key=f"{STYLE}_save").click().run()
    assert not test.exception and find_style(shared.store(), "saved", "cloze", "en").ref == "saved@1"
    (note,) = [area for area in test.text_area if area.value == "British spelling."]
    note.set_value("American spelling.").run()
    (save,) = [button for button in test.button if button.label == "Save as version 2"]
    save.click().run()
    assert find_style(shared.store(), "saved", "cloze", "en").note == "American spelling."
    assert any("+American spelling." in code.value for code in test.code)


def test_what_must_not_be_in_a_note_is_said_at_once(page: Page) -> None:
    """Braces are refused under the field, and the note cannot be saved."""
    test = page("library")
    test.text_area(key=f"{STYLE}_note").set_value("Use {{1}}.").run()
    assert any(":red[" in one.value for one in test.markdown)
    assert test.button(key=f"{STYLE}_save").disabled


def test_a_line_in_a_wrong_script_is_named(page: Page) -> None:
    """The line and its number are shown; the list can be saved without it, or after it was corrected."""
    test = words_page(page)
    test.text_input(key=f"{WORDS}_name").set_value("skipped").run()
    test.text_area(key=f"{WORDS}_text").set_value("borrow\nりんご\nBorrow\nlend").run()
    assert any("Line 2 is not written in English letters" in code.value for code in test.code)
    assert test.button(key=f"{WORDS}_save").disabled
    test.checkbox(key=f"{WORDS}_skip").set_value(True).run()
    test.button(key=f"{WORDS}_save").click().run()
    assert find_words(shared.store(), "skipped", "en").words == ("borrow", "lend")


def test_a_file_is_added_and_an_unreadable_one_is_named(page: Page) -> None:
    """The words of a CSV are in the field; a damaged workbook changes nothing."""
    test = words_page(page)
    test.file_uploader(key=f"{WORDS}_file").upload("unit5.csv", b"word,meaning\nborrow,x\nlend,y\n").run()
    assert test.text_area(key=f"{WORDS}_text").value == "borrow\nlend"
    test.file_uploader(key=f"{WORDS}_file").upload("unit6.xlsx", b"no workbook").run()
    assert "no workbook" in test.error[0].value
    assert test.text_area(key=f"{WORDS}_text").value == "borrow\nlend"


def test_a_name_that_is_taken_is_refused(page: Page) -> None:
    """A new list never becomes a version of another one by accident."""
    test = words_page(page)
    save_words(shared.store(), "taken", "en", check_words([(1, "borrow")], "en"))
    test.text_input(key=f"{WORDS}_name").set_value("taken").run()
    test.text_area(key=f"{WORDS}_text").set_value("lend").run()
    test.button(key=f"{WORDS}_save").click().run()
    assert "exists already" in test.error[0].value
    assert find_words(shared.store(), "taken", "en").version == 1


def launched(page: Page, choose: Callable[[AppTest], None]) -> AppTest:
    test = page()
    save_words(shared.store(), "unit5", "en", check_words(enumerate(("borrow", "lend", "shelf"), 1), "en"))
    save_style(shared.store(), "house", "cloze", "en", "Write about rivers.")
    test.run()
    choose(test)
    return test.run()


def test_a_double_click_saves_once() -> None:
    """The second click finds the entry saved: it is told nothing of a name that is taken."""
    st.session_state.clear()
    for module, field, args in ((styles, "note", ("cloze", "en")), (words, "text", ("en",))):
        key = f"twice_{field}"
        st.session_state[f"{key}_{field}"], st.session_state[f"{key}_name"] = "borrow", "clicked twice"
        kept = dict(st.session_state)
        drawn = once(f"{key}_save").ticket
        module._save(key, None, *args, drawn)
        st.session_state.update(kept)  # as where the second click has come before the first was done
        module._save(key, None, *args, drawn)
        module._save(key, None, *args, drawn)
        assert module.PROBLEM not in st.session_state
        assert st.session_state["library_done"] == "Saved as version 1."
    st.session_state.clear()


def test_the_request_shows_the_note_before_it_is_sent(page: Page) -> None:
    """What is chosen on the Launch page is in the request that is shown, with the words of the first drafts."""

    def choose(test: AppTest) -> None:
        test.selectbox(key="launch_style").set_value("house@1")
        test.selectbox(key="launch_words").set_value("unit5@1").run()
        test.session_state["launch_request"] = True

    test = launched(page, choose)
    sent = [code.value for code in test.code]
    assert any("Write about rivers." in text for text in sent)
    assert any('"words":["borrow"]' in text for text in sent)


def test_too_many_target_words_are_refused_beside_the_field(page: Page) -> None:
    """The engine's answer is under the number, and nothing can be launched."""

    def choose(test: AppTest) -> None:
        test.selectbox(key="launch_words").set_value("unit5@1").run()
        test.number_input(key="launch_target_words").set_value(9)

    test = launched(page, choose)
    assert any(":red[" in one.value and "1 to 3" in one.value for one in test.markdown)
    assert test.button(key="launch_button").disabled


def test_a_command_line_names_the_versions(page: Page) -> None:
    """What the form used is what the copied command uses."""
    page()
    save_words(shared.store(), "line", "en", check_words([(1, "borrow"), (2, "lend")], "en"))
    save_style(shared.store(), "short", "cloze", "en", "Short.")
    used = Material("line", 2, True, "line@1", "short")
    spec = with_material(shared.store(), RunSpec("cloze", "en", (1,), ("a",)), used)
    line = command_of(Job(spec, Tuning()))
    assert "--words line@1 --target-words 2 --blank-words --known-words line@1 --style short@1" in line
