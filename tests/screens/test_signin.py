"""Sign-in: where it is set up nothing is shown before it; where it is not, nobody notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import signin
from tests.screens.conftest import APP, Page

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "not-a-real-secret",
    "client_id": "id",
    "client_secret": "not-a-real-secret",
    "server_metadata_url": "https://login.example.com/.well-known/openid-configuration",
    "client_kwargs": {"prompt": "login"},
}


def opened(**auth: object) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=30)
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
    test = AppTest.from_file(str(APP), default_timeout=30)
    test.run()
    assert "cannot be read" in test.error[0].value and not test.title
