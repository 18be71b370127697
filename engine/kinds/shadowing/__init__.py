"""
Shadowing: a script to listen to and speak along with.
"""

from pathlib import Path

from engine.kinds.kind import Kind
from engine.kinds.shadowing import checks, prompt, show
from engine.kinds.shadowing.fields import Shadowing
from engine.kinds.shadowing.messages import FLAG_NAMES, PRINTED, REFUSAL_NAMES, TEMPLATES, WORDS, ZH
from engine.kinds.shadowing.options import CONTROLS, ShadowingOptions

KIND = Kind(
    name="shadowing",
    title="Shadowing",
    place=2,
    options=ShadowingOptions,
    controls=CONTROLS,
    fields=Shadowing,
    body_field="lines",
    folder=Path(__file__).parent,
    what="shadowing scripts (texts to listen to and speak along with)",
    nouns=("monologue", "shadowing"),
    rules=prompt.rules,
    figures=prompt.figures,
    target=prompt.target,
    shows_example=prompt.shows_example,
    example_note=prompt.example_note,
    tokens=prompt.tokens,
    source=prompt.FROM_SOURCE,
    as_source=checks.as_source,
    tidy=checks.tidy,
    problem=checks.problem,
    flags=checks.flags,
    marks=checks.marks,
    body=checks.body,
    lines=checks.lines,
    reviewed="shadowing scripts",
    task="easy to speak along with, roles are clear",
    card=show.card,
    sheet=show.sheet,
    notes=show.notes,
    voice=show.voice,
    words=WORDS,
    printed=PRINTED,
    flag_names=FLAG_NAMES,
    refusal_names=REFUSAL_NAMES,
    messages=TEMPLATES,
    zh=ZH,
)
