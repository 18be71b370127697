"""
Who reviews: the person who has signed in, else the one whose name this browser keeps in a cookie.

The cookie holds a random id beside the name, so two people of one name are two reviewers. It proves nothing: without
sign-in everybody who reaches this address is trusted.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote, unquote

import streamlit as st

from dashboard import signin
from engine.review import Reviewer

COOKIE = "draftmill_reviewer"
LONGEST_NAME = 80
_KEY = "reviewer_cookie"
_SHAPE = re.compile(r"([0-9a-f]{32})(?:\.(.{0,1000}))?")


def me() -> Reviewer:
    """The reviewer of this session."""
    return signin.reviewer() or reviewer_of(cookie())


def cookie() -> str:
    """The cookie this browser should keep; a new one where it has none that is valid."""
    if _KEY not in st.session_state:
        kept = from_browser(COOKIE)
        st.session_state[_KEY] = kept if _SHAPE.fullmatch(kept) else secrets.token_hex(16)
    return str(st.session_state[_KEY])


def kept() -> dict[str, str]:
    """The cookie by its name, once this person was asked for a name."""
    return {COOKIE: cookie()} if "." in cookie() else {}


def from_browser(name: str) -> str:
    """A cookie as the browser had it when it connected; empty: it has none."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) else ""


def is_unnamed() -> bool:
    """Whether this person has neither signed in nor been asked for a name."""
    return signin.reviewer() is None and "." not in cookie()


def chosen_name() -> str:
    """The name that the person of this browser has given; empty: none."""
    return unquote(cookie().partition(".")[2])


def rename(name: str) -> None:
    """Keep a name for the person of this browser; an empty one is an answer too, and is not asked for again."""
    plain = "".join(char for char in name.strip() if char.isprintable())[:LONGEST_NAME]
    st.session_state[_KEY] = f"{cookie().partition('.')[0]}.{quote(plain, safe='')}"


def reviewer_of(kept: str) -> Reviewer:
    """The reviewer a cookie names: its random id, and the name or a short form of the id."""
    found = _SHAPE.fullmatch(kept)
    key, name = (found[1], unquote(found[2] or "")) if found else ("", "")
    return Reviewer(f"browser {key}", name[:LONGEST_NAME] or f"reviewer-{key[:8]}")
