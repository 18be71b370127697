"""
The level check: what grading a draft costs, and what its lists cost to read.

`python -m benchmarks.bench_levels` also writes the calibration into docs/levels.md: the threshold is chosen on every
other text and reported on the rest.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.kit import Claim
from engine.kinds import figures, kind_names, kind_of
from engine.kinds.grading import grade
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.spec import LANGS, Lang
from engine.work import Content
from tests.graded import Text, texts

DRAFTS = 60
PAGE = Path(__file__).parents[1] / "docs" / "levels.md"
BEGIN, END = "<!-- calibration -->\n", "<!-- end of calibration -->\n"
CANDIDATES = [at / 100 for at in range(5, 31)]
OFFS = ((-1, "one level below"), (0, "at the level"), (1, "one above"), (2, "two above"), (3, "three above"))
NAMES: dict[Lang, str] = {"en": "English", "ja": "Japanese", "zh": "Chinese"}
_LOAD = (
    "import time, importlib; from engine.kinds import kind_of; from engine.kinds.grading import grade_text; "
    "s = time.perf_counter(); grade_text({text!r}, {lang!r}, 1); print(time.perf_counter() - s)"
)
_SAMPLE: dict[Lang, str] = {"en": "A house by the river.", "ja": "川の近くの家です。", "zh": "河边的房子。"}


def claims() -> Iterator[Claim]:
    """At most 1 ms a draft in each language, and 0.3 s to read its lists."""
    for lang in LANGS:
        load_s = _load_s(lang)
        yield Claim(f"level check, {NAMES[lang]}: reading its lists", "<= 0.3 s", f"{load_s:.3f} s", load_s <= 0.3)
        drafts = [one for kind in kind_names() for one in _drafts(kind, lang)]
        started = time.process_time()
        for kind, content in drafts:
            grade(content, kind_of(kind), lang, 3, "Campus")
        took_ms = 1000 * (time.process_time() - started) / len(drafts)
        yield Claim(f"level check, {NAMES[lang]}: one draft", "<= 1 ms", f"{took_ms:.2f} ms", took_ms <= 1)


def _drafts(kind: str, lang: Lang) -> Iterator[tuple[str, Content]]:
    asked = figures(kind, lang, 3)
    for index in range(DRAFTS):
        ask = Ask("s0", "Campus", 3, asked["length"], asked.get("blanks"), asked)
        yield kind, write(kind, lang, {}, ask, index, seed=7)


def _load_s(lang: Lang) -> float:
    """In a process of its own: what the first text of a run takes longer."""
    code = _LOAD.format(text=_SAMPLE[lang], lang=lang)
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def calibration() -> str:
    """The tables of docs/levels.md."""
    lines = ["| language | texts | threshold chosen on the first half | good texts flagged, second half | "
             "two levels too high flagged, second half |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for lang in LANGS:
        found = texts(lang)
        chosen = _chosen(found[::2])
        good, high = _rates(found[1::2], 0.15)
        lines.append(f"| {NAMES[lang]} | {len(found)} | {chosen:.0%} | {good} | {high} |")
    return "\n".join([*lines, "", *_confusion()]) + "\n"


def _chosen(half: Sequence[Text]) -> float:
    """The lowest threshold that flags at most 5 % of the good texts."""
    shares = [text.graded(text.level).share for text in half]
    return next(at for at in CANDIDATES if sum(share >= at for share in shares) <= 0.05 * len(shares))


def _rates(half: Sequence[Text], at: float) -> tuple[str, str]:
    good = [text.graded(text.level).share >= at for text in half]
    high = [text.graded(text.level - 2).share >= at for text in half if text.level >= 3]
    return tuple(f"{sum(some)} of {len(some)}" for some in (good, high))  # type: ignore[return-value]


def _confusion() -> Iterator[str]:
    """What the usual thresholds say of the second half, by how much a text is above the level asked for."""
    yield "| the text is ... | texts | no mark | note (5 %) | flagged (15 %) | asked again (30 %) |"
    yield "| --- | --- | --- | --- | --- | --- |"
    everything = [text for lang in LANGS for text in texts(lang)[1::2]]
    for off, name in (
        (-1, "one level below"),
        (0, "at the level"),
        (1, "one above"),
        (2, "two above"),
        (3, "three above"),
    ):
        shares = [text.graded(text.level - off).share for text in everything if 1 <= text.level - off <= 6]
        bands = [(0.0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 1.1)]
        counts = [sum(low <= share < high for share in shares) for low, high in bands]
        yield f"| {name} | {len(shares)} | " + " | ".join(map(str, counts)) + " |"


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}{calibration()}{END}{after}", encoding="utf-8")
    for claim in claims():
        print(claim)
