"""Recipes: a job as a TOML file, and back."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.export import Recipe, read_recipe, read_recipe_bytes, read_recipe_json, recipe_text
from engine.export.toml import toml_text
from engine.job import Job, Overrides
from engine.kinds.cloze.options import ClozeOptions
from engine.practice import PracticeSettings
from engine.spec import RunSpec, Tuning, tuning_for
from tests.unit.texts_kit import sourced

TOPICS = ("It's 5 o'clock", "旅行", 'say "no" \\ $HOME', "tab\u2028line")
SPEC = RunSpec("cloze", "en", (1, 3), TOPICS, 2, "practice", "", 0.3, ClozeOptions(blanks=(2, 4)), 1.5, reuse=False)
PRACTICE = PracticeSettings(seed=3, faults={"503": 0.05, "short": 0.1})


@pytest.mark.parametrize(
    "job",
    [
        Job(SPEC, Tuning(5, 2, 1, 100), "", Overrides(rpm=5, window_s=2.5, key_env=""), PRACTICE),
        Job(SPEC, tuning_for("combined", SPEC.slots), "combined"),
        Job(SPEC, tuning_for("auto", SPEC.slots), "auto"),
        Job(sourced("cloze", "ja"), tuning_for("auto", 3), "auto"),
    ],
)
def test_a_recipe_is_the_job(job: Job) -> None:
    """What is written reads back as the same spec, Tuning, limits and practice settings."""
    assert read_recipe(recipe_text(job)).job() == job


def test_a_recipe_as_json_is_the_same_recipe() -> None:
    """The keys of the TOML form, as JSON: null is a key left out."""
    text = recipe_text(Job(SPEC, Tuning(5, 2, 1, 100), "", Overrides(rpm=5), PRACTICE))
    body = {**tomllib.loads(text), "model": None}
    assert read_recipe_json(json.dumps(body).encode()) == read_recipe(text)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"kind = 'cloze'", b"[]", b'"x"', b"\xff", b'{"kind": NaN}', b'{"kind": "\\ud800"}'),
        *(b'{"kind": 1, "kind": 2}', b"[" * 100_000, b'{"levels": [' + b"9" * 5000 + b"]}"),
    ],
    ids=range(10),
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    """Half a document, another format, half a character and a key that is there twice are one error."""
    with pytest.raises(SpecError) as caught:
        read_recipe_json(body)
    assert caught.value.fix.code == "recipe_json"


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers(-(2**62), 2**62) | st.booleans() | st.floats()))
def test_any_value_is_toml(values: dict[str, object]) -> None:
    """The standard library reads back what is written, whatever the texts hold."""
    values = {name: value for name, value in values.items() if value == value and str(value) < "\ud800"}
    written = toml_text({"table": values, "list": [*values.values()], "none": None})
    assert tomllib.loads(written.replace("\n", "\r\n")).get("table", {}) == values


@pytest.mark.parametrize(
    ("line", "field", "told"),
    [
        ("knd = 'cloze'", "knd", "write kind"),
        ("[speed]\nconcurency = 3", "concurency", "write concurrency"),
        ("kind = 'cloze'\n[options]\nconector = 1", "conector", "write connector"),
        ("[limits]\nrmp = 3", "rmp", "write rpm"),
        ("[practice]\nsede = 3", "sede", "write seed"),
        ("zzzzz = 1", "zzzzz", "known are"),
        ("kind = 3", "kind", "write a text in quotes"),
        ("topics = 'Campus'", "topics", "write a list of texts"),
        ("levels = ['3']", "levels", "write a list of numbers"),
        ("options = 3", "options", "write a table"),
        ("kind = cloze", "recipe", "it is not TOML (Invalid value (at line 1"),
    ],
)
def test_a_faulty_recipe_is_named(line: str, field: str, told: str) -> None:
    """An unknown key comes with the nearest known one, a value of the wrong type with the right form."""
    with pytest.raises(SpecError) as caught:
        read_recipe(line)
    assert caught.value.field == field and told in caught.value.allowed


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "kind"),
        ("kind = 'poem'", "kind"),
        ("kind = 'cloze'", "lang"),
        ("kind = 'cloze'\nlang = 'en'", "levels"),
        ("kind = 'cloze'\nlang = 'en'\nlevels = [7]\ntopics = ['a']", "levels"),
        ("kind = 'cloze'\nlang = 'en'\nlevels = [1]\ntopics = ['a']\nper_combo = 'x'", "per_combo"),
        ("kind = 'cloze'\nlang = 'en'\nlevels = [1]\ntopics = ['a']\n[options]\nblanks = 5", "blanks"),
        ("kind = 'cloze'\nlang = 'en'\nlevels = [1]\ntopics = ['a']\n[speed]\nconcurrency = 'x'", "concurrency"),
        ("kind = 'cloze'\nlang = 'en'\nlevels = [1]\ntopics = ['a']\n[practice]\nfaults = 3", "faults"),
    ],
)
def test_a_recipe_is_checked_like_a_form(text: str, field: str) -> None:
    """RunSpec, Tuning and the practice settings refuse their own fields."""
    with pytest.raises(SpecError) as caught:
        read_recipe(text).job()
    assert caught.value.field == field


@pytest.mark.parametrize(
    "line",
    ['api_key = "canary-0123456789abcdef"', 'modell = "sk-canary-0123456789abcdef"',
     'model = "sk-canary-0123456789abcdef"', '[limits]\nx = {Authorization = "Bearer sk-canary-0123456789abcdef"}'],
)  # fmt: skip
def test_a_key_in_a_recipe_is_refused_and_not_shown(line: str) -> None:
    """Wherever somebody wrote a key into a recipe, it is refused, and no message repeats it."""
    with pytest.raises(SpecError) as caught:
        read_recipe(f'kind = "cloze"\n{line}\n')
    assert "0123456789abcdef" not in str(caught.value)


def test_options_replace_a_recipe() -> None:
    """A preset replaces the figures, another provider its model and limits, another kind its options."""
    job = Job(SPEC, Tuning(5, 2), "", Overrides(rpm=5), PRACTICE)
    recipe = read_recipe(recipe_text(job))
    assert recipe.changed({"levels": (2,)}, {}, {"batch_size": 3}, {}).job().tuning == Tuning(5, 3)
    faster = recipe.changed({}, {}, {"preset": "serial", "retries": 1}, {}).job()
    assert (faster.tuning, faster.practice) == (Tuning(1, 1, 1), PRACTICE)
    other = recipe.changed({"kind": "shadowing", "provider": "deepseek"}, {}, {}, {}).job()
    assert (other.overrides, other.practice, other.spec.topics) == (Overrides(), None, TOPICS)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"PK\x03\x04\x14", b"x" * (5 * 2**20)])
def test_a_file_that_is_no_recipe_is_named(body: bytes, tmp_path: Path) -> None:
    """A binary or a huge file is refused with its name."""
    with pytest.raises(SpecError) as caught:
        read_recipe_bytes(body, "weekly.toml")
    assert (caught.value.field, caught.value.value) == ("recipe", "weekly.toml")


def test_an_empty_recipe_changes_nothing() -> None:
    """Without a recipe the options alone make the job."""
    spec = {"kind": "cloze", "lang": "en", "levels": (1,), "topics": ("a",)}
    assert Recipe().changed(spec, {}, {"concurrency": 2}, {}).job() == Job(
        RunSpec("cloze", "en", (1,), ("a",)), Tuning(2, 1)
    )
