"""What the kinds' tests share: the 54 sample drafts, a spec for each, and replies built from them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from engine.kinds.alignment.options import AlignmentOptions
from engine.kinds.cloze.options import ClozeOptions
from engine.kinds.shadowing.options import ShadowingOptions
from engine.spec import Options, RunSpec
from engine.work import Packet, plan

SAMPLES: dict[str, dict[str, Any]] = {
    row["spec"]["id"]: row
    for row in json.loads(Path(__file__).with_name("test_kinds_samples.json").read_text(encoding="utf-8"))
}


def sample(name: str) -> dict[str, Any]:
    """A sample's item without its id, free to be changed."""
    item: dict[str, Any] = copy.deepcopy(SAMPLES[name]["item"])
    del item["id"]
    return item


def level_of(name: str) -> int:
    level: int = SAMPLES[name]["spec"]["level"]
    return level


def spec_for(name: str, copies: int = 1) -> RunSpec:
    """The RunSpec a sample was written for."""
    asked = SAMPLES[name]["spec"]
    options: Options = ClozeOptions()
    if asked["kind"] == "shadowing":
        options = ShadowingOptions(genre=asked["genre"], register=asked["register_"])
    elif asked["kind"] == "alignment":
        formality, tone, length = asked["style"].split(";")
        options = AlignmentOptions(formality, tone, length)
    return RunSpec(asked["kind"], asked["lang"], (asked["level"],), (asked["topic"],), copies, options=options)


def packet_for(spec: RunSpec) -> Packet:
    """All slots of a spec in one packet."""
    return Packet(0, tuple(plan(spec)))


def reply(*items: dict[str, Any], **extra: Any) -> str:
    """A reply as a well-behaved model writes it."""
    return json.dumps({"items": list(items), **extra}, ensure_ascii=False, separators=(",", ":"))


def named(name: str, identity: str) -> dict[str, Any]:
    """A sample under an id."""
    return {"id": identity, **sample(name)}


def codes(flags: Any, severity: str = "flagged") -> set[str]:
    return {flag.code for flag in flags if flag.severity == severity}


def test_there_are_six_samples_of_each_kind_and_language() -> None:
    """The tests use 54 drafts: six for each kind and language."""
    kinds = [(row["spec"]["kind"], row["spec"]["lang"]) for row in SAMPLES.values()]
    assert len(kinds) == 54 and {kinds.count(pair) for pair in kinds} == {6}
