"""
A form read whole: what to make, who writes, under which limits. How fast is the page's own question.
"""

from __future__ import annotations

from collections.abc import Iterable

from dashboard import forms, shared
from dashboard.screens.form.provider import profile_chosen
from dashboard.screens.form.state import Form
from engine import Job, Overrides, SpecError, Tuning
from engine.kinds import kind_of
from engine.profiles import PracticeSettings, Profile, adjusted
from engine.reports import RANGES
from engine.review import Material, with_material


def ceiling_of(profile: Profile | None) -> int:
    """The most calls in flight a form may ask for."""
    return profile.max_concurrency if profile else RANGES["concurrency"][-1]


def read_job(
    form: Form, tuning: Tuning | None, preset: str, errors: Iterable[SpecError]
) -> tuple[Job | None, list[SpecError]]:
    """
    Read a form.

    Args:
        form: Its values.
        tuning: How fast, as the page read it; None if it could not.
        preset: What the Tuning is called; empty if it has no name.
        errors: What the page found wrong with it.

    Returns:
        The Job and no errors, or None and one error a field at fault.
    """
    values = form.values()
    spec, found = forms.read_spec(values)
    overrides = forms.read_overrides(values)
    found = [*found, *errors, *_refused(form, overrides)]
    practice: PracticeSettings | None = None
    if forms.is_own_practice(values):
        practice, more = forms.read_practice(values)
        found += more
    if found or spec is None or tuning is None:
        return None, found
    try:
        spec = with_material(shared.store(), spec, _material(values))
    except SpecError as error:
        return None, [error]
    job = Job(spec, tuning, preset, overrides, practice)
    try:
        job.profile(shared.catalog())
    except SpecError as error:
        return None, [error]
    return job, []


def _material(values: forms.Values) -> Material:
    """What the form uses of the library; the number of words and the blanks count only with a list."""
    words = str(values.get("words") or "")
    blank = bool(words and values.get("blank_words")) and kind_of(values["kind"]).options.has_blanks
    known, style = str(values.get("known_words") or ""), str(values.get("style") or "")
    return Material(words, values["target_words"] if words else 1, blank, known, style)


def _refused(form: Form, overrides: Overrides) -> list[SpecError]:
    profile = profile_chosen(form)
    if profile is None:
        return [SpecError("provider", form.values()["provider"], "choose_listed")]
    errors = []
    for name, value in overrides.given().items():
        try:
            adjusted(profile, **{name: value})
        except SpecError as error:
            errors.append(error)
    return errors
