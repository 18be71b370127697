"""
Reading: a text with multiple-choice questions.
"""

from pathlib import Path

from engine.kinds.kind import Kind
from engine.kinds.reading import checks, prompt, show
from engine.kinds.reading.fields import Reading
from engine.kinds.reading.messages import FLAG_NAMES, PRINTED, REFUSAL_NAMES, TEMPLATES, WORDS, ZH
from engine.kinds.reading.options import CONTROLS, ReadingOptions
from engine.kinds.reading.source import FROM_SOURCE

KIND = Kind(
    name="reading",
    title="Reading",
    place=4,
    options=ReadingOptions,
    controls=CONTROLS,
    fields=Reading,
    body_field="text",
    folder=Path(__file__).parent,
    what="readings (texts with multiple-choice questions)",
    nouns=(),
    rules=prompt.rules,
    figures=prompt.figures,
    target=prompt.target,
    example_note=prompt.example_note,
    tokens=prompt.tokens,
    source=FROM_SOURCE,
    tidy=checks.tidy,
    problem=checks.problem,
    flags=checks.flags,
    marks=checks.marks,
    body=checks.body,
    reviewed="readings: texts with multiple-choice questions and their key",
    task="each question has one clearly right option by the text and three clearly wrong ones",
    card=show.card,
    hides_answers=True,
    sheet=show.sheet,
    notes=show.notes,
    quiz=show.quiz,
    words=WORDS,
    printed=PRINTED,
    flag_names=FLAG_NAMES,
    refusal_names=REFUSAL_NAMES,
    messages=TEMPLATES,
    zh=ZH,
)
