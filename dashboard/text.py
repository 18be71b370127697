"""
The words of the dashboard, in English and Chinese (gettext catalogs under locale/).

The msgids are the English sentences: those of the screens in the domain draftmill, the templates of the engine's
messages (engine.messages) in the domain engine. What a person or a model wrote never passes through here: the screens
show it as plain text. After an edit of a catalog:
`python -m babel.messages.frontend compile -d dashboard/locale -D "draftmill engine"`.
"""

from __future__ import annotations

import gettext as gettext_module
import re
from collections.abc import Mapping
from functools import cache, reduce
from pathlib import Path

import streamlit as st

from engine import DraftmillError, SpecError
from engine.kinds import chinese
from engine.messages import TEMPLATES, Message, as_text
from engine.reports import Flag

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "draftmill"
ENGINE_DOMAIN = "engine"
LANGUAGES = {"en": "English", "zh": "中文"}
"""The catalogs, and the name of each language in itself."""
LANGUAGE_KEY = "language"
"""The session's language, and the query parameter of a link that carries one."""
LANGUAGE_COOKIE = "draftmill_language"
_GAP = re.compile(r"(?<=[一-鿿。，；：、）”])(\**) (\**)(?=[一-鿿（“])")


def N_(msgid: str) -> str:
    """Mark a sentence of a constant table for the catalogs; `_` translates it when it is shown."""
    return msgid


def _(msgid: str, **values: object) -> str:
    """Say a sentence in the reader's language, its {names} filled in."""
    return say(language(), msgid, **values)


def sentences(*parts: str) -> str:
    """Several sentences after each other: Chinese has no space between them."""
    return reduce(lambda first, second: _("{first} {second}", first=first, second=second), filter(None, parts))


def plural(one: str, many: str, n: int, **values: object) -> str:
    """Say a sentence that counts; `n` is filled in with thousands separators."""
    sentence = catalog(language()).ngettext(one, many, n)
    return _tight(language(), sentence.format(n=f"{n:,}", **values))


def say(lang: str, msgid: str, **values: object) -> str:
    """Say a sentence in the language named: the pure part of `_`."""
    own = chinese().get(msgid) if lang == "zh" else None  # the kinds bring their own words
    sentence = own or (catalog(lang).gettext(msgid) if msgid else "")
    return _tight(lang, sentence.format(**values)) if values else sentence


def _tight(lang: str, text: str) -> str:
    """Take out the space between two Chinese characters: a template has it for names in Latin letters."""
    return _GAP.sub(r"\1\2", text) if lang == "zh" else text


@cache
def catalog(lang: str, domain: str = DOMAIN) -> gettext_module.NullTranslations:
    """Load a compiled catalog; a language without one reads the msgids, which are English."""
    return gettext_module.translation(domain, LOCALE, languages=[lang], fallback=True)


def language() -> str:
    """The reader's language: what the switch says, else a link's, else the browser's last choice, else its locale."""
    if not st.runtime.exists():
        return "en"  # outside a page: a test or a script that lays out a draft
    given = (st.session_state.get(LANGUAGE_KEY), _linked(), st.context.cookies.get(LANGUAGE_COOKIE))
    return next((code for code in given if code in LANGUAGES), from_locale(st.context.locale))


def _linked() -> str | None:
    """The language that a link carries; older links name it in itself."""
    given = st.query_params.get(LANGUAGE_KEY)
    return next((code for code, name in LANGUAGES.items() if given == name), given)


def from_locale(locale: str | None) -> str:
    """Choose the catalog for a browser's locale such as "zh-TW": Chinese for Chinese, English for all others."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


def message_text(message: Message, lang: str | None = None) -> str:
    """The text of an engine's message in the reader's language, or in the language given."""
    chosen = lang or language()
    return _tight(chosen, as_text(message, templates(chosen)))


def flag_text(flag: Flag) -> str:
    """The text of a flag in the reader's language; a flag of an older row has only its English text."""
    template = TEMPLATES.get(flag.message.code, "")
    return message_text(flag.message) if template and (flag.values or "{" not in template) else flag.detail


def error_text(error: DraftmillError) -> str:
    """What went wrong and what to do, in the reader's language."""
    return message_text(error.message)


def explain(error: SpecError) -> str:
    """What to do about a field, as a sentence in the reader's language."""
    fix = message_text(error.fix)
    return message_text(Message("sentence", {"text": fix[:1].upper() + fix[1:]}))


def templates(lang: str) -> Mapping[str, str]:
    """Code to template of every message of the engine: from the catalog, and from the kinds' own translations."""
    return _templates(lang, len(TEMPLATES))


@cache
def _templates(lang: str, _known: int) -> Mapping[str, str]:
    translated, own = catalog(lang, ENGINE_DOMAIN), chinese() if lang == "zh" else {}
    return {code: own.get(template) or translated.gettext(template) for code, template in TEMPLATES.items()}
