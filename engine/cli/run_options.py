"""
The options of `draftmill run` that say what to make and how fast; a recipe may hold the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from engine.cli.gathered import Options
from engine.cli.options import (
    BudgetUsd,
    ExplainIn,
    FromRun,
    FromText,
    LevelCheck,
    Option,
    TextFiles,
    TopicsAsTyped,
    TopicsFile,
    TranslateTo,
)
from engine.cli.reading import read_level_check, read_levels, read_topics
from engine.errors import SpecError
from engine.spec import kind_names, one_of


def _maybe(form: Any, help_text: str) -> tuple[Any, None]:
    return Annotated[form | None, typer.Option(help=help_text)], None


WORK: Options = {
    "kind": _maybe(str, f"{one_of(kind_names())}."),
    "lang": _maybe(str, "en, ja or zh."),
    "levels": _maybe(str, "1 to 6, such as 3,4 or 2-4."),
    "topic": (Annotated[list[str], typer.Option(help="A topic; may be repeated.")], []),
    "topics_file": (TopicsFile, None),
    "topics_as_typed": (TopicsAsTyped, False),
    "text": (TextFiles, []),
    "from_text": (FromText, []),
    "from_run": (FromRun, None),
    "per_combo": _maybe(int, "Drafts per topic and level; default: 1."),
    "provider": _maybe(str, "A provider of the catalog; default: practice."),
    "model": _maybe(str, "Default: the provider's."),
    "temperature": _maybe(float, "0 to 2; default: 0.7."),
}
"""What to make, and by which model."""
MORE: Options = {
    "budget_usd": (BudgetUsd, None),
    "option": (Option, []),
    "explain_in": (ExplainIn, None),
    "translate_to": (TranslateTo, None),
    "words": _maybe(str, "Word list whose words the drafts use: NAME or NAME@VERSION."),
    "target_words": _maybe(int, "Words of the list per draft, 1 to 10; default: 1."),
    "blank_words": _maybe(bool, "Blank the words of the list, in kinds with blanks."),
    "known_words": _maybe(str, "Word list that counts as within the level: NAME or NAME@VERSION."),
    "style": _maybe(str, "Style note: NAME or NAME@VERSION."),
    "level_check": (LevelCheck, None),
}
"""The budget, the options of the kind, the library and the level check."""
SPEED: Options = {
    "preset": (Annotated[str, typer.Option(help="serial, concurrent, batch, combined or auto.")], ""),
    "concurrency": _maybe(int, "Parallel requests, 1 to 8; a profile may allow more."),
    "batch_size": _maybe(int, "Drafts per request, 1 to 10."),
    "retries": _maybe(int, "Retries of a failed request, 0 to 5."),
    "throttle_ms": _maybe(int, "Smallest gap of two requests, 0 to 2000 ms."),
}
"""How fast."""
_WORK_AS_GIVEN = ("kind", "lang", "per_combo", "provider", "model", "temperature")
_MORE_AS_GIVEN = ("budget_usd", "words", "target_words", "blank_words", "known_words", "style")


def read_spec(
    work: Mapping[str, Any], more: Mapping[str, Any], *, has_recipe: bool, reuse: bool | None
) -> dict[str, Any]:
    """
    The fields of a RunSpec that the options give, own texts aside.

    Args:
        work: The values of WORK.
        more: The values of MORE.
        has_recipe: The topics may come from a recipe.
        reuse: Whether drafts already paid for are used again; None: not given.

    Raises:
        SpecError: topics and own texts are given together, or an option cannot be read.
    """
    topic, file = work["topic"], work["topics_file"]
    own, about = is_own(work), topic or file
    if own and about:
        raise SpecError("topic", topic or str(file), "texts_or_topics")
    levels, check = work["levels"], more["level_check"]
    return _given(
        **{name: work[name] for name in _WORK_AS_GIVEN},
        **{name: more[name] for name in _MORE_AS_GIVEN},
        levels=None if levels is None else read_levels(levels),
        topics=read_topics(topic, file, work["topics_as_typed"]) if about or not (has_recipe or own) else None,
        level_shares=None if check is None else read_level_check(check),
        reuse=reuse,
    )


def read_speed(speed: Mapping[str, Any]) -> dict[str, Any]:
    """The values of SPEED that were given."""
    return _given(**{**speed, "preset": speed["preset"] or None})


def is_own(work: Mapping[str, Any]) -> bool:
    """Whether the drafts are made from own texts or from approved drafts."""
    return bool(work["text"] or work["from_text"]) or work["from_run"] is not None


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
