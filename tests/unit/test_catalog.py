"""Tests of providers.catalog, providers.profile and providers.addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import SpecError
from engine.providers import Catalog, Limits, Price, Profile, adjusted
from engine.providers.addresses import check_base_url


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """The built-in profiles alone."""
    return Catalog.load(tmp_path / "missing.toml")


def loaded(tmp_path: Path, text: str) -> Catalog:
    file = tmp_path / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return Catalog.load(file)


def test_practice_comes_first_and_needs_no_key(catalog: Catalog) -> None:
    """The built-in provider is the first, asks for no key and has play-money prices."""
    practice = catalog.profile(catalog.names()[0])
    assert (practice.name, practice.key_env, practice.max_concurrency) == ("practice", "", 256)
    fast, strong, small = Price(0.15, 0.60), Price(0.60, 2.40), Price(0.05, 0.20)
    assert practice.prices == {"practice-fast": fast, "practice-strong": strong, "practice-small": small}


@pytest.mark.parametrize(("name", "rpm", "json_mode"), [("openrouter", 60, "schema"), ("deepseek", 30, "object")])
def test_the_guides_limits_ship(catalog: Catalog, name: str, rpm: int, json_mode: str) -> None:
    """The two paid providers ship with the guide's limits and a price for their default model."""
    profile = catalog.profile(name)
    assert profile.limits.rpm == rpm and profile.json_mode == json_mode
    assert profile.default_model in profile.models and profile.default_model in profile.prices


def test_deepseek_does_not_think(catalog: Catalog) -> None:
    """DeepSeek's thinking, on by default and billed, is switched off."""
    assert catalog.profile("deepseek").extra_body == {"thinking": {"type": "disabled"}}


def test_an_unknown_provider_names_the_known(catalog: Catalog) -> None:
    """A provider nobody knows is refused with the list of the known."""
    with pytest.raises(SpecError, match="practice, openrouter, deepseek, custom"):
        catalog.profile("openai")


def test_the_default_file_lies_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path the user's file is providers.toml in DRAFTMILL_HOME."""
    (tmp_path / "providers.toml").write_text("[deepseek.limits]\nrpm = 7\n")
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path))
    assert Catalog.load().profile("deepseek").limits.rpm == 7


def test_a_users_file_changes_only_what_it_says(tmp_path: Path, catalog: Catalog) -> None:
    """A field in the user's file replaces that field and no other."""
    text = "[openrouter.limits]\nrpm = 600\n[openrouter.prices.other]\ninput_usd = 1\noutput_usd = 2\n"
    was, now = catalog.profile("openrouter"), loaded(tmp_path, text).profile("openrouter")
    assert now.limits == Limits(rpm=600) and now.base_url == was.base_url
    assert now.prices == {**was.prices, "other": Price(1, 2)}


def test_a_user_may_add_a_provider(tmp_path: Path) -> None:
    """A new table is a new provider; the byte order mark of a Windows editor is no matter."""
    text = '\ufeff[mine]\nbase_url = "http://localhost:8000/v1/"\nmodels = ["a"]\n[mine.limits]\nshape = "even"\n'
    catalog = loaded(tmp_path, text)
    assert catalog.names()[-1] == "mine" and catalog.profile("mine").models == ("a",)
    assert catalog.profile("mine").limits.shape == "even"


def test_another_host_in_the_file_drops_the_prices(tmp_path: Path) -> None:
    """A paid provider pointed elsewhere in the file keeps only the prices the file gives."""
    text = '[deepseek]\nbase_url = "https://api.example.com"\n[deepseek.prices.m]\ninput_usd = 1\n'
    assert loaded(tmp_path, text).profile("deepseek").prices == {"m": Price(1, 0)}


WRONG_FILES = [
    ("[mine", "not TOML.*fix it at its end"),
    ("[mine]\nlabel = x", "not TOML.*fix it in line 2"),
    ("mine = 3", r"providers.toml: mine is 3; write a table: \[mine\]"),
    ("[mine]\nrpm = 3", r"\[mine\] field is 'rpm'; known are base_url"),
    ("[mine]\nlabel = 'x'", r"\[mine\] base_url is empty; a new provider needs its address"),
    ("[Mine]\nbase_url = 'https://a.example.com'", r"\[Mine\] name is 'Mine'; use small letters"),
    ("[deepseek]\nbase_url = 3", r"\[deepseek\] base_url is 3; write it like https://"),
    ("[deepseek]\nbase_url = 'http://a.example.com'", r"base_url is 'http://a.example.com'; use https"),
    ("[deepseek]\nkey_env = 'sk-abc'", r"key_env is '\(hidden\)'; give the NAME"),
    ("[deepseek]\nlabel = 3", r"label is 3; write one line"),
    ("[deepseek]\nmodels = 'one'", r"models is 'one'; write a list"),
    ("[deepseek]\nmodels = [3]", r"models is 3; write one line"),
    ("[deepseek]\njson_mode = 'xml'", r"json_mode is 'xml'; choose schema, object or none"),
    ("[deepseek]\nmax_concurrency = 999", r"max_concurrency is 999; choose 1 to 256"),
    ("[deepseek]\ndeadline_s = 0", r"deadline_s is 0; choose 0.1 to 3600"),
    ("[deepseek]\ndeadline_s = nan", r"deadline_s is nan; choose 0.1 to 3600"),
    ("[deepseek]\nrequire_parameters = 1", r"require_parameters is 1; write true or false"),
    ("[deepseek]\nlimits = 3", r"limits is 3; write it as a table"),
    ("[deepseek.limits]\nrps = 3", r"limits is 'rps'; known are rpm"),
    ("[deepseek.limits]\nrpm = -1", r"rpm is -1; choose 0 to"),
    ("[deepseek.limits]\nshape = 'odd'", r"shape is 'odd'; choose window or even"),
    ("[deepseek.prices]\nm = 3", r"prices is 3; write it as a table"),
    ("[deepseek.prices.m]\nin = 3", r"prices is 'in'; known are input_usd"),
    ("[deepseek.prices.m]\ninput_usd = -1", r"input_usd is -1; choose 0 to"),
    ("[deepseek.prices.m]\ncached_usd = 'free'", r"cached_usd is 'free'; choose 0 to"),
    ("[deepseek.extra_body]\nstream = true", r"extra_body is 'stream'; take it out"),
    ("[deepseek.extra_body]\nwhen = 2026-01-01", r"extra_body is .*; use only what JSON knows"),
    ("[deepseek.headers]\nAuthorization = 'x'", r"headers is 'Authorization'; take it out"),
    ("[deepseek.headers]\nHost = 'x'", r"headers is 'Host'; choose another name"),
    ("[deepseek.headers]\n'X Y' = 'x'", r"headers is 'X Y'; choose another name"),
    ('[deepseek.headers]\nX-Y = "a\\r\\nb"', r"headers is 'X-Y'; give it a text of plain ASCII"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_FILES)
def test_a_wrong_file_says_where_and_what_to_do(tmp_path: Path, text: str, message: str) -> None:
    """Every fault in the file names the file, the table, the field, the value and what to do."""
    with pytest.raises(SpecError, match=message) as caught:
        loaded(tmp_path, text)
    assert "providers.toml" in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder or a picture in the file's place is reported, not raised raw."""
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff")
    for path in (tmp_path, tmp_path / "picture.toml"):
        with pytest.raises(SpecError, match="readable UTF-8 text file"):
            Catalog.load(path)


@pytest.mark.parametrize(
    "address",
    [
        "https://openrouter.ai/api/v1",
        "https://api.example.com:8443",
        "http://127.0.0.1:8000/v1",
        "http://localhost:8000",
        "http://[::1]:8000",
        "http://127.9.9.9",
        "https://8.8.8.8/v1",
    ],
)
def test_a_proper_address_is_taken_without_its_last_slash(address: str) -> None:
    """https goes anywhere public, http to this machine; slashes at the end do not count."""
    assert check_base_url(f"{address}/") == address


@pytest.mark.parametrize(
    ("address", "way_out"),
    [
        ("", "write it like"),
        ("openrouter.ai/api/v1", "write it like"),
        ("ftp://example.com", "write it like"),
        ("file:///etc/passwd", "write it like"),
        ("javascript:alert(1)", "write it like"),
        ("https://", "write it like"),
        ("https://example.com:99999", "write it like"),
        ("https://[::1", "write it like"),
        ("https://exa mple.com", "odd characters"),
        ("https://example.com/\nX: y", "odd characters"),
        ("https://exаmple.com", "odd characters"),
        ("https://" + "a" * 64 + ".com", "no host name"),
        ("https://a..example.com", "no host name"),
        ("http://example.com", "use https"),
        ("http://10.0.0.5:8000", "use https"),
        ("http://localhost.example.com", "use https"),
        ("http://2130706433", "use https"),
        ("https://10.0.0.5/v1", "private address"),
        ("https://169.254.169.254/latest", "private address"),
        ("https://0.0.0.0", "private address"),
        ("https://[fd00::1]", "private address"),
        ("https://[::ffff:10.0.0.5]", "private address"),
        ("https://[::10.0.0.5]", "private address"),
        ("https://[64:ff9b::10.0.0.5]", "private address"),
        ("https://[64:ff9b:1::10.0.0.5]", "private address"),
        ("https://[64:ff9b::169.254.169.254]", "private address"),
        ("https://[64:ff9b::127.0.0.1]", "private address"),
        ("http://[64:ff9b::127.0.0.1]", "use https"),
        ("https://[2002:a00:5::1]", "private address"),
        ("https://[2002:7f00:1::1]", "private address"),
        ("https://[2001:0:4136:e378:8000:63bf:f5ff:fffa]", "private address"),
        ("https://2130706433", "in full"),
        ("https://0x7f.1", "in full"),
        ("https://127.1", "in full"),
        ("https://user:pass@example.com", "take the user name and the password out"),
        ("https://example.com?key=pass", r"take out what follows"),
        ("https://example.com#pass", r"take out what follows"),
        ("https://example.com/v1/chat/completions", "leave /chat/completions out"),
        ("https://" + "a." * 200 + "com", "write it like"),
    ],
)
def test_an_improper_address_is_refused(address: str, way_out: str) -> None:
    """Any other address is refused with advice, and no part of it that may be secret is shown."""
    with pytest.raises(SpecError, match=way_out) as caught:
        check_base_url(address)
    assert caught.value.field == "base_url" and "pass@" not in str(caught.value) and "=pass" not in str(caught.value)


def test_adjusting_changes_one_profile_only(catalog: Catalog) -> None:
    """A profile set for one run leaves the catalog as it was."""
    was = catalog.profile("deepseek")
    now = adjusted(was, model="new", rpm=0, tpm=9, max_in_flight=2, window_s=1.0, shape="even", deadline_s=5)
    assert now.limits == Limits(0, 9, 2, "even", 1.0) and now.deadline_s == 5
    assert now.default_model == "new" and "new" in now.models and now.prices == was.prices
    assert catalog.profile("deepseek") is was and adjusted(was) == was


@pytest.mark.parametrize(("name", "kept"), [("deepseek", False), ("practice", True)])
def test_another_host_drops_the_prices_of_a_paid_provider(catalog: Catalog, name: str, kept: bool) -> None:
    """Nobody knows what another host charges; play money stays."""
    moved = adjusted(catalog.profile(name), base_url="http://127.0.0.1:9/v1")
    assert moved.base_url == "http://127.0.0.1:9/v1" and bool(moved.prices) is kept


def test_another_path_on_the_same_host_keeps_the_prices(catalog: Catalog) -> None:
    """The same host charges the same."""
    moved = adjusted(catalog.profile("deepseek"), base_url="https://api.deepseek.com/beta/")
    assert moved.prices and moved.base_url == "https://api.deepseek.com/beta"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "http://example.com"),
        ("key_env", "not a name"),
        ("rpm", -1),
        ("rpm", True),
        ("tpm", 1.5),
        ("max_in_flight", -3),
        ("window_s", 0.0),
        ("shape", "round"),
        ("deadline_s", -1.0),
        ("deadline_s", float("inf")),
    ],
)
def test_an_adjustment_out_of_bounds_is_refused(catalog: Catalog, field: str, value: Any) -> None:
    """Each field is checked for one run as it is in the file."""
    with pytest.raises(SpecError) as caught:
        adjusted(catalog.profile("deepseek"), **{field: value})
    assert caught.value.field == field


def test_a_profile_checks_itself() -> None:
    """However a profile is made, its fields are within bounds."""
    with pytest.raises(SpecError, match="max_concurrency"):
        Profile("mine", "https://api.example.com", max_concurrency=0)


NESTED = [
    "x = " + "[" * 100_000,
    "[mine]\nbase_url = 'https://api.example.com'\nextra_body = " + "{a = " * 5_000 + "1" + "}" * 5_000,
    "[mine]\nbase_url = 'https://api.example.com'\nextra_body." + "a." * 5_000 + "a = 1",
    "a." * 5_000 + "a = 1",
    "mine.prices." + "a." * 5_000 + "a = 1",
]


@pytest.mark.parametrize("text", NESTED, ids=["lists", "tables", "a field", "a profile", "prices"])
def test_a_deeply_nested_file_is_one_line(tmp_path: Path, text: str) -> None:
    """Whatever is nested in the user's file, the error is one short line that names the file."""
    file = tmp_path / "providers.toml"
    file.write_text(text)
    with pytest.raises(SpecError, match=r"providers\.toml") as caught:
        Catalog.load(file)
    assert len(str(caught.value)) < 600 and "\n" not in str(caught.value)
