"""
The fields of a form, in the order they are read: what to make, who writes (provider.py), how fast.

The range, the recommendation and the error of a field are shown below it. The widgets set no limits of their own: the
engine checks, and its answer is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import forms, labels
from dashboard.charts import plain
from dashboard.labels import label
from dashboard.screens.form.state import KEEP, Form
from dashboard.screens.form.texts import own_texts
from dashboard.text import _, explain, message_text, plural
from engine import SpecError
from engine.kinds import OFFERED, Control, Kind, checked_as, kind_names, kind_of
from engine.reports import LANGS, LEVEL_NAMES, LEVELS, PRESETS, RANGES, read_topic_list, recommend

Errors = Sequence[SpecError]
_EXAM = {"en": 0, "ja": 1, "zh": 2}


def errors_beside(errors: Errors, *fields: str) -> None:
    """Show what is wrong with these fields, right under them."""
    for error in forms.beside(errors, *fields):
        st.markdown(f":red[:material/error: {plain(explain(error))}]")


def mark_fields(form: Form, errors: Errors) -> None:
    """Draw a red frame round each field with an error."""
    named = ", ".join(f".st-key-{form.key(error.field)}" for error in errors if error.field.isidentifier())
    if named:
        frames = "textarea, input, [data-baseweb=select] > div, [role=group], [role=radiogroup]"
        st.html(f"<style>:is({named}) :is({frames}) {{ box-shadow: 0 0 0 2px #c4483a; border-radius: 8px; }}</style>")


def what_to_make(form: Form, errors: Errors, *, texts: bool = False) -> None:
    """Kind, language, levels, topics (or own texts, with `texts`), how many of each, and the kind's own options."""
    with st.container(border=True):
        st.header(_("What to make"))
        segments(form, "kind", _("Kind"), kind_names(), labels.KIND)
        lang, made_from = st.columns(2)
        with lang:
            segments(form, "lang", _("Language of the drafts"), LANGS, labels.LANG)
        if texts:
            with made_from:
                segments(form, "made_from", _("Made from"), (forms.TOPICS, forms.TEXTS), labels.MADE_FROM)
        _levels(form, errors)
        if texts and form.values()["made_from"] == forms.TEXTS:
            own_texts(form)
            errors_beside(errors, "sources")
            _per_combo(form, errors, _("Drafts per passage and level"))
        else:
            topics, per_combo = st.columns([2, 1])
            with topics:
                st.text_area(_("Topics (one per line)"), key=form.key("topics"), height=128, **KEEP)
                errors_beside(errors, "topics")
                _topics_as_typed(form)
            with per_combo:
                _per_combo(form, errors, _("Drafts per topic and level"))
        _size(form)
        chosen = form.values()["kind"]
        with st.expander(_("{kind} options", kind=label(labels.KIND, chosen)), icon=":material/tune:"):
            _options(form, errors, kind_of(chosen))
        with st.expander(_("Level check"), icon=":material/stairs:"):
            _level_check(form, errors)


def _per_combo(form: Form, errors: Errors, title: str) -> None:
    st.number_input(title, step=1, key=form.key("per_combo"), **KEEP)
    st.caption(_("1 to 1,000"))
    errors_beside(errors, "per_combo", "kind", "lang")


def _topics_as_typed(form: Form) -> None:
    """Say what was removed from a pasted list, and offer to take the lines as they are."""
    values = form.values()
    found = read_topic_list(str(values["topics"] or ""))
    if not values["topics_as_typed"]:
        for removed in found.removed:
            st.caption(plain(message_text(removed)))
    if found.removed or found.doubts or values["topics_as_typed"]:
        st.checkbox(_("Use the lines as typed"), key=form.key("topics_as_typed"), **KEEP)


def how_fast(form: Form, errors: Errors, ceiling: int, n: int) -> None:
    """The preset and its four settings, each with its range and what is recommended for `n` drafts."""
    with st.container(border=True):
        st.header(_("Speed"))
        st.segmented_control(
            _("Preset"),
            [*PRESETS, forms.CUSTOM],
            format_func=lambda name: label(labels.PRESET, name),
            required=True,
            key=form.key("preset"),
            on_change=form.preset_chosen,
            **KEEP,
        )
        preset = form.values()["preset"]
        st.caption(label(labels.PRESET_HELP, preset))
        with st.grid(4, min_column_width=120):
            for setting in forms.SPEED_SETTINGS:
                with st.container(gap="xsmall"):
                    _setting_field(form, setting, errors, ceiling, n, locked=preset == "auto")


def _setting_field(form: Form, setting: str, errors: Errors, ceiling: int, n: int, *, locked: bool) -> None:
    st.number_input(
        label(labels.SETTING, setting),
        step=50 if setting == "throttle_ms" else 1,
        key=form.key(setting),
        help=label(labels.SETTING_HELP, setting),
        on_change=form.setting_changed,
        disabled=locked,
        **KEEP,
    )
    low, high = RANGES[setting][0], ceiling if setting == "concurrency" else RANGES[setting][-1]
    advised_low, advised_high = getattr(recommend(n), setting)
    bounds = _("{low} to {high}", low=low, high=f"{high:,}")
    if setting == "throttle_ms":
        advice = _("0, or {low} to {high} if bursts are refused", low=advised_low, high=advised_high)
    else:
        advice = _("recommended {low} to {high}", low=advised_low, high=advised_high)
    st.caption(f"{bounds}  \n{advice}")
    errors_beside(errors, setting)


def _levels(form: Form, errors: Errors) -> None:
    exam = _EXAM.get(form.values()["lang"], 0)
    st.pills(
        _("Levels"),
        list(LEVELS),
        selection_mode="multi",
        format_func=lambda level: f"L{level} · {LEVEL_NAMES[level].split(' / ')[exam]}",
        key=form.key("levels"),
        help="  \n".join(f"L{level}: {name}" for level, name in LEVEL_NAMES.items()),
        **KEEP,
    )
    errors_beside(errors, "levels")


def _size(form: Form) -> None:
    values = form.values()
    n = forms.count(values)
    if n:
        spec, _errors = forms.read_spec(values)
        topics = len(spec.topics) if spec else 0
        own = spec is not None and bool(spec.sources)
        parts = [
            plural("{n} passage", "{n} passages", topics) if own else plural("{n} topic", "{n} topics", topics),
            plural("{n} level", "{n} levels", len(values["levels"])),
            _("{n} of each", n=values["per_combo"]),
        ]
        st.markdown(" × ".join(parts) + " = **" + plural("{n} draft", "{n} drafts", n) + "**")


def _options(form: Form, errors: Errors, kind: Kind) -> None:
    """The options of the kind: shares side by side under their heading, the others one under the other."""
    shares = [control for control in kind.controls if _is_share(control)]
    if shares:
        st.caption(_(shares[0].heading))
        for column, control in zip(st.columns(len(shares)), shares, strict=True):
            with column:
                st.slider(_(control.title), 0.0, 1.0, step=0.05, key=form.key(control.name), **KEEP)
        errors_beside(errors, *(control.name for control in shares))
    for control in kind.controls:
        if control.choices:
            _choice(form, control)
        elif not _is_share(control):
            _range(form, control)
        if control not in shares:
            errors_beside(errors, control.name)


def _level_check(form: Form, errors: Errors) -> None:
    """From which share of words above the level on a draft gets a note, a flag, or is asked for again."""
    titles = (_("Note from (%)"), _("Flag from (%)"), _("Ask again from (%)"))
    for column, name, title in zip(st.columns(3), forms.LEVEL_STEPS, titles, strict=True):
        with column:
            st.number_input(title, step=1.0, format="%g", key=form.key(name), **KEEP)
            errors_beside(errors, name)
    st.caption(_("Share of words above the draft's level. A draft is asked for again once; 100 turns a step off."))


def _is_share(control: Control) -> bool:
    return not control.choices and isinstance(control.bounds[0], float)


def _choice(form: Form, control: Control) -> None:
    if control.languages:
        _tag(form, control)
        return
    words = {forms.AUTO: control.auto, **control.choices} if control.auto else control.choices
    segments(form, control.name, _(control.title), tuple(words), words)


def _tag(form: Form, control: Control) -> None:
    """One of the languages that are listed, or the tag of another one."""
    chosen = form.values()[control.name] or forms.AUTO
    st.selectbox(
        _(control.title),
        tuple(dict.fromkeys((forms.AUTO, *OFFERED, chosen))),
        format_func=lambda tag: _(control.auto) if tag == forms.AUTO else labels.language_label(tag),
        key=form.key(control.name),
        accept_new_options=True,
        help=_("Choose a language, or type the tag of another one (BCP 47), such as sv or zh-Hant."),
        **KEEP,
    )
    if chosen != forms.AUTO and checked_as(chosen) is None:
        st.caption(_("Not checked: Draftmill cannot tell whether a text is in this language."))


def _range(form: Form, control: Control) -> None:
    auto = control.auto and st.toggle(_(control.auto), key=form.key(f"{control.name}_{forms.AUTO}"), **KEEP)
    if not auto:
        st.slider(_(control.title), *control.bounds, key=form.key(control.name), **KEEP)


def segments(form: Form, field: str, title: str, ids: Sequence[str], words: labels.Table) -> None:
    """One of a few, side by side."""
    st.segmented_control(
        title,
        ids,
        format_func=lambda name: label(words, name),
        required=True,
        key=form.key(field),
        wrap=True,
        **KEEP,
    )
