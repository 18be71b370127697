"""
Approved drafts of a run as passages that drafts of another kind are made from: a text with blanks from a script.
"""

from __future__ import annotations

from engine.errors import SpecError
from engine.kinds import kind_of, passage_problem
from engine.messages import Message
from engine.spec import Lang, text_digest
from engine.spec.sources import Source
from engine.store import DraftFilter, DraftRow, Store

LEAST_OF_DRAFT = 20
MOST_OF_DRAFT = 900
"""Units: drafts are as long as their level asks, so that the bounds of passages do not hold for them."""


def approved_sources(store: Store, run: int, lang: Lang) -> tuple[tuple[Source, ...], tuple[tuple[str, Message], ...]]:
    """
    The approved drafts of a run as passages.

    Args:
        store: Where the run is.
        run: Its id.
        lang: The language the new drafts are in.

    Returns:
        The passages, and the title and reason of each approved draft that cannot be one.

    Raises:
        UnknownRun: no run has this id.
        SpecError: the run is in another language, or none of its drafts is approved and can be used.
    """
    row = store.runs.get(run)
    if row.lang != lang:
        raise SpecError("from-run", run, "sources_language", lang=row.lang)
    sources: list[Source] = []
    left_out: list[tuple[str, Message]] = []
    seen: dict[str, str] = {}
    for draft in store.drafts.each(DraftFilter(run=run, review="approved")):
        made = _source(draft)
        first = seen.setdefault(text_digest(made.body), made.topic)
        problem = passage_problem(made.body, lang, LEAST_OF_DRAFT, MOST_OF_DRAFT)
        if first != made.topic:
            problem = Message("source_twice", {"first": first})
        if problem is None:
            sources.append(made)
        else:
            left_out.append((draft.title, problem))
    if not sources:
        raise SpecError("from-run", run, "sources_run")
    return tuple(sources), tuple(left_out)


def _source(draft: DraftRow) -> Source:
    kind = kind_of(draft.kind)
    text = kind.as_source or kind.body
    return Source(draft.title[:100], draft.id, text(draft.content))
