"""
The objects that all sessions of this process share (Store, Runner, Catalog), and the files of the pages.

They live in st.cache_resource and are closed when Streamlit releases them. Session state holds plain values only.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from dashboard.text import _, error_text
from engine import DraftmillError, Runner, SpecError, Store
from engine.profiles import Catalog, Profile, key_of

log = logging.getLogger(__name__)

WEBHOOK = "DRAFTMILL_WEBHOOK_URL"

T = TypeVar("T", Store, Runner)

LAUNCH = "screens/launch/page.py"
RUNS = "screens/runs/page.py"
COMPARE = "screens/compare/page.py"
REVIEW = "screens/review/page.py"
LIBRARY = "screens/library/page.py"
QUALITY = "screens/quality/page.py"
SPEND = "screens/spend/page.py"
HEALTH = "screens/health/page.py"
SETTINGS = "screens/settings/page.py"


@st.cache_resource(show_spinner=False, on_release=lambda store: store.close())
def store() -> Store:
    """
    The store of this process: DRAFTMILL_DATABASE (a URL) or the file in DRAFTMILL_HOME.

    Raises:
        StoreError: it cannot be opened.
    """
    return _kept(Store.open(None))


@st.cache_resource(show_spinner=False)
def shipped() -> Catalog:
    """The providers as they ship, with the user's own file, without edits made in the dashboard."""
    return Catalog.load()


def catalog() -> Catalog:
    """
    The providers, with the limits, prices and budgets that were saved in the dashboard.

    Raises:
        SpecError: the user's providers.toml cannot be read, or a saved setting is out of bounds.
    """
    return shipped().edited(store().profiles.all())


@st.cache_resource(show_spinner=False, on_release=lambda runner: runner.close())
def runner() -> Runner:
    """The one runner of this process: its daemon thread continues when tabs are closed."""
    return _kept(Runner(store(), shipped(), waits=True))


def start() -> None:
    """Start the runner before a page asks for it, if a webhook waits for what is left in the outbox."""
    if os.environ.get(WEBHOOK):
        try:
            runner()
        except DraftmillError as error:
            log.error("the webhook is off: %s", error, extra={"action": "webhook_off"})


def close(drain_s: float) -> None:
    """
    Pause this process's runs and close its store: the server ends.

    Args:
        drain_s: How long calls in flight are waited for.
    """
    for opened in reversed(_opened):
        if isinstance(opened, Runner):
            opened.close(drain_s)
        else:
            opened.close()


def _kept(opened: T) -> T:
    _opened.append(opened)
    return opened


_opened: list[Store | Runner] = []


@st.cache_resource(show_spinner=False)
def freeze_imports() -> bool:
    """
    Leave everything that is loaded by now out of garbage collections; once in a process.

    Streamlit collects after each run of a script. Visiting the objects of the imported packages took 120 ms each time,
    most of what a press of a key cost the server.
    """
    gc.collect()
    gc.freeze()
    return True


def key_problem(profile: Profile) -> SpecError | None:
    """The problem with a provider's key, never the key itself; an empty `value` means that none is set."""
    try:
        key_of(profile)
    except SpecError as error:
        return error
    return None


def start_problem(profile: Profile) -> SpecError | None:
    """The problem with a provider's key that keeps runs from starting; none where workers make the runs."""
    return key_problem(profile) if runner().needs_keys else None


@contextmanager
def telling() -> Iterator[None]:
    """Show the engine's error instead of a broken page. Used around each page and each fragment."""
    try:
        yield
    except DraftmillError as error:
        st.error(_("This part of the page cannot be shown. The reason and what to do:"), icon=":material/error:")
        st.code(error_text(error), language=None, wrap_lines=True)


def named(param: str) -> str | None:
    """
    The value of a query parameter, such as ?run=7.

    A page_link to the open page changes the server's query parameters but not the browser's address, so the address is
    written again whenever the value has changed since the last drawing.
    """
    value, key = st.query_params.get(param), f"named_{param}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value
        st.query_params.update({} if value is None else {param: value})
    return value
