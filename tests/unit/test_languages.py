"""
Languages of hints, explanations and translations.
"""

from __future__ import annotations

import pytest

from engine.errors import SpecError
from engine.kinds import build_prompt, check_item
from engine.kinds.cloze.options import ClozeOptions
from engine.spec import RunSpec, checked_as, language_name, language_tag, unchecked
from engine.work import Packet, Slot
from tests.unit.test_kinds_kit import level_of, sample


def spec_of(options: ClozeOptions) -> RunSpec:
    """A cloze in English."""
    return RunSpec("cloze", "en", (1,), ("x",), options=options)


@pytest.mark.parametrize(
    ("given", "tag"),
    [("de", "de"), ("PT_br", "pt-BR"), ("zh-hant", "zh-Hant"), ("German", "de"), ("德语", "de"), ("es-419", "es-419")],
)
def test_a_tag_is_kept_in_its_usual_spelling(given: str, tag: str) -> None:
    """Whatever its case, and also where the language is named."""
    assert language_tag("explain_in", given) == tag


@pytest.mark.parametrize("given", ["", "xx", "qqq", "de-QQ", "en-Abcd", "a", "english-usa-x", 7, None])
def test_what_is_no_language_is_refused(given: object) -> None:
    """A tag that is not well-formed, or that has an unknown part."""
    with pytest.raises(SpecError) as caught:
        language_tag("explain_in", given)
    assert caught.value.field == "explain_in"


def test_a_misspelled_name_is_answered_with_the_nearest() -> None:
    """The error says which tag to write."""
    with pytest.raises(SpecError, match="write de"):
        language_tag("explain_in", "Germann")


def test_a_language_has_a_name_for_people() -> None:
    """In the reader's language; what CLDR does not name as a whole is named by its parts."""
    assert language_name("de") == "German" and language_name("de", "zh") == "德语"
    assert language_name("sv-NO") == "Swedish (Norway)"


def test_the_language_is_in_the_prompt() -> None:
    """Hints are asked for by the language's name, and the example's language is overruled."""
    spec = spec_of(ClozeOptions(explain_in="pt-BR"))
    system = build_prompt(spec, Packet(0, (Slot(0, "x", 1, 0),))).system
    assert "write yours in Brazilian Portuguese" in system


def test_only_what_can_be_checked_is_checked() -> None:
    """Chinese hints are no fault where German ones were asked for, for nothing tells; English ones are checked."""
    codes = [
        {flag.code for flag in check_item(sample("cl-en-01"), spec_of(options), level).flags}
        for options, level in ((ClozeOptions(explain_in=tag), level_of("cl-en-01")) for tag in ("de", "en-GB"))
    ]
    assert "help_language" not in codes[0] and "help_language" in codes[1]
    assert checked_as("en-GB") == "en" and checked_as("de") is None
    assert unchecked(ClozeOptions(explain_in="de")) == ("de",) and unchecked(ClozeOptions()) == ()


def test_a_spec_with_any_language_is_read_back() -> None:
    """As a run stores it."""
    spec = spec_of(ClozeOptions(explain_in="PT-br"))
    assert RunSpec.from_json(spec.to_json()) == spec
