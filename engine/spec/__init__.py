"""
What to make and how fast: RunSpec, Tuning and their bounds.

Everything here is checked again by the engine, whatever a widget promised. How the work is cut is work.py's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import import_module
from typing import Any, Literal, Self, get_args

from engine.errors import SpecError
from engine.messages import Message
from engine.spec.bounds import LEVELS as LEVELS
from engine.spec.bounds import check_levels, check_topics, topic_errors
from engine.spec.bounds import choice as choice
from engine.spec.bounds import number as number
from engine.spec.bounds import one_of as one_of
from engine.spec.bounds import pair as pair
from engine.spec.bounds import whole as whole
from engine.spec.sources import Source, check_sources, sources_from_json
from engine.spec.sources import text_digest as text_digest
from engine.spec.topics import TopicList, read_topic_list, topics_as_typed

Lang = Literal["en", "ja", "zh"]
LANGS: tuple[Lang, ...] = get_args(Lang)
LEVEL_NAMES = {
    1: "A1 / N5 / HSK 1-2",
    2: "A2 / N4 / HSK 3",
    3: "B1 / N3 / HSK 4",
    4: "B2 / N2 / HSK 5",
    5: "C1 / N1 / HSK 6",
    6: "C2 / above N1 / HSK 7-9",
}

# The guide's ranges. A profile may raise the concurrency ceiling, nothing else goes past them.
CONCURRENCY = range(1, 9)
BATCH_SIZE = range(1, 11)
RETRIES = range(6)
THROTTLE_MS = range(2001)
RANGES = {"concurrency": CONCURRENCY, "batch_size": BATCH_SIZE, "retries": RETRIES, "throttle_ms": THROTTLE_MS}
"""The range of each figure of a Tuning, by its name: the form and the grid of a comparison show these."""
RETRIES_OF_AUTO = 3
CONCURRENCY_CEILING = 256
PER_COMBO = range(1, 1001)
MOST_SLOTS = 200_000


@dataclass(frozen=True, slots=True)
class Options:
    """Base of the options of a kind. Each kind has its own subclass; every field has a default."""

    def settled(self, lang: Lang) -> Self:
        """Equal options with nothing left to a default of the language: what the fingerprint and the request hold."""
        del lang
        return self


_OPTIONS: dict[str, type[Options]] = {}


def add_kind(name: str, options: type[Options]) -> None:
    """Make a kind known to RunSpec; the registry of kinds calls it."""
    _OPTIONS[name] = options


def drop_kind(name: str) -> None:
    """Undo `add_kind`."""
    _OPTIONS.pop(name, None)


def kind_names() -> tuple[str, ...]:
    """The names of all kinds, in the order they are offered; the first one is the default."""
    import_module("engine.kinds")  # kinds are plug-ins: they add themselves when their package is loaded
    return tuple(_OPTIONS)


def options_class(kind: str) -> type[Options]:
    """
    The class of a kind's options.

    Raises:
        SpecError: there is no such kind.
    """
    choice("kind", kind, kind_names())
    return _OPTIONS[kind]


@dataclass(frozen=True, slots=True)
class RunSpec:
    """
    What to make.

    Raises:
        SpecError: a field is out of bounds, a topic is blank or stands twice, or the run would pass 200,000 slots.
    """

    kind: str
    lang: Lang
    levels: tuple[int, ...]
    topics: tuple[str, ...]
    per_combo: int = 1
    provider: str = "practice"
    model: str = ""
    """Empty: the profile's default model."""
    temperature: float = 0.7
    options: Options = field(default_factory=Options)
    """Of the kind's own class; left out: its defaults."""
    budget_usd: float | None = None
    reuse: bool = True
    """Take drafts already paid for from the store before asking for new ones."""
    sources: tuple[Source, ...] = ()
    """The passages that drafts are made from, one for each topic; empty: drafts are about the topics."""

    def __post_init__(self) -> None:
        made = options_class(self.kind)
        if type(self.options) is Options:
            object.__setattr__(self, "options", made())
        choice("lang", self.lang, LANGS)
        check_levels(self.levels)
        check_topics(self.topics)
        check_sources(self.kind, self.sources, self.topics)
        whole("per_combo", self.per_combo, PER_COMBO)
        number("temperature", self.temperature, 0.0, 2.0)
        if self.budget_usd is not None:
            number("budget_usd", self.budget_usd, 0.0001, 100_000.0)
        if not isinstance(self.options, made):
            given = type(self.options).__name__
            raise SpecError("options", given, "options_of_kind", kind=self.kind, options=made.__name__)
        if self.slots > MOST_SLOTS:
            raise SpecError("per_combo", Message("drafts_counted", {"n": self.slots}), "drafts_many", most=MOST_SLOTS)

    @property
    def slots(self) -> int:
        """Drafts this run makes: topics x levels x per_combo, whatever the Tuning."""
        return len(self.topics) * len(self.levels) * self.per_combo

    def source_of(self, topic: str) -> str:
        """The passage that the drafts of a topic are made from; empty: they are about the topic."""
        return self.sources[self.topics.index(topic)].body if self.sources and topic in self.topics else ""

    def about(self, topics: Sequence[str], **changes: Any) -> RunSpec:
        """The same for some of its topics, each with its passage."""
        sources = tuple(one for one in self.sources if one.topic in topics)
        kept = tuple(one.topic for one in sources) if sources else tuple(topics)
        return replace(self, topics=kept, sources=sources, **changes)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the same RunSpec back."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> RunSpec:
        """
        Read what `to_json` wrote.

        Raises:
            SpecError: as the constructor.
        """
        values = {f.name: raw[f.name] for f in fields(cls) if f.name in raw}
        values["levels"] = tuple(values["levels"])
        values["topics"] = tuple(values["topics"])
        values["sources"] = sources_from_json(values.get("sources") or ())
        values["options"] = options_from_json(values["kind"], values.get("options") or {})
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Tuning:
    """
    How fast: calls in flight, slots a call, RETRYs a packet, smallest gap between two starts.

    Raises:
        SpecError: a value is outside the guide's ranges (concurrency: outside 1..256; `check_ceiling` narrows it).
    """

    concurrency: int = 1
    batch_size: int = 1
    retries: int = 2
    throttle_ms: int = 0
    auto: bool = False

    def __post_init__(self) -> None:
        whole("concurrency", self.concurrency, range(1, CONCURRENCY_CEILING + 1))
        whole("batch_size", self.batch_size, BATCH_SIZE)
        whole("retries", self.retries, RETRIES)
        whole("throttle_ms", self.throttle_ms, THROTTLE_MS)

    def check_ceiling(self, ceiling: int) -> None:
        """
        Refuse more calls in flight than the provider's profile allows.

        Raises:
            SpecError: concurrency is above `ceiling`.
        """
        whole("concurrency", self.concurrency, range(1, ceiling + 1))


PRESETS: dict[str, Tuning] = {
    "serial": Tuning(1, 1),
    "concurrent": Tuning(4, 1),
    "batch": Tuning(1, 3),
    "combined": Tuning(4, 3),
    "auto": Tuning(auto=True),
}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The guide's ranges (low, high) for a size of run, and the Tuning in the middle of them."""

    concurrency: tuple[int, int]
    batch_size: tuple[int, int]
    retries: tuple[int, int]
    throttle_ms: tuple[int, int]
    tuning: Tuning


def recommend(n: int) -> Recommendation:
    """
    What the guide advises for a run of `n` drafts.

    Returns:
        Under 20: concurrency 2-3, batch 1-2; 20 to 100: 4-6, 3-5; over 100: 6-8, 5-8; retries 2-3, throttle 100-300 ms.
    """
    if n < 20:
        concurrency, batch_size = (2, 3), (1, 2)
    elif n <= 100:
        concurrency, batch_size = (4, 6), (3, 5)
    else:
        concurrency, batch_size = (6, 8), (5, 8)
    retries, throttle_ms = (2, 3), (100, 300)
    middle = [math.ceil((low + high) / 2) for low, high in (concurrency, batch_size, retries)]
    tuning = Tuning(middle[0], middle[1], middle[2], throttle_ms[0])
    return Recommendation(concurrency, batch_size, retries, throttle_ms, tuning)


def tuning_for(preset: str, n: int) -> Tuning:
    """
    The Tuning a preset stands for in a run of `n` drafts; `auto` starts from `recommend(n)` and chooses as it goes.

    Raises:
        SpecError: there is no such preset.
    """
    choice("preset", preset, tuple(PRESETS))
    tuning = PRESETS[preset]
    if not tuning.auto:
        return tuning
    return Tuning(CONCURRENCY[-1], recommend(n).tuning.batch_size, RETRIES_OF_AUTO, auto=True)


def split_topics(text: str, *, as_typed: bool = False) -> tuple[str, ...]:
    """
    Read a text box or a file of topics, one per line; blank lines and spaces around a topic do not count.

    Args:
        text: A list as it was typed or pasted.
        as_typed: Take every line as it is; otherwise list marks, quotes and headings are removed (see topics).

    Raises:
        SpecError: no topic, one twice, one too long, or too many; or a person must say what is meant.
    """
    for error in topic_list_errors(text, as_typed=as_typed):
        raise error
    return _topic_list(text, as_typed).topics


def topic_list_errors(text: str, *, as_typed: bool = False) -> list[SpecError]:
    """Everything that `split_topics` would refuse, line by line; what a person must decide comes alone."""
    found = _topic_list(text, as_typed)
    if found.doubts:
        doubt = found.doubts[0]
        return [SpecError("topics", doubt.values["line"], doubt.code, **doubt.values)]
    return list(topic_errors(found.topics))


def _topic_list(text: str, as_typed: bool) -> TopicList:
    return topics_as_typed(text) if as_typed else read_topic_list(text)


def options_from_json(kind: str, raw: Mapping[str, Any]) -> Options:
    """
    Build a kind's options from plain JSON values; unknown names are refused.

    Raises:
        SpecError: a name is unknown or a value out of bounds.
    """
    made = options_class(kind)
    known = {f.name for f in fields(made)}
    for name in raw:
        if name not in known:
            raise SpecError(name, raw[name], "option_known", kind=kind, known=sorted(known))
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    return made(**values)
