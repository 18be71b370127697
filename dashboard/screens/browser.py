"""
What a page keeps in the browser and says to it: its style, the language, cookies, the tab's title, notifications.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from dashboard.screens import person
from dashboard.text import LANGUAGE_COOKIE, language

_CODES = {"en": "en", "zh": "zh-CN"}
_SCRIPT, _STYLE = (Path(__file__).with_name(name).read_text("utf-8") for name in ("browser.js", "page.css"))
_component = st.components.v2.component("draftmill_browser", js=_SCRIPT)


def prepare() -> None:
    """Style the page, name its language for screen readers, and remember the language and the reviewer in cookies."""
    st.html(f"<style>{_STYLE}</style>")  # with the first words of the page: nothing moves when a script is loaded
    _script(lang=_CODES[language()], cookies={LANGUAGE_COOKIE: language(), **person.kept()})


def title(words: str) -> None:
    """Name the tab: "34 % - Run 3"."""
    st.set_page_config(page_title=f"{words} · Draftmill")


def _script(**data: str | Mapping[str, str]) -> None:
    _component(data=data, key="draftmill_browser")
