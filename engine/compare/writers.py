"""
Arms that differ in who writes: models of several providers, temperatures, second models. Pure.

A model is written "model", "provider: model" or "model + second model".
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.compare.arms import MOST_RUNS, NAME_LENGTH, Arm
from engine.errors import SpecError
from engine.job import SecondModel
from engine.judge.opinion import NO_THRESHOLDS, Thresholds
from engine.messages import Message
from engine.spec.material import StyleNote

PARTS = " · "
"""Between the parts of an arm's name: model, temperature, preset or grid."""
PLUS = " + "


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes the drafts of an arm, and who judges them; empty: as in the comparison's job."""

    provider: str = ""
    model: str = ""
    judge: SecondModel | None = None

    @property
    def name(self) -> str:
        """The models by their short names, "fast + strong"; empty where neither is named."""
        own = _short(self.model) or self.provider
        other = "" if self.judge is None else _short(self.judge.model) or self.judge.provider
        return PLUS.join(part for part in (own, other) if part) if own or not other else f"+ {other}"


def read_writer(text: str, providers: Sequence[str], thresholds: Thresholds = NO_THRESHOLDS) -> Writer:
    """
    Read "model", "provider: model" or either with "+ second model".

    Args:
        text: As it was typed.
        providers: The names of the catalog: the part before a colon is a provider only where it is one of them.
        thresholds: When the second model's opinion decides by itself.

    Raises:
        SpecError: a model is blank.
    """
    own, plus, other = text.partition("+")
    provider, model = _read_model(own, text, providers)
    if not plus:
        return Writer(provider, model)
    judge, judge_model = _read_model(other, text, providers)
    return Writer(provider, model, SecondModel(judge, judge_model, thresholds))


def crossed(
    arms: Sequence[Arm],
    writers: Sequence[Writer] = (),
    temperatures: Sequence[float] = (),
    styles: Sequence[StyleNote] = (),
) -> tuple[Arm, ...]:
    """
    Every arm with every writer, temperature and style note; a name holds only what differs.

    Args:
        arms: From presets or a grid.
        writers: None: as in the comparison's job.
        temperatures: None: as in the comparison's job.
        styles: None: as in the comparison's job.

    Raises:
        SpecError: there are more than 200 combinations.
    """
    if not (writers or temperatures or styles):
        return tuple(arms)
    models: list[Writer] = list(writers) or [Writer()]
    warmths: list[float | None] = [*temperatures] or [None]
    notes: list[StyleNote | None] = [*styles] or [None]
    count = len(models) * len(warmths) * len(notes) * len(arms)
    if count > MOST_RUNS:
        raise SpecError("arms", Message("runs_counted", {"n": count}), "runs_many", most=MOST_RUNS)
    names = Counter(writer.name for writer in models)
    made = []
    for writer, warmth, note, arm in itertools.product(models, warmths, notes, arms):
        model = f"{writer.provider}: {writer.name}" if names[writer.name] > 1 and writer.provider else writer.name
        differs = (f"T {warmth:g}" if len(warmths) > 1 else "", note.ref if note and len(notes) > 1 else "")
        parts = (model, *differs, arm.name if len(arms) > 1 else "")
        name = _cut(PARTS.join(part for part in parts if part) or arm.name)
        made.append(Arm(name, arm.tuning, writer.provider, writer.model, warmth, writer.judge, note))
    return tuple(made)


def with_provider(writer: Writer, provider: str) -> Writer:
    """The writer with a provider for a second model that names none."""
    if writer.judge is None or writer.judge.provider:
        return writer
    return replace(writer, judge=replace(writer.judge, provider=writer.provider or provider))


def judged(writers: Sequence[Writer], judge: SecondModel) -> list[Writer]:
    """Every writer with the second model, unless it has one of its own."""
    return [writer if writer.judge else replace(writer, judge=judge) for writer in writers]


def tiering(writers: Sequence[Writer], judge: SecondModel) -> list[Writer]:
    """As `judged`, except where both are the same model: that one writes alone."""
    return [writer if writer.model == judge.model else judged([writer], judge)[0] for writer in writers]


def _read_model(text: str, whole: str, providers: Sequence[str]) -> tuple[str, str]:
    before, colon, after = text.partition(":")
    named = bool(colon) and before.strip() in providers
    provider, model = (before.strip(), after.strip()) if named else ("", text.strip())
    if not model:
        raise SpecError("models", whole.strip(), "model_blank")
    return provider, model


def _short(model: str) -> str:
    return model.rpartition("/")[2]


def _cut(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"
