"""Tests of providers.keys."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from engine.errors import SpecError
from engine.providers import Catalog, Key, Profile, read_key, redact

CANARY = "sk-canary-0123456789abcdef"
MINE = Profile("mine", "https://api.example.com/v1", key_env="MINE_API_KEY")


def test_a_provider_that_needs_no_key_gets_none() -> None:
    """Without a key_env there is no key to look for."""
    assert read_key(Profile("local", "http://127.0.0.1:8000/v1"), {"KEY": CANARY}, None) is None


def test_the_environment_goes_before_the_secrets_file(tmp_path: Path) -> None:
    """A key in the environment is taken before one in the file."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('MINE_API_KEY = "from-the-file"')
    assert read_key(MINE, {"MINE_API_KEY": CANARY}, secrets) == Key(CANARY)
    assert read_key(MINE, {"MINE_API_KEY": "  "}, secrets) == Key("from-the-file")


def test_the_first_file_that_has_the_key_counts(tmp_path: Path) -> None:
    """The data folder's file comes before that of the folder Draftmill was started in."""
    first, second = tmp_path / "1.toml", tmp_path / "2.toml"
    second.write_text('MINE_API_KEY = "second"')
    assert read_key(MINE, {}, first, second) == Key("second")
    first.write_text('MINE_API_KEY = "first"')
    assert read_key(MINE, {}, first, second) == Key("first")


@pytest.mark.parametrize("raw", [f" {CANARY}", f"{CANARY} ", f"\t{CANARY}\t "])
def test_blanks_around_a_key_are_not_part_of_it(raw: str) -> None:
    """Spaces and tabs around a key are cut off."""
    key = read_key(MINE, {"MINE_API_KEY": raw}, None)
    assert key is not None and key.reveal() == CANARY


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (f"{CANARY}\nX", "line break"),
        (f"{CANARY}\n", "line break"),
        (f"sk-\r{CANARY}", "line break"),
        (f"{CANARY} {CANARY}", "space"),
        (f"{CANARY}\tX", "space"),
        (f"{CANARY}\x00", "no key has"),
        (f"{CANARY}\x7fX", "no key has"),
        (f"“{CANARY}”", "no key has"),
        (f"\ufeff{CANARY}", "no key has"),
        (f"{CANARY}\u200b", "no key has"),
        (CANARY * 50, "longer"),
        (f'"{CANARY}"', "quotes"),
        (f"'{CANARY}'", "quotes"),
        (f"{CANARY}\\", "backslash"),
        (f"MINE_API_KEY={CANARY}", "name of the variable"),
        (f"OPENAI_API_KEY={CANARY}", "name of the variable"),
        ("${MINE_API_KEY}", "names one"),
        (f"api-key={CANARY}", "names one"),
        (f"{CANARY},", "no key has"),
    ],
)
def test_a_key_with_odd_characters_is_refused_and_not_shown(raw: str, fault: str) -> None:
    """A key that no provider would give out is refused before it is used, unseen."""
    with pytest.raises(SpecError, match=fault) as caught:
        read_key(MINE, {"MINE_API_KEY": raw}, None)
    assert caught.value.field == "MINE_API_KEY" and caught.value.value == "(hidden)"
    assert "canary" not in str(caught.value) and "the environment" in str(caught.value)


def test_a_missing_key_says_where_to_put_it(tmp_path: Path) -> None:
    """Without a key the message names the variable and the file."""
    with pytest.raises(SpecError, match=r"export MINE_API_KEY=.*\.streamlit/secrets\.toml"):
        read_key(MINE, {}, tmp_path / "missing.toml")


@pytest.mark.parametrize("text", [f"MINE_API_KEY = {CANARY}", f"MINE_API_KEY = ['{CANARY}']", "\x00", f'"{CANARY}'])
def test_a_broken_secrets_file_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    """A secrets file that is no TOML, or holds no text, is reported without its contents."""
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(text)
    with pytest.raises(SpecError, match=r"secrets\.toml") as caught:
        read_key(MINE, {}, secrets)
    assert "canary" not in str(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize(("provider", "raw"), [("deepseek", "sk-or-v1-0123"), ("openrouter", "sk-ant-0123")])
def test_another_companys_key_is_not_sent(tmp_path: Path, provider: str, raw: str) -> None:
    """A key that plainly belongs to another provider goes nowhere."""
    profile = Catalog.load(tmp_path / "none.toml").profile(provider)
    with pytest.raises(SpecError, match="another provider's key"):
        read_key(profile, {profile.key_env: raw}, None)


def test_a_key_shows_itself_only_on_request() -> None:
    """No text, format or pickle of a Key holds the secret."""
    key = Key(CANARY)
    assert CANARY not in f"{key} {key!r} {[key]}"
    with pytest.raises(TypeError):
        pickle.dumps(key)


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {CANARY}",
        "Incorrect API key: sk-ab***********wxyz",
        "Your api key: ****cdef is invalid",
        "Authorization: bearer abc.def",
        "key sk-proj-AbC_123-x used",
    ],
)
def test_what_looks_like_a_key_is_hidden(text: str) -> None:
    """This key, and whatever looks like one, is hidden in a text."""
    hidden = redact(text, Key(CANARY))
    assert "(hidden)" in hidden
    for secret in (CANARY, "wxyz", "cdef", "abc.def", "AbC_123"):
        assert secret not in hidden


def test_an_ordinary_text_is_left_alone() -> None:
    """A message without a key stays as it is."""
    text = "max_tokens is too high; ask-me keys are risk-free (sk-)"
    assert redact(text, Key(CANARY)) == text
