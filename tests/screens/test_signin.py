"""Sign-in: where it is set up nothing is shown before it; where it is not, nobody notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import signin
from tests.screens.conftest import APP, Page
from tests.waiting import PATIENCE_S

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "not-a-real-secret, and long enough to be one",
    "client_id": "id",
    "client_secret": "not-a-real-secret",
    "server_metadata_url": "https://login.example.com/.well-known/openid-configuration",
    "client_kwargs": {"prompt": "login"},
}


def opened(**auth: object) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=PATIENCE_S)
    test.secrets["auth"] = {**AUTH, **auth}
    return test.run()


def test_without_sign_in_everybody_may_in(page: Page) -> None:
    """No [auth] table: the pages are drawn and the reviewer has no name."""
    assert page().title[0].value == "Launch"
    assert not signin.is_on() and signin.who() == ""


def test_nothing_is_shown_before_sign_in() -> None:
    """With an [auth] table the page asks who it is and draws nothing else: no form, no navigation."""
    test = opened()
    assert not test.exception
    assert [title.value for title in test.title] == ["Sign in"]
    assert not test.text_area and not test.number_input


def test_each_provider_has_its_button() -> None:
    """Named providers are offered by name; the shared fields are none."""
    provider = {"client_id": "id", "client_secret": "no", "server_metadata_url": "https://login.example.com"}
    assert [button.label for button in opened(google=provider, okta=provider).button] == [
        "Sign in with google",
        "Sign in with okta",
    ]
    assert [button.label for button in opened().button] == ["Sign in"]


def test_a_broken_secrets_file_opens_no_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secrets.toml that cannot be read may set sign-in up: the doors stay shut and the page says what to fix."""
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("[auth\nbroken")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("streamlit.config._main_script_path", None)
    test = AppTest.from_file(str(APP), default_timeout=PATIENCE_S)
    test.run()
    assert "cannot be read" in test.error[0].value and not test.title


@pytest.mark.parametrize("secret", ["...", "", "x" * 31, None])
def test_a_short_cookie_secret_opens_no_door(secret: str | None) -> None:
    """Whoever guesses the cookie_secret can be anybody: the placeholder, and all under 32 characters, are refused."""
    test = opened(cookie_secret=secret)
    assert "cookie_secret" in test.error[0].value and "at least 32" in test.error[0].value
    assert "x" * 31 not in test.error[0].value and not test.title and not test.button


ADA = {"iss": "https://login.example.com", "sub": "248289", "email": "ada@example.com", "name": "Ada"}


def test_a_reviewer_is_issuer_and_subject() -> None:
    """The identity is what the provider signs and the person cannot choose."""
    assert signin.identity(ADA).id == "https://login.example.com 248289"  # type: ignore[union-attr]
    assert signin.identity({**ADA, "iss": "https://other.example.com"}) != signin.identity(ADA)
    assert signin.identity({"is_logged_in": False}) is None


@pytest.mark.parametrize("missing", ["iss", "sub"])
def test_without_issuer_or_subject_nobody_is_known(missing: str) -> None:
    """A provider that does not say who somebody is signs nobody in."""
    assert signin.identity({**ADA, "email_verified": True, missing: ""}) is None


@pytest.mark.parametrize("verified", [None, False, "false", "true", 1])
def test_an_unverified_address_names_nobody(verified: object) -> None:
    """An e-mail address is a name only where the provider has verified it; any other name bears the account's mark."""
    known = signin.identity({**ADA, "email_verified": True})
    posing = signin.identity({**ADA, "sub": "666", "email_verified": verified, "name": "ada@example.com"})
    assert known is not None and posing is not None
    assert known.name == "ada@example.com" != posing.name and known.id != posing.id
    assert posing.name.startswith("ada@example.com #")


def test_two_accounts_of_one_name_are_told_apart() -> None:
    """A free name is not an identity; what does not print is left out of it."""
    names = {signin.identity({**ADA, "sub": sub, "name": "A\u202eda\n"}).name for sub in ("1", "2")}  # type: ignore[union-attr]
    assert len(names) == 2 and all(name.startswith("Ada #") for name in names)


def test_a_required_sign_in_that_is_not_set_up_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If [auth] is taken away from a server that must have it, the pages close instead of opening to everybody."""
    monkeypatch.setenv("DRAFTMILL_REQUIRE_SIGN_IN", "1")
    test = AppTest.from_file(str(APP), default_timeout=PATIENCE_S).run()
    assert "sign-in is required" in test.error[0].value and not test.title
    assert signin.is_on()
