"""
From the Launch form's values to a RunSpec, a Tuning and the rest of a Job, and back again for "clone and edit".

Pure: a form is a plain dict of field name to value, whatever widget it came from. The engine's own checks decide; this
module asks them field by field, so that every error is shown beside its field, all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from engine import Job, Overrides, RunSpec, SpecError, Tuning, options_from_json, split_topics
from engine.kinds import Candidate, Control, Kind, Source, count_units, kind_names, kind_of, kinds
from engine.profiles import PracticeSettings
from engine.reports import PRESETS, read_topic_list, topic_list_errors, tuning_for
from engine.review import Material, material_of

Values = Mapping[str, Any]
TOPICS, TEXTS = "topics", "texts"
"""What the drafts are made from."""
AUTO = "auto"
"""The form's value of an option that is left to Draftmill."""


def _form_values(control: Control, value: Any) -> dict[str, Any]:
    """An option as the values of its widgets: a number that may be left to Draftmill has a switch of its own."""
    if not control.auto:
        return {control.name: value}
    if control.choices:
        return {control.name: AUTO if value is None else value}
    return {f"{control.name}_{AUTO}": value is None, control.name: control.start if value is None else value}


def _start(kind: Kind, options: object) -> dict[str, Any]:
    """The widgets of all options of a kind."""
    made: dict[str, Any] = {}
    for control in kind.controls:
        made |= _form_values(control, getattr(options, control.name))
    return made


LEVEL_STEPS = ("level_note", "level_flag", "level_again")
"""The fields of RunSpec.level_shares, in percent."""
CUSTOM = "custom"
"""The preset of a Tuning that was set by hand."""
SPEED_SETTINGS = ("concurrency", "batch_size", "retries", "throttle_ms")
_LIMITS = ("rpm", "tpm", "max_in_flight", "window_s", "shape")
OVERRIDES = ("base_url", "key_env", *_LIMITS, "deadline_s", "max_tokens", "private_network")
"""What may be changed of the provider's profile for one launch; None, False or empty: as the profile says."""
AS_PROFILE: Mapping[str, Any] = {**dict.fromkeys(OVERRIDES), "private_network": False}
SETTABLE: Mapping[str, Callable[[str], float]] = {
    **dict.fromkeys((*SPEED_SETTINGS, "rpm", "tpm", "max_in_flight", "max_tokens"), int),
    **dict.fromkeys(("window_s", "deadline_s", "budget_usd"), float),
}
"""The fields a link may set beside ?clone=, as advice names them, and how their text is read."""
PRACTICE = (
    *("seed", "base_ms", "item_ms", "jitter", "time_scale"),
    *("rpm", "window_s", "shape", "max_in_flight", "retry_after"),
)
"""What may be set of the practice provider, faults aside; in the form each name begins with `practice_`."""
OPTION_DEFAULTS: dict[str, Any] = {
    name: value for kind in kinds() for name, value in _start(kind, kind.options()).items()
}
_SHARES = RunSpec(kind_names()[0], "en", (1,), ("a",)).level_shares
_PERCENT = {name: round(share * 100, 2) for name, share in zip(LEVEL_STEPS, _SHARES, strict=True)}
FAULT_PERCENT = 5.0
MATERIAL_DEFAULTS: dict[str, Any] = asdict(Material())
"""Nothing of the library is used."""
DEFAULT_TOPICS = "Daily life\nCampus\nTravel"

# One press of the button makes these: 3 topics x 2 levels x 10 = 60 drafts on the practice provider, in about 12 s.
DEFAULTS: dict[str, Any] = {
    "kind": kind_names()[0],
    "lang": "en",
    "levels": [2, 3],
    "made_from": TOPICS,
    "passages": (),
    "text_pasted": "",
    "text_name": "",
    "topics": DEFAULT_TOPICS,
    "topics_as_typed": False,
    "per_combo": 10,
    "provider": "practice",
    "model": "",
    "temperature": 0.7,
    "budget_usd": None,
    "reuse": True,
    **_PERCENT,
    **MATERIAL_DEFAULTS,
    **OPTION_DEFAULTS,
    "preset": "combined",
    **{setting: getattr(PRESETS["combined"], setting) for setting in SPEED_SETTINGS},
    **AS_PROFILE,
    **{f"practice_{name}": getattr(PracticeSettings(), name) for name in PRACTICE},
    "practice_faults": [],
    "practice_known": True,
}

# The smallest valid spec: each field is tried in it alone.
_PROBE = RunSpec(kind_names()[0], "en", (1,), ("a",))


def read_spec(values: Values) -> tuple[RunSpec | None, list[SpecError]]:
    """
    Read what to make.

    Returns:
        The RunSpec and no errors, or None and one error a field at fault (`SpecError.field` names it).
    """
    errors: list[SpecError] = []
    sources = _read_sources(values, errors) if values.get("made_from") == TEXTS else ()
    topics = tuple(source.topic for source in sources) if sources else _read_topics(values, errors)
    fields = _plain_fields(values)
    for name, value in fields.items():
        _try(errors, replace, _PROBE, **{name: value})
    options = _read_options(values, errors)
    if errors:
        return None, errors
    spec = _try(errors, RunSpec, **fields, kind=values["kind"], topics=topics, options=options, sources=sources)
    return spec, errors


def read_tuning(values: Values, ceiling: int, n: int = 0) -> tuple[Tuning | None, list[SpecError]]:
    """
    Read how fast.

    Args:
        values: The form.
        ceiling: The most calls in flight the provider's profile allows.
        n: Drafts of the run: what `auto` follows.

    Returns:
        The Tuning and no errors, or None and one error a field at fault.
    """
    errors: list[SpecError] = []
    if values["preset"] == "auto":
        tuning = replace(tuning_for("auto", n), auto=True)
        return replace(tuning, concurrency=min(tuning.concurrency, ceiling)), errors
    speed_settings = {name: values[name] for name in SPEED_SETTINGS}
    for name, value in speed_settings.items():
        tuning = _try(errors, Tuning, **{name: value})
        _try(errors, (tuning or Tuning()).check_ceiling, ceiling)
    return (None if errors else Tuning(**speed_settings)), errors


def read_practice(values: Values) -> tuple[PracticeSettings | None, list[SpecError]]:
    """
    Read how the practice provider behaves.

    Returns:
        The settings and no errors, or None and one error a field at fault, under the form's name (`practice_rpm`).
    """
    errors: list[SpecError] = []
    raw = {name: values[f"practice_{name}"] for name in PRACTICE}
    for name, value in raw.items():
        _try(errors, PracticeSettings, **{name: value})
    faults = {fault: (values.get(f"practice_fault_{fault}") or 0) / 100 for fault in values["practice_faults"]}
    _try(errors, PracticeSettings, faults=faults)
    if errors:
        return None, [_renamed(error) for error in errors]
    return PracticeSettings(**raw, faults=faults), []


def is_own_practice(values: Values) -> bool:
    """Draftmill starts the practice provider itself, so its behaviour can be set."""
    return Job.is_own_practice(values["provider"], values["base_url"])


def read_overrides(values: Values) -> Overrides:
    """
    What differs from the provider's profile; what was left empty does not.

    The practice provider's own limits count as known ones if the form says so.
    """
    given = {name: values[name] for name in OVERRIDES if values.get(name) not in (None, "")}
    if given.get("private_network") is False:
        del given["private_network"]
    if is_own_practice(values) and values["practice_known"]:
        limits = {name: values[f"practice_{name}"] for name in ("rpm", "window_s", "shape", "max_in_flight")}
        given = {**{name: value for name, value in limits.items() if limits["rpm"] or limits["max_in_flight"]}, **given}
    return Overrides(**given)


def values_of(job: Job) -> dict[str, Any]:
    """Fill the form in from a job: reading it gives the same job back."""
    spec, tuning = job.spec, job.tuning
    known = {name: getattr(spec, name) for name in ("kind", "lang", "per_combo", "provider", "model", "temperature")}
    return {
        **DEFAULTS,
        **_start(kind_of(spec.kind), spec.options),
        **known,
        "levels": list(spec.levels),
        "made_from": TEXTS if spec.sources else TOPICS,
        "passages": tuple(Candidate(one, spec.lang, count_units(one.body, spec.lang)) for one in spec.sources),
        "topics": DEFAULT_TOPICS if spec.sources else "\n".join(spec.topics),
        "topics_as_typed": read_topic_list("\n".join(spec.topics)).topics != spec.topics,
        "budget_usd": spec.budget_usd,
        "reuse": spec.reuse,
        **{name: round(share * 100, 2) for name, share in zip(LEVEL_STEPS, spec.level_shares, strict=True)},
        **asdict(material_of(spec)),
        "preset": job.preset if job.preset in PRESETS else CUSTOM,
        **{setting: getattr(tuning, setting) for setting in SPEED_SETTINGS},
        **AS_PROFILE,
        **{name: value for name, value in job.overrides.given().items() if name in OVERRIDES},
        **_practice_values(job.practice),
    }


def settings_of(preset: str, n: int) -> dict[str, int]:
    """The four settings of a preset, for a run of `n` drafts; none for a Tuning set by hand."""
    tuning = tuning_for(preset, n) if preset in PRESETS else None
    return {setting: getattr(tuning, setting) for setting in SPEED_SETTINGS} if tuning else {}


def count(values: Values) -> int:
    """Drafts the form asks for, 0 while it cannot be read: what the recommendations follow."""
    spec, _ = read_spec(values)
    return spec.slots if spec else 0


def beside(errors: Iterable[SpecError], *fields: str) -> list[SpecError]:
    """The errors that belong beside these fields."""
    return [error for error in errors if error.field in fields]


def _practice_values(settings: PracticeSettings | None) -> dict[str, Any]:
    if settings is None:
        return {}
    return {
        **{f"practice_{name}": getattr(settings, name) for name in PRACTICE},
        "practice_known": False,  # the known limits are among the overrides
        "practice_faults": list(settings.faults),
        **{f"practice_fault_{fault}": share * 100 for fault, share in settings.faults.items()},
    }


def _renamed(error: SpecError) -> SpecError:
    field = error.field if error.field in PRACTICE else "faults"
    return error.renamed(f"practice_{field}")


def _read_sources(values: Values, errors: list[SpecError]) -> tuple[Source, ...]:
    """The passages that are used; in the language of the drafts."""
    used = [one for one in values["passages"] if one.usable]
    other = next((one for one in used if one.lang != values["lang"]), None)
    if not used:
        errors.append(SpecError("sources", (), "texts_none" if values["passages"] else "texts_missing"))
    elif other is not None:
        errors.append(SpecError("sources", other.source.topic, "texts_language", lang=other.lang))
    return tuple(one.source for one in used)


def _read_topics(values: Values, errors: list[SpecError]) -> tuple[str, ...]:
    if values.get("made_from") == TEXTS:
        return ()
    text, as_typed = str(values["topics"] or ""), bool(values["topics_as_typed"])
    found = topic_list_errors(text, as_typed=as_typed)
    errors += found
    return () if found else split_topics(text, as_typed=as_typed)


def _plain_fields(values: Values) -> dict[str, Any]:
    return {
        "lang": values["lang"],
        "levels": tuple(sorted(values["levels"] or ())),
        "per_combo": values["per_combo"],
        "provider": values["provider"],
        "model": (values["model"] or "").strip(),
        "temperature": values["temperature"],
        "budget_usd": values["budget_usd"],
        "reuse": bool(values["reuse"]),
        "level_shares": tuple((values[name] or 0) / 100 for name in LEVEL_STEPS),
    }


def _read_options(values: Values, errors: list[SpecError]) -> Any:
    kind = values["kind"]
    if kind not in kind_names():
        return _try(errors, replace, _PROBE, kind=kind)
    raw = {control.name: _option(control, values) for control in kind_of(kind).controls}
    before = len(errors)
    for name in raw:
        _try(errors, options_from_json, kind, {name: raw[name]})
    return _try(errors, options_from_json, kind, raw) if len(errors) == before else None


def _option(control: Control, values: Values) -> Any:
    given = values[control.name]
    is_auto = control.auto and (given in (AUTO, None) if control.choices else values[f"{control.name}_{AUTO}"])
    return None if is_auto else given


def _try(errors: list[SpecError], make: Callable[..., Any], *args: Any, **named: Any) -> Any:
    try:
        return make(*args, **named)
    except SpecError as error:
        errors.append(error)
        return None
