"""
The languages that hints, explanations and translations may be in: BCP-47 tags of languages that CLDR knows.

A tag is kept in its usual spelling (pt-BR, zh-Hant). CLDR's names come with babel, which is read on first use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_args

from engine.errors import SpecError
from engine.spec.bounds import Lang

if TYPE_CHECKING:
    from babel import Locale

OFFERED = ("en", "ja", "zh", "ko", "vi", "id", "th", "es", "pt-BR", "fr", "de", "it", "ru", "uk", "ar", "hi", "tr")
"""What a form lists; any other may be typed."""
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?")
_PROMPT: Mapping[str, str] = {"en": "English", "ja": "Japanese", "zh": "Chinese (simplified)"}


def language_tag(field: str, given: object) -> str:
    """
    The usual spelling of a language's tag.

    Args:
        field: Of a form, for the error.
        given: A tag in any case, or the name of a language in English or Chinese.

    Raises:
        SpecError: it is no tag, or names a language, a script or a region that CLDR does not know.
    """
    text = str(given).strip() if isinstance(given, str) else ""
    if text in _PROMPT:
        return text
    if tag := _spelled(text) or _tags_by_name().get(text.casefold()):
        return tag
    near = get_close_matches(text.casefold(), _tags_by_name(), 1, 0.75)
    if near:
        raise SpecError(field, given, "language_near", name=near[0], tag=_tags_by_name()[near[0]])
    raise SpecError(field, given, "language_known")


@lru_cache(maxsize=1_000)
def language_name(tag: str, reader: str = "en") -> str:
    """What a language is called in the reader's language: "German", "Portuguese (Brazil)"; an unknown tag is itself."""
    locale = _locale(reader)
    if whole := locale.languages.get(tag.replace("-", "_")):
        return str(whole)
    found = _TAG.fullmatch(tag)
    if found is None or found[1] not in locale.languages:
        return tag
    more = [locale.scripts.get(found[2] or "", ""), locale.territories.get(found[3] or "", "")]
    inside = ", ".join(filter(None, more))
    return f"{locale.languages[found[1]]} ({inside})" if inside else str(locale.languages[found[1]])


def language_field(options: Any, name: str) -> None:
    """
    Write the language of a field of frozen options in its usual spelling; None stays.

    Raises:
        SpecError: as `language_tag`.
    """
    given = getattr(options, name)
    if given is not None:
        object.__setattr__(options, name, language_tag(name, given))


def prompt_name(tag: str) -> str:
    """What a language is called in a prompt."""
    return _PROMPT.get(tag) or language_name(tag)


def checked_as(tag: str) -> Lang | None:
    """The language whose check tells whether a text is in a language; None: there is no check."""
    base = tag.partition("-")[0]
    return next((lang for lang in get_args(Lang) if lang == base), None)


def unchecked(options: Any) -> tuple[str, ...]:
    """The languages that the options of a kind name and that nothing checks."""
    named = (getattr(options, name, None) for name in ("explain_in", "translate_to"))
    return tuple(dict.fromkeys(tag for tag in named if tag and checked_as(tag) is None))


def _spelled(text: str) -> str:
    """A tag in its usual spelling; "" where it is none, or a part of it is not known."""
    found = _TAG.fullmatch(text)
    if found is None:
        return ""
    base, script, region = found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()
    locale = _locale("en")
    known = base in locale.languages and (not script or script in locale.scripts)
    if not known or (region and region not in locale.territories):
        return ""
    return "-".join(filter(None, (base, script, region)))


@cache
def _tags_by_name() -> dict[str, str]:
    """Tags by the names of languages in English and Chinese, in lower case."""
    listed = [(str(name).casefold(), tag) for reader in ("zh", "en") for tag, name in _locale(reader).languages.items()]
    return {name: tag.replace("_", "-") for name, tag in listed}


@cache
def _locale(reader: str) -> Locale:
    from babel import Locale  # read on first use: 0.1 s

    return Locale(reader)
