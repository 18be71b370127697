"""
What all sessions of this process share: one Store, one Runner, one Catalog; and where the pages are.

They live in st.cache_resource and are closed when Streamlit releases them. Session state holds plain values only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.text import _
from engine import DraftmillError, Runner, SpecError, Store
from engine.profiles import Catalog, Profile, key_of

LAUNCH = "screens/launch/page.py"
RUNS = "screens/runs/page.py"
COMPARE = "screens/compare/page.py"
REVIEW = "screens/review/page.py"
HEALTH = "screens/health/page.py"


@st.cache_resource(show_spinner=False, on_release=lambda store: store.close())
def store() -> Store:
    """
    The store of this process: DRAFTMILL_DATABASE (a URL) or the file in DRAFTMILL_HOME.

    Raises:
        StoreError: it cannot be opened.
    """
    return Store.open(None)


@st.cache_resource(show_spinner=False)
def shipped() -> Catalog:
    """The providers as they ship, with the user's own file: before anything was edited here."""
    return Catalog.load()


def catalog() -> Catalog:
    """
    The providers this process knows, with the limits that were kept from a run.

    Raises:
        SpecError: the user's providers.toml cannot be read, or a setting that was kept is out of bounds.
    """
    return shipped().edited(store().profiles.all())


@st.cache_resource(show_spinner=False, on_release=lambda runner: runner.close())
def runner() -> Runner:
    """The one runner: its daemon thread works on, whatever the tabs do."""
    return Runner(store(), shipped(), waits=True)


def key_problem(profile: Profile) -> SpecError | None:
    """What is wrong with a provider's key; an empty `value` means that none is set. The key itself is never told."""
    try:
        key_of(profile)
    except SpecError as error:
        return error
    return None


@contextmanager
def telling() -> Iterator[None]:
    """Show what the engine says instead of a broken page: around a page and around every fragment."""
    try:
        yield
    except DraftmillError as error:
        st.error(_("This part of the page cannot be shown. Why, and the way out:"), icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)


def named(param: str) -> str | None:
    """
    What the address names, such as ?run=7.

    A page_link to the page that is already open changes what the server is told and leaves the browser's address as it
    is; so the address is written anew whenever it names something else than at the last drawing.
    """
    value, key = st.query_params.get(param), f"named_{param}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value
        st.query_params.update({} if value is None else {param: value})
    return value
