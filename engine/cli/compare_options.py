"""
The options of `draftmill compare`: what is compared, and the drafts that are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from engine.cli.gathered import Options
from engine.cli.options import (
    ExplainIn,
    FromRun,
    FromText,
    Kind,
    Lang,
    Levels,
    Model,
    Option,
    PerCombo,
    Provider,
    Temperature,
    TextFiles,
    TopicsAsTyped,
    TopicsFile,
    TranslateTo,
)
from engine.cli.reading import option_values, read_levels, read_topics
from engine.cli.run_options import is_own
from engine.cli.texts import own_sources
from engine.compare import Arm, Writer, crossed, grid_arms, judged, preset_arms, read_writer, tiering, with_provider
from engine.errors import SpecError
from engine.job import PRACTICE, Job, SecondModel
from engine.judge.opinion import NO_THRESHOLDS, Thresholds
from engine.review.library import find_style
from engine.spec import PRESETS, kind_names, options_from_json
from engine.spec.sources import sources_from_json
from engine.store import Store

DEFAULT_KIND = kind_names()[0]
TOPICS = ("Campus", "Travel", "Daily life")
WITH_MODELS = "combined"
"""The preset of arms that differ in their model, where none is named."""


def _text(help_text: str) -> tuple[Any, str]:
    return Annotated[str, typer.Option(help=help_text)], ""


def _maybe(form: Any, help_text: str) -> tuple[Any, None]:
    return Annotated[form | None, typer.Option(help=help_text)], None


ARMS: Options = {
    "presets": _maybe(str, "Arms: presets, separated by commas. Default: all, or none with a grid."),
    "grid_concurrency": _text("Arms: every combination with these, such as 1,4,8."),
    "grid_batch": _text("Batch sizes of the grid, such as 1,3."),
    "grid_throttle_ms": _text("Throttles of the grid, such as 0,200."),
    "grid_retries": _text("Retries of the grid, such as 0,2."),
    "models": _text("Arms: models, such as a,b or openrouter:a,b+c where c judges the drafts of b."),
    "temperatures": _text("Arms: temperatures, such as 0.2,0.9."),
    "style": _text("Arms: style notes, such as house@1,house@2."),
    "judge": _text("A second model that judges the drafts of every arm."),
    "tiering": (
        Annotated[bool, typer.Option("--tiering", help="The model of --judge writes alone, where it is an arm.")],
        False,
    ),
    "accept_at": _maybe(int, "4 or 5: the second model approves drafts with no lower score and no objection."),
    "reject_below": _maybe(int, "1 to 4: it rejects drafts with a lower score. Default of both: a person decides."),
}
"""What is compared: the type and the default of each option."""
WORK: Options = {
    "kind": (Kind, DEFAULT_KIND),
    "lang": (Lang, "en"),
    "levels": (Levels, "2"),
    "topic": (
        Annotated[list[str], typer.Option(help="A topic; may be repeated. Default: three examples.")],
        [],
    ),
    "topics_file": (TopicsFile, None),
    "topics_as_typed": (TopicsAsTyped, False),
    "text": (TextFiles, []),
    "from_text": (FromText, []),
    "from_run": (FromRun, None),
    "per_combo": (PerCombo, 8),
    "provider": (Provider, PRACTICE),
    "model": (Model, ""),
    "temperature": (Temperature, 0.7),
    "option": (Option, []),
    "explain_in": (ExplainIn, None),
    "translate_to": (TranslateTo, None),
}
"""The drafts that every arm makes."""


def read_work(given: Mapping[str, Any], database: str | None) -> dict[str, Any]:
    """
    The spec of the drafts, as `read_job` takes it; a comparison never takes drafts from the cache.

    Raises:
        SpecError: topics, own texts or options cannot be read.
    """
    names = ("kind", "lang", "per_combo", "provider", "model", "temperature")
    return {
        **{name: given[name] for name in names},
        "levels": read_levels(given["levels"]),
        **_about(given, database),
        "options": options_from_json(given["kind"], option_values(given)),
        "reuse": False,
    }


def _about(given: Mapping[str, Any], database: str | None) -> dict[str, Any]:
    """The topics, or the passages of own texts in their place."""
    topic, file = given["topic"], given["topics_file"]
    if not is_own(given):
        typed = topic if topic or file else list(TOPICS)
        return {"topics": read_topics(typed, file, given["topics_as_typed"])}
    if topic or file:
        raise SpecError("topic", topic or str(file), "texts_or_topics")
    own = own_sources(database, given["lang"], given["text"], given["from_text"], given["from_run"])
    return {**own, "sources": sources_from_json(own["sources"])}


def read_arms(given: Mapping[str, Any], job: Job, providers: Sequence[str], store: Store) -> tuple[Arm, ...]:
    """
    The arms of the options: the presets named and the grid, with every model, temperature and style note.

    Args:
        given: The values of ARMS.
        job: What the arms change.
        providers: The names of the catalog.
        store: Where the style notes are.

    Raises:
        SpecError: a preset or a style note is unknown, a value is not a number or out of range, or there is no second
            model for what it should do.
    """
    spec = job.spec
    warmths = [read_number("temperatures", one) for one in words(given["temperatures"])]
    styles = [find_style(store, ref, spec.kind, spec.lang) for ref in words(given["style"])]
    return crossed(_tunings(given, spec.slots), _writers(given, spec.provider, providers), warmths, styles)


def read_number(name: str, text: str) -> float:
    """
    Raises:
        SpecError: the text is not a number.
    """
    try:
        return float(text)
    except ValueError:
        raise SpecError(name, text, "numbers_listed") from None


def words(text: str) -> list[str]:
    """The parts of a list separated by commas, without the blank ones."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _tunings(given: Mapping[str, Any], n: int) -> tuple[Arm, ...]:
    """
    The presets named, then the grid; with neither, every preset, or `combined` where models are compared.

    An arm of the grid that equals a preset is left out.
    """
    names = {"grid_concurrency": "concurrency", "grid_batch": "batch_size", "grid_throttle_ms": "throttle_ms"}
    names["grid_retries"] = "retries"
    sides = {side: read_numbers(side, given[name]) for name, side in names.items() if given[name].strip()}
    presets = given["presets"]
    every = (
        [WITH_MODELS] if given["models"] or given["temperatures"] or given["judge"] or given["style"] else list(PRESETS)
    )
    chosen = preset_arms(every if presets is None and not sides else words(presets or ""), n)
    if not sides:
        return chosen
    known = {arm.tuning for arm in chosen}
    made = grid_arms(**{"concurrency": [1], "batch_size": [1], **sides})
    return (*chosen, *(arm for arm in made if arm.tuning not in known))


def _writers(given: Mapping[str, Any], provider: str, providers: Sequence[str]) -> list[Writer]:
    thresholds = Thresholds(given["accept_at"], given["reject_below"])
    if (given["tiering"] or thresholds != NO_THRESHOLDS) and not given["judge"] and "+" not in given["models"]:
        raise SpecError("judge", (), "judge_none")
    found = [read_writer(text, providers, thresholds) for text in words(given["models"])]
    if given["judge"]:
        named = read_writer(given["judge"], providers)
        judge = SecondModel(named.provider, named.model, thresholds)
        some = found or [Writer()]
        if given["tiering"] and judge.model not in [writer.model for writer in some]:
            raise SpecError("judge", given["judge"], "judge_no_arm")
        found = (tiering if given["tiering"] else judged)(some, judge)
    return [with_provider(writer, provider) for writer in found]


def read_numbers(name: str, text: str) -> list[int]:
    """
    "1,4,8" as whole numbers.

    Raises:
        SpecError: a part is not one.
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise SpecError(name, text, "whole_numbers") from None
