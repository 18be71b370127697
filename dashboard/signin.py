"""
Sign-in with OpenID Connect if .streamlit/secrets.toml has an [auth] table (docs/sign-in.md); else nobody must sign in.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import streamlit as st

from dashboard.text import _

AUTH = "auth"


def is_on() -> bool:
    """Whether users must sign in; also if secrets.toml cannot be read, because it may require it."""
    return AUTH in st.secrets if st.secrets.load_if_toml_exists() else is_unreadable()


def is_unreadable() -> bool:
    """Whether there is a secrets.toml that Streamlit cannot read."""
    files = [Path(name) for name in st.get_option("secrets.files")]
    return any(file.exists() for file in files) and not st.secrets.load_if_toml_exists()


def may_in() -> bool:
    """Whether the page may be drawn. Draws the sign-in page if not, and the sign-out button if so."""
    if not is_on():
        return True
    if is_unreadable():
        st.error(_("`.streamlit/secrets.toml` cannot be read. Fix it and reload the page."))
        return False
    if not st.user.get("is_logged_in"):
        _ask()
        return False
    with st.sidebar:
        st.caption(_("Signed in"))
        st.text(who())
        st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout, type="tertiary", key="sign_out")
    return True


def who() -> str:
    """The reviewer's name for the rows; empty without sign-in."""
    if not is_on() or is_unreadable() or not st.user.get("is_logged_in"):
        return ""
    return str(st.user.get("email") or st.user.get("name") or st.user.get("sub") or "")[:200]


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
