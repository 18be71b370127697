"""Whole runs from own texts over real HTTP, and their command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine import Runner, Store, Tuning
from engine.cli.main import app
from engine.kinds.text import fill
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from engine.reports import estimate_of
from engine.review import approved_sources, edit_draft
from engine.spec import Lang, Options, options_class
from engine.spec.sources import Source, topics_of
from engine.store import DraftFilter, DraftRow
from tests.integration.conftest import QUICK, Bench
from tests.matrix import matrix, slow
from tests.unit.texts_kit import sources, written


def source_spec(kind: str, lang: Lang, count: int, **more: Any) -> dict[str, Any]:
    made = sources(lang, count)
    return {
        "kind": kind,
        "lang": lang,
        "levels": (3,),
        "per_combo": 1,
        "topics": topics_of(made),
        "sources": made,
        **more,
    }


def drafts(bench: Bench, run: int) -> list[DraftRow]:
    return list(bench.store.drafts.each(DraftFilter(run=run)))


@pytest.mark.parametrize("kind", ["cloze", slow("shadowing"), slow("alignment")])
def test_a_hundred_passages_end_done_and_no_changed_text_is_stored(store: Store, runner: Runner, kind: str) -> None:
    """With changed_text=0.2 and five retries, 100 passages end `done` with a draft each; a cloze is its passage."""
    with PracticeProcess(PracticeSettings(**QUICK, seed=3, faults={"changed_text": 0.2})) as practice:
        bench = Bench(store, runner, practice)
        job = bench.job(tuning=Tuning(8, 3, retries=5), options=_defaults(kind), **source_spec(kind, "en", 100))
        row = bench.run(job)
        assert (row.state, row.totals.drafted) == ("done", 100)
        refused = [call.refused.get("changed_text", 0) for call in bench.store.calls.page(row.id, 500)]
        assert (sum(refused) > 0) is (kind == "cloze")
        for draft in drafts(bench, row.id) if kind == "cloze" else ():
            answers = {blank["id"]: blank["answer"] for blank in draft.content["blanks"]}
            assert fill(draft.content["passage"], answers) == job.spec.source_of(draft.topic)


def _defaults(kind: str) -> Options:
    return options_class(kind)()


@pytest.mark.parametrize(("kind", "lang"), matrix(["cloze", "reading", "shadowing", "alignment"], ["ja", "zh"]))
def test_every_kind_and_language_is_made_from_passages(bench: Bench, kind: str, lang: Lang) -> None:
    """N = passages x levels x per_combo, packed as usual, in each kind and language."""
    spec = source_spec(kind, lang, 4, levels=(2, 4), per_combo=2, options=_defaults(kind))
    row = bench.run(bench.job(**spec))
    assert (row.state, row.totals.drafted) == ("done", 16)
    assert {(one.topic, one.level): one.drafted for one in bench.store.drafts.cells(row.id)} == {
        (topic, level): 2 for topic in spec["topics"] for level in (2, 4)
    }


def test_the_same_passages_are_reused_and_changed_ones_are_not(bench: Bench) -> None:
    """A second run from the same words costs nothing; other words of the same text are asked for."""
    spec = source_spec("cloze", "en", 5)
    first = bench.run(bench.job(**spec))
    again = bench.run(bench.job(**spec))
    other = source_spec("cloze", "en", 5, sources=(*spec["sources"][:4], _changed(spec["sources"][4])))
    third = bench.run(bench.job(**other))
    assert (first.totals.cached, again.totals.cached, third.totals.cached) == (0, 5, 4)


def _changed(source: Source) -> Source:
    return replace(source, body=written("en", 120, 77), version=2)


def test_the_estimate_counts_the_passage(bench: Bench) -> None:
    """What a run from passages takes is within 40 % of what was forecast, input and output."""
    job = bench.job(**source_spec("cloze", "en", 12))
    forecast = estimate_of(bench.store, Catalog.load(), job)
    row = bench.run(job)
    assert 0.6 < row.totals.tokens_in / forecast.tokens_in < 1.4
    assert 0.6 < row.totals.tokens_out / forecast.tokens_out < 1.4


def test_an_edit_may_change_the_text_and_a_regeneration_may_not(bench: Bench) -> None:
    """An edit by hand is stored; the regenerated draft of the same passage keeps its words."""
    row = bench.run(bench.job(**source_spec("cloze", "en", 1)))
    (draft,) = drafts(bench, row.id)
    edited = {**draft.content, "passage": draft.content["passage"].replace(".", "!")}
    edit_draft(bench.store, draft, edited)
    bench.store.reviews.decide([draft.id], "rejected").result()
    again = bench.runner.join(bench.runner.refill(row.id), 0.02)
    (new,) = drafts(bench, again.id)
    answers = {blank["id"]: blank["answer"] for blank in new.content["blanks"]}
    assert fill(new.content["passage"], answers) == sources("en", 1)[0].body


def test_clozes_are_made_from_approved_shadowing_scripts(bench: Bench) -> None:
    """Only approved drafts become passages; the cloze keeps the script with the names of its speakers."""
    script = bench.run(bench.job(kind="shadowing", per_combo=1, options=_defaults("shadowing")))
    chosen = drafts(bench, script.id)[:2]
    for one in chosen:
        bench.store.reviews.decide([one.id], "approved").result()
    made, left_out = approved_sources(bench.store, script.id, "en")
    assert [one.number for one in made] == [one.id for one in chosen] and not left_out
    spec = {"kind": "cloze", "levels": (2,), "per_combo": 1, "topics": topics_of(made), "sources": made}
    row = bench.run(bench.job(**spec))
    assert (row.state, row.totals.drafted) == ("done", 2)
    name = chosen[0].content["roles"][0]["name"]
    assert f"{name}: " in made[0].body


def test_the_command_line_makes_drafts_from_texts(tmp_path: Path) -> None:
    """`run --text` stores the text, `texts` lists it, `--from-text` takes some passages; refusals name the file."""
    database = str(tmp_path / "d.db")
    story = tmp_path / "story.txt"
    story.write_text("\n\n".join(written("en", 150, number) for number in range(3)), "utf-8")

    def call(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, [*words, "--database", database])
        return done.exit_code, f"{done.stdout}{done.exception or ''}"

    wanted = ("--kind", "cloze", "--lang", "en", "--levels", "2", "--preset", "combined", "--json")
    code, said = call("run", "--text", str(story), *wanted)
    assert code == 0 and json.loads(said.splitlines()[-1])["drafted"] == 3
    assert json.loads(call("texts", "list", "--json")[1])[0]["usable"] == 3
    assert json.loads(call("run", "--from-text", "1:1,3", *wanted)[1].splitlines()[-1])["cached"] == 2
    assert "same text is stored already" in call("texts", "add", str(story), "--lang", "en")[1]
    assert "same words as" in call("run", "--text", str(story), "--text", str(story), *wanted)[1]
    assert "passages 1 to 3" in call("run", "--from-text", "1:9", *wanted)[1]
    assert "not both" in call("run", "--text", str(story), "--topic", "Travel", *wanted)[1]
    assert "runs keep their passages" in call("texts", "rm", "1")[1]
    assert "no approved draft" in call("run", "--from-run", "1", *wanted)[1]
