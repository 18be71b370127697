"""
The words of the dashboard, in English and Chinese (gettext catalogs under locale/).

The msgids are the English sentences. What a person or a model wrote never passes through here: it is shown as plain
text by the screens. After an edit of a catalog:
`python -m babel.messages.frontend compile -d dashboard/locale -D draftmill`.
"""

from __future__ import annotations

import gettext as gettext_module
import re
from functools import cache
from pathlib import Path

import streamlit as st

from engine import SpecError
from engine.kinds import chinese

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "draftmill"
LANGUAGES = {"English": "en", "中文": "zh"}
"""The switch's labels, the same in every language because the URL keeps them, and the catalog of each."""
LANGUAGE_KEY = "language"


def N_(msgid: str) -> str:
    """Mark a sentence of a constant table for the catalogs; `_` translates it when it is shown."""
    return msgid


def _(msgid: str, **values: object) -> str:
    """Say a sentence in the reader's language, its {names} filled in."""
    return say(language(), msgid, **values)


def plural(one: str, many: str, n: int, **values: object) -> str:
    """Say a sentence that counts; `n` is filled in with thousands separators."""
    sentence = catalog(language()).ngettext(one, many, n)
    return sentence.format(n=f"{n:,}", **values)


def say(lang: str, msgid: str, **values: object) -> str:
    """Say a sentence in the language named: the pure part of `_`."""
    own = chinese().get(msgid) if lang == "zh" else None  # the kinds bring their own words
    sentence = own or (catalog(lang).gettext(msgid) if msgid else "")
    return sentence.format(**values) if values else sentence


@cache
def catalog(lang: str) -> gettext_module.NullTranslations:
    """Load a compiled catalog; a language without one reads the msgids, which are English."""
    return gettext_module.translation(DOMAIN, LOCALE, languages=[lang], fallback=True)


def language() -> str:
    """The reader's language: what the switch says, else what the browser asks for."""
    if not st.runtime.exists():
        return "en"  # outside a page: a test or a script that lays out a draft
    return LANGUAGES.get(st.session_state.get(LANGUAGE_KEY) or "", "") or from_locale(st.context.locale)


def from_locale(locale: str | None) -> str:
    """Choose the catalog for a browser's locale such as "zh-TW": Chinese for Chinese, English for all others."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


def explain(error: SpecError) -> str:
    """Say how to fix a field in the reader's language; a way out that is not in the catalogs stays English."""
    for pattern, msgid in _WAYS_OUT:
        found = re.fullmatch(pattern, error.allowed)
        if found:
            return _(msgid, **found.groupdict())
    return error.allowed


# What engine/spec.py says, and the sentence that says it in the catalogs.
_WAYS_OUT = (
    (r"choose (?P<low>[\d.]+) to (?P<high>[\d.]+)", N_("Choose {low} to {high}.")),
    (r"choose at least one of 1 to 6", N_("Choose at least one level.")),
    (r"write at least one topic, one a line", N_("Write at least one topic, one a line.")),
    (r"the most is (?P<most>[\d,]+); split the run", N_("The most is {most}; split the run.")),
    (r"split the run; the most is (?P<most>[\d,]+)", N_("The most is {most} drafts; split the run.")),
    (
        r"line (?P<line>\d+) has (?P<length>[\d,]+) characters; the most is (?P<most>\d+)",
        N_("Line {line} has {length} characters; the most is {most}."),
    ),
    (
        r"line (?P<line>\d+) holds a control character; type the topic again",
        N_("Line {line} holds a control character; type the topic again."),
    ),
    (
        r"it stands on lines (?P<first>\d+) and (?P<line>\d+); take one out",
        N_("Lines {first} and {line} are the same topic; take one out."),
    ),
    (r"choose at least one preset or give a grid", N_("Choose at least one preset, or a grid.")),
    (r"give the grid at least one value", N_("Write at least one number.")),
    (r"write whole numbers with commas between them", N_("Write whole numbers with commas between them.")),
    (
        r"arms x trials may be (?P<most>[\d,]+); take fewer arms or trials",
        N_("Settings × trials may be {most} runs; take fewer of either."),
    ),
    (r"it has the same settings as '(?P<name>.+)'; take one out", N_("It is the same as {name}; take one out.")),
    (r"give at least one blank type a weight above 0", N_("Give at least one blank type a weight above 0.")),
    (
        r"give a low and a high number between (?P<low>\d+) and (?P<high>\d+)",
        N_("Give a low and a high number between {low} and {high}."),
    ),
)
