"""
A recipe: what to make and how fast, as a TOML file that a person can read, change and keep, or as JSON.

It holds plain values; RunSpec, Tuning, Overrides and PracticeSettings check them, as they check a form.
No key is in it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from engine.errors import HIDDEN, SpecError
from engine.export.toml import toml_text
from engine.job import Job, Overrides
from engine.messages import Message
from engine.practice import PracticeSettings
from engine.providers.redaction import Redactor
from engine.review.library import MATERIAL, Material, material_of, with_material
from engine.spec import PRESETS, RunSpec, Tuning, kind_names, one_of, options_class, options_from_json, tuning_for
from engine.spec.sources import sources_from_json
from engine.store import Store

MOST_BYTES = 4 * 2**20
"""10,000 topics of 200 characters take 2 MB."""
NO_REUSE = "no_reuse"
_TABLES = ("options", "speed", "limits", "practice")
_SPEC = tuple(f.name for f in fields(RunSpec) if f.name not in ("options", "reuse"))
_KEYS = (*_SPEC, NO_REUSE, *_TABLES)
_TEXTS = ("kind", "lang", "provider", "model", "words", "known_words", "style")
_SPEED = ("preset", *(f.name for f in fields(Tuning) if f.name != "auto"))
_ABOUT_KEYS = re.compile("key|token|secret|password|auth|header", re.IGNORECASE)
_KEY = re.compile(r"\bsk-[\w-]{12,}")
"""What a key of a provider looks like: it has no place among the names of a recipe."""
_HEAD = "# A recipe of Draftmill: draftmill run --recipe FILE. Options of the command line replace these values.\n"

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to make and how fast, as plain values; what is not named keeps its default."""

    spec: Values = field(default_factory=dict)
    """Fields of RunSpec, without its options."""
    options: Values = field(default_factory=dict)
    speed: Values = field(default_factory=dict)
    """`preset` and fields of Tuning."""
    limits: Values = field(default_factory=dict)
    """Fields of Overrides."""
    practice: Values = field(default_factory=dict)
    """Fields of PracticeSettings."""

    def changed(self, spec: Values, options: Values, speed: Values, limits: Values) -> Recipe:
        """
        The recipe with some values replaced.

        Another kind drops its options, another provider its model and limits, a preset its speed.
        """
        other_kind = spec.get("kind", self.spec.get("kind")) != self.spec.get("kind")
        other_provider = spec.get("provider", self.spec.get("provider")) != self.spec.get("provider")
        dropped = {"model"} if other_provider else set()
        dropped |= {"sources"} if "topics" in spec else set()
        kept = {name: value for name, value in self.spec.items() if name not in dropped}
        return Recipe(
            {**kept, **spec},
            {**({} if other_kind else self.options), **options},
            {**({} if "preset" in speed else self.speed), **speed},
            {**({} if other_provider else self.limits), **limits},
            {} if other_provider else self.practice,
        )

    def job(self, store: Store | None = None) -> Job:
        """
        The job it describes.

        Args:
            store: Where its word lists and style note are; None: it names none, or they are left out.

        Raises:
            SpecError: a field is missing or out of bounds, or a word list or style note does not exist.
        """
        used = {name: value for name, value in self.spec.items() if name in MATERIAL}
        spec = _spec({name: value for name, value in self.spec.items() if name not in MATERIAL}, self.options)
        if store is not None:
            spec = with_material(store, spec, Material(**used))
        preset = self.speed.get("preset", "")
        tuning = read_tuning(preset, spec.slots, **{n: value for n, value in self.speed.items() if n != "preset"})
        overrides = Overrides(**self.limits)
        own = Job.is_own_practice(spec.provider, overrides.base_url)
        practice = PracticeSettings.from_json(self.practice) if own and self.practice else None
        return Job(spec, tuning, preset, overrides, practice)


def recipe_text(job: Job) -> str:
    """The recipe of a job, as TOML."""
    spec = {name: value for name, value in job.spec.to_json().items() if name not in MATERIAL}
    options = spec.pop("options")
    reuse = spec.pop("reuse")
    limits = job.overrides.given()
    practice = {} if job.practice is None or not job.own_practice else _different(job.practice)
    used = {name: value for name, value in asdict(material_of(job.spec)).items() if value}
    if job.spec.words is None:
        del used["target_words"]
    top = {
        **spec,
        **used,
        "sources": spec["sources"] or None,
        "model": spec["model"] or None,
        NO_REUSE: None if reuse else True,
    }
    return _HEAD + toml_text({**top, "options": options, "speed": _speed(job), "limits": limits, "practice": practice})


def read_recipe(text: str, name: str = "recipe") -> Recipe:
    """
    Read a recipe.

    Args:
        text: TOML.
        name: Of its file, for messages.

    Raises:
        SpecError: it is not TOML, a key is unknown (the nearest known one is named), or a value is of the wrong type.
    """
    return _recipe(_parsed(text, name))


def read_recipe_json(body: bytes) -> Recipe:
    """
    Read a recipe as JSON: an object with the keys of the TOML form; a key whose value is null is left out.

    Raises:
        SpecError: `recipe_json`: it is no JSON object; or as `read_recipe`.
    """
    try:
        raw = json.loads(body, parse_constant=_no_number, object_pairs_hook=_object)
        json.dumps(raw, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as exc:
        raise _not_json(str(exc)[:200]) from exc
    if not isinstance(raw, dict):
        raise _not_json(Message("json_top", {"type": type(raw).__name__}))
    return _recipe(raw)


def _not_json(problem: str | Message) -> SpecError:
    return SpecError("recipe", HIDDEN, "recipe_json", problem=problem)


def _recipe(raw: dict[str, Any]) -> Recipe:
    _check_keys(raw, _KEYS)
    tables = {table: raw.pop(table, {}) for table in _TABLES}
    for table, values in tables.items():
        if not isinstance(values, dict):
            raise SpecError(table, values, "table_of_name", name=table)
    _check_types(raw)
    _check_keys(tables["speed"], _SPEED)
    _check_keys(tables["limits"], [f.name for f in fields(Overrides)])
    _check_keys(tables["practice"], [f.name for f in fields(PracticeSettings)])
    if raw.get("kind") in kind_names():
        _check_keys(tables["options"], [f.name for f in fields(options_class(raw["kind"]))])
    if raw.pop(NO_REUSE, False):
        raw["reuse"] = False
    return Recipe(raw, *tables.values())


def read_recipe_bytes(body: bytes, name: str) -> Recipe:
    """
    Read the bytes of a recipe's file.

    Raises:
        SpecError: it is too large or no UTF-8 text; or as `read_recipe`.
    """
    if len(body) > MOST_BYTES:
        raise SpecError("recipe", name, "recipe_large", most_mb=MOST_BYTES // 2**20)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SpecError("recipe", name, "file_unreadable") from exc
    return read_recipe(text.replace("\r\n", "\n"), name)


def read_tuning(preset: str, n: int, **given: Any) -> Tuning:
    """
    The preset's Tuning with the given figures in place of its own; with neither, what suits the number of drafts.

    Raises:
        SpecError: the preset is unknown or a figure out of bounds.
    """
    changes = {name: value for name, value in given.items() if value is not None}
    shaped = "concurrency" in changes or "batch_size" in changes
    base = tuning_for(preset, n) if preset else Tuning() if shaped else tuning_for("auto", n)
    return Tuning(**{**asdict(base), **changes})


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise SpecError("recipe", name, "recipe_toml", problem=str(exc)) from exc
    except (ValueError, RecursionError) as exc:
        raise SpecError("recipe", name, "file_unreadable") from exc


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON without its nulls."""
    if len({name for name, _value in pairs}) < len(pairs):
        raise _not_json(Message("json_key_twice"))
    return {name: value for name, value in pairs if value is not None}


def _no_number(name: str) -> None:
    raise _not_json(Message("json_number", {"name": name}))


def _check_keys(table: Values, known: Collection[str]) -> None:
    for key, value in table.items():
        if key in known:
            continue
        near = get_close_matches(key, known, 1, 0.5)
        if near:
            raise SpecError(key, _without_key(key, value), "recipe_nearest", nearest=near[0])
        raise SpecError(key, _without_key(key, value), "known_are", known=sorted(known))


def _without_key(name: str, value: Any) -> Any:
    """The value of an unknown name as a message may show it: no key of a provider."""
    if _ABOUT_KEYS.search(name):
        return HIDDEN
    return value if isinstance(value, int | float) else Redactor("").message(str(value))


def _check_types(raw: Values) -> None:
    for name in _TEXTS:
        if name in raw and not isinstance(raw[name], str):
            raise SpecError(name, raw[name], "recipe_text")
        if _KEY.search(str(raw.get(name, ""))):
            raise SpecError(name, HIDDEN, "recipe_key")
    for name, one in (("levels", int), ("topics", str)):
        values = raw.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, one) for value in values):
            raise SpecError(name, values, f"recipe_{name}")
    sources = raw.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(one, dict) for one in sources):
        raise SpecError("sources", sources, "recipe_sources")
    for name in (NO_REUSE, "blank_words"):
        if not isinstance(raw.get(name, False), bool):
            raise SpecError(name, raw[name], "write_bool")


def _spec(values: Values, options: Values) -> RunSpec:
    """The RunSpec of plain values; the first field that is missing is named."""
    if not values.get("kind"):
        raise SpecError("kind", values.get("kind"), "choose_one", names=one_of(kind_names()))
    lists: dict[str, Any] = {name: tuple(values.get(name, ())) for name in ("levels", "topics")}
    made = options_from_json(values["kind"], options)
    if isinstance(shares := values.get("level_shares"), list):
        lists["level_shares"] = tuple(shares)
    sources = sources_from_json(values.get("sources", ()))
    return RunSpec(**{"lang": "", **values, **lists, "options": made, "sources": sources})


def _speed(job: Job) -> dict[str, Any]:
    """The preset where it says all, else the figures."""
    if job.tuning.auto:
        return {"preset": "auto"}
    if job.preset in PRESETS and tuning_for(job.preset, job.spec.slots) == job.tuning:
        return {"preset": job.preset}
    return {name: value for name, value in asdict(job.tuning).items() if name != "auto"}


def _different(settings: PracticeSettings) -> dict[str, Any]:
    """The settings that are not the default."""
    usual = PracticeSettings().to_json()
    return {name: value for name, value in settings.to_json().items() if value != usual[name]}
