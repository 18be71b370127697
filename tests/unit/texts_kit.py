"""What the tests of own texts share: texts of any length in each language, and specs of their passages."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from engine.kinds import count_units
from engine.practice.bank import load
from engine.practice.pen import Pen
from engine.practice.script import join
from engine.spec import Lang, RunSpec
from engine.spec.sources import Source, topics_of

HARBOUR = (
    "Mia walked to the harbour. “It’s late,” she said.\nThe boats were quiet, and the water was grey because the sun "
    "had gone behind the hills. She sat on a bench and looked at the lights on the other side of the bay for a long "
    "time. Her brother was on one of those boats, and he would come home soon with stories about the sea and the cold "
    "nights. Then she heard a voice that she knew, and she ran down the steps to the pier with her old blue coat open."
)

DOCX_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def written(lang: Lang, units: int, number: int = 0) -> str:
    """A text of at least so many units in two paragraphs, another one for each number."""
    pen, said = Pen(load(lang), 7, number), []
    for sentence in pen.beats("narrative", pen.bank.narrative["easy"]):
        said.append(pen.say(sentence.whole))
        if count_units(join(said, lang), lang) >= units:
            break
    half = len(said) // 2
    return f"{join(said[:half], lang)}\n{join(said[half:], lang)}"


def sources(lang: Lang = "en", count: int = 3, units: int = 120) -> tuple[Source, ...]:
    """Passages of one text."""
    return tuple(Source("Harbour", number + 1, written(lang, units, number), 1, 1) for number in range(count))


def sourced(kind: str = "cloze", lang: Lang = "en", *given: Source, **more: Any) -> RunSpec:
    """A RunSpec of passages."""
    made_from = given or sources(lang)
    return RunSpec(kind, lang, more.pop("levels", (2,)), topics_of(made_from), sources=made_from, **more)


def docx(*paragraphs: str, **parts: bytes) -> bytes:
    """A DOCX file with these paragraphs, and other parts by name."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<?xml version="1.0"?><w:document xmlns:w="{DOCX_SPACE}"><w:body>{body}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", parts.pop("document", document.encode()))
        for name, part in parts.items():
            packed.writestr(name, part)
    return file.getvalue()
