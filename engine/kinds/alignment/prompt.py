"""
How an alignment pack is asked for: rules, figures, tokens, and how many fit a packet.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.kinds.alignment.options import AlignmentOptions
from engine.kinds.kind import FromSource, Range
from engine.kinds.levels import LANGUAGES, about, sentences
from engine.kinds.units import UNITS
from engine.spec import Lang
from engine.work import PacketLimit

# kinds.md: a pack of six steps is ~1,500 tokens, four of them outgrow a reply; from level 4 up at most two.
PACKET = PacketLimit(slots=3, high_level=4, high_slots=2)

# The range of the longest exemplar, W6; read off the sample drafts, levels 4 to 6 carried on.
_LENGTH = ((60, 220), (64, 242), (88, 352), (110, 440), (130, 520), (150, 600))
_SCALE = {"en": 1.0, "ja": 2.4, "zh": 1.7}
_OTHERS, _FIRST = 0.4, 0.33
"""The length of the other steps and of D1, as shares of W6."""
_FACTOR = {"short": 0.8, "medium": 1.0, "long": 1.25}

_TOKENS: dict[Lang, tuple[int, ...]] = {  # levels 1 to 3 measured, then carried on
    "en": (1000, 1150, 1400, 1650, 1900, 2150),
    "ja": (1350, 1550, 1850, 2200, 2500, 2800),
    "zh": (1100, 1200, 1450, 1700, 1950, 2200),
}
_TOKENS_FACTOR = {"short": 1.0, "medium": 1.0, "long": 1.25}
_TOP = 1.25

_RULES = """# Alignment rules
- Six steps around the topic, all in {language}: D1 an easy dialogue, D2 a richer dialogue with a small problem,
  T3 a discussion (an opinion with reasons), W4 a short text, T5 a task (an e-mail or message), W6 a longer text.
- Formality: {formality}. Tone: {tone}. Size: {length}.
- Each step: "title"; "prompt", what the learner should do; "exemplar", a complete model answer.
- The exemplars of D1 and D2 are dialogues with one turn on each line, "A: ..." and "B: ...", 4 to 16 turns;
  line breaks inside a string are written \\n. D2 is longer than D1, W6 is longer than W4.
- "length" in the request is for W6. Under "Levels" stand W6 / each of D2, T3, W4 and T5 / D1.
- D1, D2, T3: "key_phrases" (3 to 6, copied exactly from the exemplar), "patterns" (2 or 3), "hints" (2 or 3).
- W4: "checklist" (3 or 4). T5: "templates" (2 or 3 sentence starters). W6: "outline" (3 to 5 points)."""

FROM_SOURCE = FromSource(
    rules="""# From a source
- All six steps are built around the "source" of the entry: D1 and D2 talk about what it tells, T3 discusses it,
  W4 retells a part of it, T5 writes to or for its people, W6 retells or continues it. Contradict nothing in it.
- "title" is a short title of your own in {language}."""
)


def figures(lang: Lang, level: int, options: AlignmentOptions) -> Mapping[str, Range]:
    """The length of W6, the longest of the six exemplars."""
    low, high = (_SCALE[lang] * _FACTOR[options.length] * end for end in _LENGTH[level - 1])
    return {"length": (int(low + 0.5), int(high + 0.5))}


def tokens(lang: Lang, level: int, options: AlignmentOptions, top: bool) -> float:
    """Tokens of one item."""
    base = _TOKENS[lang][level - 1] * _TOKENS_FACTOR[options.length]
    return base * _TOP if top else base


def rules(lang: Lang, options: AlignmentOptions) -> str:
    """The rules of the system message."""
    return _RULES.format(
        language=LANGUAGES[lang], formality=options.formality, tone=options.tone, length=options.length
    )


def target(lang: Lang, level: int, options: AlignmentOptions) -> str:
    """How much to write, step by step."""
    low, high = figures(lang, level, options)["length"]
    aim = about((low, high))
    few, many = sentences(lang, level, (low, high))
    others, first = (round(share * aim, -1) for share in (_OTHERS, _FIRST))
    return (
        f"Write {few}-{many} sentences, about {aim} {UNITS[lang]} ({low}-{high} at most) / {others:.0f} / {first:.0f}."
    )
