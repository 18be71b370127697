"""Kinds are plug-ins: nothing outside a kind's folder knows it, and one more needs nothing but itself."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import dashboard
import engine
from dashboard.screens.card import draft_card
from dashboard.text import templates
from engine.export.columns import draft_header, draft_row, with_cells
from engine.export.selection import Marked
from engine.kinds import Fields, Kind, build_prompt, kind_names, kind_of, kinds, read_reply, register, unregister
from engine.kinds.blocks import Block, Listed, Note, Prose, Sheet
from engine.kinds.shape import Text, Texts, Title
from engine.limiter.limits import Limits
from engine.messages import TEMPLATES
from engine.reports.estimate import load_of
from engine.spec import Options, RunSpec, Tuning
from engine.work import Content, Packet, PacketLimit, pack, plan
from tests.unit.test_export_kit import row_of

ROOTS = [Path(str(package.__file__)).parent for package in (engine, dashboard)]
# File formats that call a text with gaps a cloze.
FORMATS = ("anki.py", "anki_text.py", "cards.py", "moodle.py", "preview.py")
ORDINARY = ("reading",)
"""Names of kinds that are also ordinary words: only as a whole string they name the kind."""


def files() -> Iterator[Path]:
    """The product's modules outside the kinds' own folders and the practice provider."""
    for root in ROOTS:
        for file in root.rglob("*.py"):
            inside = file.relative_to(root).parts
            if inside[0] != "practice" and not (inside[0] == "kinds" and len(inside) > 2):
                yield file


def strings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_nothing_names_a_kind() -> None:
    """No string, import or word of a file outside engine/kinds/<name> and the practice provider is a kind's name."""
    for file in files():
        if file.name not in FORMATS:
            assert not set(kind_names()) & set(strings(file)), file
        text = file.read_text("utf-8")
        for name in kind_names():
            assert not re.search(rf"kinds\.{name}\b|\b{name.capitalize()}Options", text), file
            if name not in ORDINARY and file.name not in FORMATS:
                assert not re.search(rf"\b{name}\b", text, re.IGNORECASE), (file, name)


def test_every_word_of_a_kind_is_translated() -> None:
    """What a kind shows to people is there in Chinese, with the same figures."""
    for kind in kinds():
        shown = [kind.title, *kind.words.values(), *kind.flag_names.values(), *kind.refusal_names.values()]
        shown += kind.messages.values()
        for control in kind.controls:
            shown += [control.title, control.auto, control.heading, *control.choices.values()]
        for text in filter(None, shown):
            assert kind.zh.get(text), (kind.name, text)
        for english, chinese in kind.zh.items():
            fields = [set(re.findall(r"(?<!\{)\{\w+\}(?!\})", text)) for text in (english, chinese)]
            assert fields[0] >= fields[1], english


@dataclass(frozen=True, slots=True)
class ProverbOptions(Options):
    """No options."""


class Proverb(Fields):
    """A proverb and what it means."""

    title: Title
    proverb: Text
    examples: Texts


def card(content: Content, _answers: bool) -> list[Block]:
    return [Prose((content["proverb"],), place="proverb"), Listed("examples", tuple(content["examples"]))]


WORKED = {"id": "example", "title": "Early", "proverb": "The early bird catches the worm.", "examples": ["I rose."]}


@pytest.fixture
def proverb(tmp_path: Path) -> Iterator[Kind]:
    """A made-up kind."""
    (tmp_path / "examples.json").write_text(json.dumps({"en": [{"topic": "Time", "level": 2, "item": WORKED}]}))
    kind = Kind(
        name="proverb",
        title="Proverb",
        place=99,
        options=ProverbOptions,
        fields=Proverb,
        body_field="proverb",
        folder=tmp_path,
        what="proverbs",
        nouns=("proverb",),
        rules=lambda lang, options: "# Proverb rules\n- One sentence.",
        figures=lambda lang, level, options: {"length": (4, 20), "examples": (1, 2)},
        tokens=lambda lang, level, options, top: 60.0,
        packet=PacketLimit(slots=2),
        problem=lambda content, spec: None,
        flags=lambda content, spec, level: (),
        body=lambda content: content["proverb"],
        card=card,
        sheet=lambda content: Sheet(card(content, False)),
        notes=lambda content: [Note(card(content, False), [])],
        words={"examples": "Examples"},
        printed={},
        flag_names={},
        refusal_names={},
        messages={},
        reviewed="proverbs",
        task="it is a proverb",
        zh={},
    )
    register(kind)
    yield kind
    unregister(kind.name)


def test_a_made_up_kind_goes_all_the_way(proverb: Kind) -> None:
    """plan > pack > prompt > read > columns > card, with nothing but the kind itself."""
    spec = RunSpec("proverb", "en", (2,), ("Time", "Money"), 2)
    packets = pack(plan(spec), 5, kind_of("proverb").packet)
    assert [len(packet.slots) for packet in packets] == [2, 2]
    prompt = build_prompt(spec, packets[0])
    asked = json.loads(prompt.user)["items"][0]
    assert (asked["length"], asked["examples"]) == ([4, 20], [1, 2]) and "# Proverb rules" in prompt.system
    assert prompt.schema and prompt.schema["properties"]["items"]["items"]["required"][1:] == list(Proverb.model_fields)
    item = {"title": "Slow", "proverb": "Slow and steady wins the race.", "examples": ["Take your time."]}
    packet = Packet(0, packets[0].slots[:1])
    reading = read_reply(json.dumps({"items": [{"id": asked["id"], **item}]}), packet, spec)
    assert [draft.content for draft in reading.drafts] == [item]
    marked = row_of(item, kind="proverb")
    assert draft_header(["proverb"])[3:6] == ["title", "proverb", "examples"]
    assert with_cells(item, "proverb", draft_row(marked)) == item
    assert isinstance(marked, Marked) and "wins the race" in draft_card("proverb", "en", item)
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_a_kind_that_is_gone_is_named() -> None:
    """Without its folder a kind is an unknown one."""
    with pytest.raises(engine.SpecError, match="kind"):
        RunSpec("proverb", "en", (2,), ("Time",))


@pytest.mark.parametrize(("levels", "calls"), [((5,), 6), ((1,), 4), ((3, 5), 8), ((4, 5, 6, 1), 18)])
def test_the_forecast_counts_the_calls_that_are_packed(levels: tuple[int, ...], calls: int) -> None:
    """Twelve alignment packs of level 5 are six calls in the plan and in the forecast."""
    spec = RunSpec("alignment", "en", levels, ("a",), 12)
    packed = pack(plan(spec), 8, kind_of("alignment").packet)
    assert load_of(spec, Tuning(batch_size=8), Limits(), spec.slots).calls == len(packed) == calls


def test_every_refusal_and_flag_has_its_sentence() -> None:
    """Each code that a kind's modules emit has a template in English and in Chinese."""
    folder = Path(str(engine.__file__)).parent / "kinds"
    chinese = templates("zh")
    for file in folder.rglob("*.py"):
        text = file.read_text("utf-8")
        names = [f"draft.{code}" for code in re.findall(r"\bflag\(\s*\"(\w+)\"", text)]
        names += [f"refused.{code}" for code in re.findall(r"\brefused\(\s*\"\w+\",\s*\"(\w+)\"", text)]
        for name in names:
            assert name in TEMPLATES, (file, name)
            assert chinese[name] != TEMPLATES[name], (file, name)
