"""
What a run uses of the library: a style note, target words, known words.
"""

from __future__ import annotations

import streamlit as st

from dashboard import forms, shared
from dashboard.screens.form.fields import Errors, errors_beside
from dashboard.screens.form.state import KEEP, Form
from dashboard.text import _, plural
from engine import SpecError
from engine.kinds import kind_of, words_in
from engine.review import MATERIAL, Shelf, find_words


def material_fields(form: Form, errors: Errors, n: int) -> None:
    """The choices, folded away until something is chosen; each names a version."""
    values = form.values()
    used = any(values[name] for name in ("style", "words", "known_words"))
    with st.expander(_("Style and words"), icon=":material/local_library:", expanded=used or bool(_named(errors))):
        kind, lang = str(values["kind"]), str(values["lang"])
        style, words, known = st.columns(3)
        with style:
            _choice(form, "style", _("Style note"), Shelf("style", "", lang, kind), errors)
        with words:
            _choice(form, "words", _("Target words"), Shelf("words", "", lang), errors)
        with known:
            _choice(form, "known_words", _("Known words"), Shelf("words", "", lang), errors)
        if values["words"]:
            _target(form, errors, n, kind)
        st.page_link(shared.LIBRARY, label=_("Open the library"), icon=":material/local_library:")


def _named(errors: Errors) -> list[str]:
    return [error.field for error in errors if error.field in (*MATERIAL, "example")]


def _choice(form: Form, field: str, title: str, shelf: Shelf, errors: Errors) -> None:
    refs = shared.store().library.refs(shelf.what, shelf.lang, shelf.kind)
    current = str(form.values()[field] or "")
    others = [current] if current and current not in refs else []
    st.selectbox(
        title,
        ["", *refs, *others],
        format_func=lambda ref: ref or _("none"),
        key=form.key(field),
        **KEEP,
    )
    errors_beside(errors, field, *(["example"] if field == "style" else []))


def _target(form: Form, errors: Errors, n: int, kind: str) -> None:
    """How many words a draft uses, and whether they are its blanks; says when some words come too short."""
    count, blank = st.columns(2, vertical_alignment="bottom")
    with count:
        st.number_input(_("Target words per draft"), step=1, key=form.key("target_words"), **KEEP)
        errors_beside(errors, "target_words")
    with blank:
        if kind_of(kind).options.has_blanks:
            st.toggle(_("Blank these words"), key=form.key("blank_words"), **KEEP)
        errors_beside(errors, "blank_words")
    values = form.values()
    if values["made_from"] == forms.TEXTS:
        _held(values)
        return
    total = len(_words(str(values["words"]), str(values["lang"])))
    asked = n * int(values["target_words"] or 0)
    if total and asked:
        words = plural("{n} word in the list", "{n} words in the list", total)
        if asked < total:
            short = _("only {asked} of them are used: make more drafts, or more words per draft", asked=f"{asked:,}")
            st.warning(f"{words}: {short}", icon=":material/rule:")
        else:
            st.caption(f"{words} · " + _("each in about {n} drafts", n=f"{max(1, asked // total):,}"))


def _held(values: forms.Values) -> None:
    """How many words of the list the chosen passages hold."""
    lang = values["lang"]
    listed = _words(str(values["words"]), lang)
    bodies = [one.source.body for one in values["passages"] if one.usable]
    if not listed or not bodies:
        return
    held = {word for body in bodies for word in words_in(body, "\n".join(listed), lang)}
    st.caption(_("{n} of {total} words occur in the passages", n=f"{len(held):,}", total=f"{len(listed):,}"))


def _words(ref: str, lang: str) -> tuple[str, ...]:
    """The words of a list; none: there is no such version."""
    try:
        return find_words(shared.store(), ref, lang).words
    except SpecError:
        return ()
