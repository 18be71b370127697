"""
Cloze: a passage with blanks to fill in.
"""

from pathlib import Path

from engine.kinds.cloze import checks, prompt, show
from engine.kinds.cloze.fields import Cloze
from engine.kinds.cloze.messages import FLAG_NAMES, PRINTED, REFUSAL_NAMES, TEMPLATES, WORDS, ZH
from engine.kinds.cloze.options import CONTROLS, ClozeOptions
from engine.kinds.cloze.source import FROM_SOURCE
from engine.kinds.kind import Kind

KIND = Kind(
    name="cloze",
    title="Cloze",
    place=1,
    options=ClozeOptions,
    controls=CONTROLS,
    fields=Cloze,
    body_field="passage",
    folder=Path(__file__).parent,
    what="cloze passages (texts with blanks)",
    nouns=("cloze", "passage"),
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
    answers=checks.answers,
    readable=checks.readable,
    reviewed="cloze passages with their key",
    task="each gap has one clearly right answer, distractors are wrong, hints help without giving it away",
    blind=prompt.BLIND,
    card=show.card,
    hides_answers=True,
    edited=show.edited,
    sheet=show.sheet,
    notes=show.notes,
    gap_notes=True,
    quiz=show.quiz,
    words=WORDS,
    printed=PRINTED,
    flag_names=FLAG_NAMES,
    refusal_names=REFUSAL_NAMES,
    messages=TEMPLATES,
    zh=ZH,
)
