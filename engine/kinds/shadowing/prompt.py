"""
How a shadowing script is asked for: rules, figures, tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.kinds.kind import FromSource, Range
from engine.kinds.levels import LANGUAGES, about
from engine.kinds.shadowing.options import ShadowingOptions
from engine.kinds.tokens import point
from engine.kinds.units import UNITS
from engine.spec import Lang

_LENGTH = ((30, 50), (30, 50), (50, 80), (80, 120), (120, 180), (120, 180))  # English words
_SCALE = {"en": 1.0, "ja": 3.0, "zh": 2.7}
_TOKENS: dict[Lang, tuple[float, int]] = {"en": (1.21, 16), "ja": (0.80, 19), "zh": (0.90, 18)}  # a unit, a line

_RULES = """# Shadowing rules
- Genre: {genre}. Register: {register}. {low} to {high} lines, one or two short sentences each,
  easy to say in one breath.
- {roles}
- "text" is only what is spoken: no speaker label, no stage direction, no markup. Natural, rhythmic {language}.
- "key_phrases": 3 to 6 useful phrases copied exactly from the lines.
- "pacing": slow, medium or fast, as the level needs. "tips": one sentence on pronunciation, linking or rhythm,
  written in {language}."""
_ROLES = {
    "dialogue": 'A dialogue of 2 or 3 speakers: "roles" gives each a "label" (A, B, C), a "name" and a "gender"'
    ' (male, female, unspecified); every "speaker" is one of these labels and each of them speaks.',
    "monologue": 'One person tells something: "roles" is [] and every "speaker" is "".',
    "news": 'A news report by one speaker, facts first: "roles" is [] and every "speaker" is "".',
    "lecture": 'A part of a lecture by one speaker, with a clear thread: "roles" is [] and every "speaker" is "".',
}

FROM_SOURCE = FromSource(
    rules="""# From a source
- The script retells the "source" of the entry for speaking, in the genre above: its facts, people and words, as far as
  the level allows. Add nothing that contradicts it; leave out what does not fit the length.
- "title" is a short title of your own in {language}."""
)
_GENRES = {"dialogue": "a dialogue", "monologue": "a monologue", "news": "a news report", "lecture": "a lecture"}


def figures(lang: Lang, level: int, _options: ShadowingOptions) -> Mapping[str, Range]:
    """The length."""
    return {"length": _length(lang, level)}


def tokens(lang: Lang, level: int, options: ShadowingOptions, top: bool) -> float:
    """Tokens of one item: so many a unit of length and so many a line."""
    per_unit, per_line = _TOKENS[lang]
    return per_unit * point(_length(lang, level), top) + per_line * point(options.sentences, top)


def rules(lang: Lang, options: ShadowingOptions) -> str:
    """The rules of the system message."""
    low, high = options.sentences
    return _RULES.format(
        language=LANGUAGES[lang],
        genre=options.genre,
        register=options.register,
        low=low,
        high=high,
        roles=_ROLES[options.genre],
    )


def target(lang: Lang, level: int, options: ShadowingOptions) -> str:
    """How much to write, in lines."""
    low, high = _length(lang, level)
    fewest, most = options.sentences
    each = round(point((low, high), False) / point(options.sentences, False))
    lines = f"{fewest}-{most}" if fewest < most else str(most)
    return (
        f"Write {lines} lines of about {each} {UNITS[lang]}, about {about((low, high))} in all ({low}-{high} at most)."
    )


def shows_example(options: ShadowingOptions, made_with: Mapping[str, Any]) -> bool:
    """A dialogue is shown to a run of dialogues, a text of one speaker to the others."""
    return (options.genre == "dialogue") is (made_with["genre"] == "dialogue")


def example_note(_lang: Lang, options: ShadowingOptions, made_with: Mapping[str, Any]) -> str:
    """Which genre the example is of, and which one to write where that is another."""
    shown, asked = made_with["genre"], _GENRES[options.genre]
    return f" of a {shown}" + ("" if shown == options.genre else f"; yours is {asked}")


def _length(lang: Lang, level: int) -> Range:
    low, high = (_SCALE[lang] * end for end in _LENGTH[level - 1])
    return (_to_five(low), _to_five(high)) if lang == "zh" else (round(low), round(high))


def _to_five(value: float) -> int:
    return 5 * int(value / 5 + 0.5)
