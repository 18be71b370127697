"""
The passages of a form as references, small enough for a browser to keep, and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from engine import DraftmillError, Store
from engine.kinds import Candidate, Source, count_units
from engine.review import TextRow, approved_sources

Reference = tuple[int, int, bool]
"""The id of the stored text (0: a draft), the passage's number in it (or the draft's id), and whether it is used."""


def references(passages: Iterable[Candidate]) -> list[Reference]:
    """A reference to each passage, in order."""
    return [(one.source.text, one.source.number, one.used) for one in passages]


def passages_of(store: Store, kept: Sequence[Reference]) -> tuple[Candidate, ...]:
    """The passages that are still there, in order: a text that was removed is left out."""
    found: dict[tuple[int, int], Candidate] = {}
    for text, number, _used in kept:
        if (text, number) not in found:
            with suppress(DraftmillError):
                more = of_text(store.texts.get(text)) if text else of_draft(store, number)
                found |= {(one.source.text, one.source.number): one for one in more}
    return tuple(replace(found[text, number], used=used) for text, number, used in kept if (text, number) in found)


def of_text(row: TextRow) -> list[Candidate]:
    """The passages of a stored text, those included that cannot be used."""
    return [Candidate(source, row.lang, one.units, one.problem) for source, one in row.rows()]


def of_run(sources: Iterable[Source], lang: Any) -> list[Candidate]:
    """Approved drafts as passages."""
    return [Candidate(source, lang, count_units(source.body, lang)) for source in sources]


def of_draft(store: Store, draft_id: int) -> list[Candidate]:
    """The approved drafts of the run that a draft is from."""
    run = store.runs.get(store.drafts.get(draft_id).run)
    lang = run.spec["lang"]
    return of_run(approved_sources(store, run.id, lang)[0], lang)
