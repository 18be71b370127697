"""What a person can type, paste or leave out, and what is said about it: one line a fault."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from engine import DraftFilter, Job, RunSpec, SpecError, Tuning, split_topics
from engine.cli import main
from tests.faults.kit import DRAFTS, Mill

MEGABYTE = "x" * 2**20
GOOD: dict[str, Any] = {"kind": "cloze", "lang": "en", "levels": (2,), "topics": ("Campus",), "per_combo": 2}

# Each: the field, the value nobody should give, and the words that lead out.
REFUSED_SPECS = [
    ("topics", (), "write at least one topic"),
    ("topics", ("Campus", "  "), "line 2 is blank"),
    ("topics", ("Campus", "campus"), "lines 1 and 2 are the same topic; remove one"),
    ("topics", tuple(f"t{n}" for n in range(10_001)), "the most is 10,000"),
    ("topics", (MEGABYTE,), "the most is 200"),
    ("topics", ("Cam\u202epus",), "control character"),
    ("topics", ("Cam\npus",), "control character"),
    ("topics", ("Cam\ud800pus",), "control character"),
    ("levels", (), "at least one"),
    ("levels", (0,), "choose 1 to 6"),
    ("levels", (2, 2), "each level once"),
    ("levels", (2.5,), "choose 1 to 6"),
    ("levels", (True,), "choose 1 to 6"),
    ("per_combo", 0, "choose 1 to"),
    ("per_combo", -1, "choose 1 to"),
    ("per_combo", "ten", "choose 1 to"),
    ("per_combo", 10**9, "choose 1 to"),
    ("temperature", 2.1, "choose 0 to 2"),
    ("temperature", math.nan, "choose 0 to 2"),
    ("temperature", "hot", "choose 0 to 2"),
    ("budget_usd", 0, "choose 0.0001 to"),
    ("budget_usd", -1.0, "choose 0.0001 to"),
    ("budget_usd", math.inf, "choose 0.0001 to"),
    ("budget_usd", math.nan, "choose 0.0001 to"),
    ("kind", "essay", "cloze"),
    ("lang", "fr", "en"),
]
REFUSED_TUNINGS = [
    ("concurrency", 0),
    ("concurrency", 257),
    ("concurrency", "all"),
    ("batch_size", 0),
    ("batch_size", 11),
    ("batch_size", 2.5),
    ("retries", -1),
    ("retries", 6),
    ("throttle_ms", -1),
    ("throttle_ms", 2001),
    ("throttle_ms", math.nan),
]
ODD_TOPICS = (
    "{{1}} {topic} %s ${HOME} {% raw %}",
    "مقهى الجامعة",
    "שיעור ראשון",
    "'; DROP TABLE draft; --",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "👩‍🏫 at school",
    "id: s0",
)


@pytest.mark.parametrize(("field", "value", "way_out"), REFUSED_SPECS)
def test_a_bad_field_is_named_with_the_way_out(field: str, value: object, way_out: str) -> None:
    """The engine itself refuses it, whatever a widget promised; the message is short, however long the value."""
    with pytest.raises(SpecError) as refused:
        RunSpec(**{**GOOD, field: value})
    assert (refused.value.field, way_out in str(refused.value)) == (field, True), str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(("field", "value"), REFUSED_TUNINGS)
def test_a_dial_out_of_range_is_named(field: str, value: Any) -> None:
    """A setting that is no number, or out of the guide's range, is refused by its name."""
    with pytest.raises(SpecError) as refused:
        Tuning(**{field: value})
    assert (refused.value.field, "choose" in str(refused.value)) == (field, True)


def test_blank_and_doubled_lines_of_a_list_are_told_by_their_line() -> None:
    """Topics pasted with blank lines around and between are read; a doubled one is refused by its lines."""
    assert RunSpec(**{**GOOD, "topics": split_topics("\n\n Campus \r\n\n Travel\n")}).topics == ("Campus", "Travel")
    with pytest.raises(SpecError, match="lines 1 and 2"):
        RunSpec(**{**GOOD, "topics": split_topics("Campus\n campus ")})


def test_ten_thousand_topics_are_taken() -> None:
    """The most topics one may paste make a run of as many slots."""
    assert RunSpec(**{**GOOD, "topics": tuple(f"topic {n}" for n in range(10_000)), "per_combo": 1}).slots == 10_000


@pytest.mark.parametrize(
    "words", [("--per-combo", "many"), ("--levels", "a"), ("--temperature", "hot"), ("--rpm", "x")]
)
def test_no_number_on_the_command_line_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    """A word where a number belongs: exit code 2, the option is named, no traceback."""
    with pytest.raises(SystemExit) as left:
        main(["run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus", *words,
              "--database", str(tmp_path / "draftmill.db")])  # fmt: skip
    said = capsys.readouterr().err
    assert (left.value.code, words[0].strip("-") in said, "Traceback" in said) == (2, True, False), said


KEYS = [
    ("", "is not set|set it"),
    ("sk-line\nbreak", "line"),
    ("sk-with a space", "space"),
    ("sk-ключ", "character"),
    ("sk-zero\u200bwidth", "character"),
    ("k" * 2000, "longer"),
    ("sk-ant-a-canary-of-anothers", "another provider's key"),
]


@pytest.mark.parametrize(("key", "words"), KEYS, ids=[words for _, words in KEYS])
def test_a_bad_key_is_refused_before_any_call_and_not_shown(
    mill: Mill, monkeypatch: pytest.MonkeyPatch, key: str, words: str
) -> None:
    """No key, a broken one or somebody else's: refused by the variable's name and the reason, never by its text."""
    monkeypatch.setenv("OPENROUTER_API_KEY", key)
    with pytest.raises(SpecError, match=words) as refused:
        mill.runner.submit(Job(RunSpec(**GOOD, provider="openrouter"), Tuning()))
    assert refused.value.field == "OPENROUTER_API_KEY"
    assert not key or key not in str(refused.value)
    assert mill.store.runs.count() == 0


def test_odd_topics_are_topics(mill: Mill) -> None:
    """Templates, other scripts, SQL, paths and formulas in a topic are stored as typed, and their drafts are made."""
    row = mill.run(mill.job(topics=ODD_TOPICS, per_combo=1))
    drafts = mill.store.drafts.page(DraftFilter(run=row.id))
    assert (row.state, {draft.topic for draft in drafts}) == ("done", set(ODD_TOPICS))
    assert mill.broken() == []


def test_a_budget_hit_at_full_concurrency_is_never_passed(mill: Mill) -> None:
    """At eight calls in flight the spend stays within the budget; the run pauses, keeps its drafts and says so."""
    row = mill.run(mill.job(tuning=Tuning(8, 1), per_combo=60, budget_usd=0.01))
    assert (row.state, row.reason.startswith("budget"), "larger budget" in row.reason) == ("paused", True, True)
    assert 0 < row.totals.cost_usd <= 0.01
    assert row.totals.drafted > 0 and row.totals.open > 0
    assert mill.broken() == []


def test_the_smallest_budget_buys_nothing_and_says_why(mill: Mill) -> None:
    """A budget no call fits into costs nothing; the run pauses before its first call."""
    row = mill.run(mill.job(budget_usd=0.0001))
    assert (row.state, row.totals.calls, row.totals.open) == ("paused", 0, DRAFTS)
    assert "budget" in row.reason
    assert mill.broken() == []
