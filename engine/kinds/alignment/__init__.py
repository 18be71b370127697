"""
Alignment: a pack of six speaking and writing steps around one situation.
"""

from pathlib import Path

from engine.kinds.alignment import checks, prompt, show
from engine.kinds.alignment.fields import Alignment
from engine.kinds.alignment.messages import FLAG_NAMES, PRINTED, REFUSAL_NAMES, TEMPLATES, WORDS, ZH
from engine.kinds.alignment.options import CONTROLS, AlignmentOptions
from engine.kinds.kind import Kind

KIND = Kind(
    name="alignment",
    title="Alignment",
    place=3,
    options=AlignmentOptions,
    controls=CONTROLS,
    fields=Alignment,
    body_field="D1",
    folder=Path(__file__).parent,
    what="alignment packs (six speaking and writing steps around one situation)",
    nouns=(),
    rules=prompt.rules,
    figures=prompt.figures,
    target=prompt.target,
    length_of="W6",
    example_note=lambda lang, options, made_with: ", neutral and friendly",
    tokens=prompt.tokens,
    source=prompt.FROM_SOURCE,
    packet=prompt.PACKET,
    tidy=checks.tidy,
    problem=checks.problem,
    flags=checks.flags,
    marks=checks.marks,
    body=checks.body,
    reviewed="alignment packs of six steps",
    task="the six steps build on each other and each exemplar answers its prompt",
    card=show.card,
    sheet=show.sheet,
    notes=show.notes,
    words=WORDS,
    printed=PRINTED,
    flag_names=FLAG_NAMES,
    refusal_names=REFUSAL_NAMES,
    messages=TEMPLATES,
    zh=ZH,
)
