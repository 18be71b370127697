"""
Sign-in with OpenID Connect if the secrets file has a table [auth] (docs/sign-in.md); else nobody must sign in.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.text import _, error_text
from engine import SpecError
from engine.profiles import check_sign_in
from engine.review import Reviewer

AUTH = "auth"
LONGEST_NAME = 80


def identity(user: Mapping[str, Any]) -> Reviewer | None:
    """
    Who has signed in.

    Args:
        user: The claims of the ID token, as st.user has them.

    Returns:
        Issuer and subject, such as "https://login.example.com 248289", with a name for people: the verified e-mail
        address, else the person's own name with a mark nobody else has. None if nobody has signed in, or the provider
        names no issuer (`iss`) or no subject (`sub`). An e-mail address counts only where `email_verified` is true;
        the free fields of an account name nobody.
    """
    issuer, subject = user.get("iss"), user.get("sub")
    if user.get("is_logged_in") is False or not issuer or not subject:
        return None
    key = f"{issuer} {subject}"
    if user.get("email") and user.get("email_verified") is True:
        return Reviewer(key, _one_line(user["email"]))
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    return Reviewer(key, f"{_one_line(user.get('name') or user.get('email') or '')} #{mark}".strip())


def _one_line(text: object) -> str:
    return "".join(char for char in str(text) if char.isprintable())[:LONGEST_NAME]


def is_on() -> bool:
    """Whether users must sign in; also if secrets.toml cannot be read, because it may require it."""
    return _is_required() or (_is_set_up() if st.secrets.load_if_toml_exists() else is_unreadable())


def is_unreadable() -> bool:
    """Whether there is a secrets.toml that Streamlit cannot read."""
    files = [Path(name) for name in st.get_option("secrets.files")]
    return any(file.exists() for file in files) and not st.secrets.load_if_toml_exists()


def may_in() -> bool:
    """Whether the page may be drawn. Draws the sign-in page if not, and the sign-out button if so."""
    if not is_on():
        return True
    if is_unreadable():
        st.error(_("`secrets.toml` cannot be read. Fix it and reload the page."))
        return False
    if not _is_set_up():
        st.error(_("A sign-in is required, but none is set up. Write it into secrets.toml and start Draftmill again."))
        return False
    if (problem := _problem()) is not None:
        st.error(error_text(problem))
        return False
    if not st.user.get("is_logged_in"):
        _ask()
        return False
    if reviewer() is None:
        st.error(_("Your sign-in provider does not say who you are (`iss` and `sub`). Sign in with another one."))
        st.button(_("Sign out"), on_click=st.logout, key="sign_out")
        return False
    with st.sidebar:
        st.caption(_("Signed in"))
        st.text(who())
        st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout, type="tertiary", key="sign_out")
    return True


def reviewer() -> Reviewer | None:
    """Who has signed in in this session; None without sign-in."""
    return identity(st.user) if _is_set_up() and st.user.get("is_logged_in") else None


def who() -> str:
    """The name to show of whoever has signed in; empty without sign-in."""
    signed_in = reviewer()
    return signed_in.name if signed_in else ""


def _is_required() -> bool:
    """Whether `draftmill --require-sign-in` started this server."""
    return os.environ.get("DRAFTMILL_REQUIRE_SIGN_IN", "") not in ("", "0")


def _is_set_up() -> bool:
    return st.secrets.load_if_toml_exists() and AUTH in st.secrets


def _problem() -> SpecError | None:
    try:
        check_sign_in(st.secrets[AUTH])
    except SpecError as error:
        return error
    return None


def _ask() -> None:
    st.title(_("Sign in"))
    if find_spec("authlib") is None:
        st.error(_("Sign-in is set up, but its package is missing. Install it: pip install 'draftmill[auth]'"))
        return
    st.caption(_("Sign in to use this Draftmill."))
    for provider in _providers():
        words = _("Sign in with {provider}", provider=provider) if provider else _("Sign in")
        st.button(words, icon=":material/login:", on_click=_login, args=(provider,), key=f"sign_in_{provider}")


def _login(provider: str) -> None:
    st.login(provider or None)


def _providers() -> list[str]:
    """The names of the [auth.name] tables, or one empty name; all other fields have a _ in their names."""
    return [str(name) for name in st.secrets[AUTH] if "_" not in name] or [""]
