"""
What to make and how fast: RunSpec, Tuning and their bounds.

Everything here is checked again by the engine, whatever a widget promised. How the work is cut is work.py's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import import_module
from typing import Any, ClassVar, Self, get_args

from engine.errors import SpecError
from engine.messages import Message
from engine.spec.bounds import LEVELS as LEVELS
from engine.spec.bounds import Lang as Lang
from engine.spec.bounds import check_levels, check_topics, topic_errors
from engine.spec.bounds import choice as choice
from engine.spec.bounds import number as number
from engine.spec.bounds import one_of as one_of
from engine.spec.bounds import pair as pair
from engine.spec.bounds import whole as whole
from engine.spec.languages import OFFERED as OFFERED
from engine.spec.languages import checked_as as checked_as
from engine.spec.languages import language_field as language_field
from engine.spec.languages import language_name as language_name
from engine.spec.languages import language_tag as language_tag
from engine.spec.languages import prompt_name as prompt_name
from engine.spec.languages import unchecked as unchecked
from engine.spec.level_check import LevelCheck as LevelCheck
from engine.spec.level_check import check_shares as check_shares
from engine.spec.material import MOST_EXAMPLES as MOST_EXAMPLES
from engine.spec.material import MOST_NOTE as MOST_NOTE
from engine.spec.material import TARGET_WORDS as TARGET_WORDS
from engine.spec.material import StyleExample as StyleExample
from engine.spec.material import StyleNote as StyleNote
from engine.spec.material import WordList as WordList
from engine.spec.material import check_target, style_from_json, word_list_from_json
from engine.spec.sources import Source, check_sources, sources_from_json
from engine.spec.sources import text_digest as text_digest
from engine.spec.topics import TopicList, read_topic_list, topics_as_typed
from engine.spec.tuning import BATCH_SIZE as BATCH_SIZE
from engine.spec.tuning import CONCURRENCY as CONCURRENCY
from engine.spec.tuning import CONCURRENCY_CEILING as CONCURRENCY_CEILING
from engine.spec.tuning import PRESETS as PRESETS
from engine.spec.tuning import RANGES as RANGES
from engine.spec.tuning import RETRIES as RETRIES
from engine.spec.tuning import RETRIES_OF_AUTO as RETRIES_OF_AUTO
from engine.spec.tuning import THROTTLE_MS as THROTTLE_MS
from engine.spec.tuning import Recommendation as Recommendation
from engine.spec.tuning import Tuning as Tuning
from engine.spec.tuning import recommend as recommend
from engine.spec.tuning import tuning_for as tuning_for

LANGS: tuple[Lang, ...] = get_args(Lang)
LEVEL_NAMES = {
    1: "A1 / N5 / HSK 1-2",
    2: "A2 / N4 / HSK 3",
    3: "B1 / N3 / HSK 4",
    4: "B2 / N2 / HSK 5",
    5: "C1 / N1 / HSK 6",
    6: "C2 / above N1 / HSK 7-9",
}

PER_COMBO = range(1, 1001)
MOST_SLOTS = 200_000


@dataclass(frozen=True, slots=True)
class Options:
    """Base of the options of a kind. Each kind has its own subclass; every field has a default."""

    has_blanks: ClassVar[bool] = False
    """A learner fills in words, so that those of a list can be blanked."""

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
        SpecError: a field is out of bounds, a topic is blank or given twice, or the run would pass 200,000 slots.
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
    words: WordList | None = None
    """Target words: each draft uses `target_words` of them."""
    target_words: int = 1
    blank_words: bool = False
    """The target words are the blanks."""
    known_words: WordList | None = None
    """Words that count as within the level."""
    style: StyleNote | None = None
    level_shares: tuple[float, float, float] = (0.05, 0.15, 0.30)
    """When a draft counts as above its level: a note, a flag, asked for again; see LevelCheck."""

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
        check_shares(self.level_shares)
        if self.budget_usd is not None:
            number("budget_usd", self.budget_usd, 0.0001, 100_000.0)
        if not isinstance(self.options, made):
            given = type(self.options).__name__
            raise SpecError("options", given, "options_of_kind", kind=self.kind, options=made.__name__)
        if self.words is not None and self.sources and not self.blank_words:
            raise SpecError("words", self.words.ref, "words_and_texts")
        check_target(self.words, self.target_words, self.kind, blank=self.blank_words, has_blanks=made.has_blanks)
        if self.slots > MOST_SLOTS:
            raise SpecError("per_combo", Message("drafts_counted", {"n": self.slots}), "drafts_many", most=MOST_SLOTS)

    @property
    def level_check(self) -> LevelCheck:
        """When a draft counts as above its level."""
        return LevelCheck(*self.level_shares)

    @property
    def slots(self) -> int:
        """Drafts of this run: topics x levels x per_combo, for any Tuning."""
        return len(self.topics) * len(self.levels) * self.per_combo

    def source_of(self, topic: str) -> str:
        """The passage that the drafts of a topic are made from; empty: they are about the topic."""
        return self.sources[self.topics.index(topic)].body if self.sources and topic in self.topics else ""

    def about(self, topics: Sequence[str], **changes: Any) -> RunSpec:
        """The same for some of its topics, each with its passage."""
        sources = tuple(one for one in self.sources if one.topic in topics)
        kept = tuple(one.topic for one in sources) if sources else tuple(topics)
        return replace(self, topics=kept, sources=sources, **changes)

    def slot_words(self, slot: int) -> tuple[str, ...]:
        """The target words of a slot of a run about topics, by its number; none without a list."""
        return () if self.words is None else self.words.share(slot, self.target_words)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, without material that is not used; `from_json` gives the same RunSpec back."""
        raw = asdict(self)
        unused = [name for name in ("words", "known_words", "style") if raw[name] is None]
        unused += ["target_words", "blank_words"] if self.words is None else []
        return {name: value for name, value in raw.items() if name not in unused}

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
        values["words"] = word_list_from_json(raw.get("words"))
        values["known_words"] = word_list_from_json(raw.get("known_words"))
        values["style"] = style_from_json(raw.get("style"))
        if "level_shares" in values:
            values["level_shares"] = tuple(values["level_shares"])
        return cls(**values)


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
