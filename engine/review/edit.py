"""
Edits a draft: its kind checks the new content as it checks a reply's item; the original is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import SpecError, StoreError
from engine.kinds import (
    READINGS,
    check_item,
    kind_of,
    missing_word_flags,
    missing_words,
    search_text,
    slot_words,
    still_fitting,
    title,
)
from engine.spec import RunSpec
from engine.store import DraftRow, Edit, Reviewer, Store
from engine.work import Flag, revision


def edit_draft(
    store: Store, shown: DraftRow, content: Mapping[str, Any], who: Reviewer | str = "", note: str = ""
) -> tuple[Flag, ...]:
    """
    Replace a draft's content by an edited one that passes its kind's checks; the original is kept for undo.

    Args:
        store: Where the draft is.
        shown: The draft as it was on the screen.
        content: The edited content, whole; it is cleaned as a reply's item is.
        who: The reviewer.
        note: Where the content comes from, if not from the reviewer.

    Returns:
        The flags the draft has now.

    Raises:
        SpecError: the content is refused, or has not changed; `allowed` says why, and what to do.
        StoreError: the draft is gone, or somebody else changed it since it was shown.
    """
    spec = RunSpec.from_json(store.runs.get(shown.run).spec)
    checked = check_item(content, spec, shown.level, spec.source_of(shown.topic), topic=shown.topic, by_hand=True)
    if checked.content is None:
        raise SpecError("draft", shown.id, "edit_refused", problem=checked.message or checked.code)
    if checked.content == shown.content:
        raise SpecError("draft", shown.id, "nothing_changed")
    flags = (*missing_word_flags(missing_words(checked.content, spec, slot_words(spec, shown.as_slot))), *checked.flags)
    made = checked.content
    edit = Edit(shown.id, made, title(made), search_text(made), flags, checked.grading)
    store.reviews.edit(edit, who, note, shown=shown.revision).result()
    return flags


def apply_fix(store: Store, draft: int, who: Reviewer | str = "") -> tuple[Flag, ...]:
    """
    Apply the fix that a second model proposes for a draft; its review state stays.

    Args:
        store: Where the draft and the opinion are.
        draft: The draft's id.
        who: The reviewer who applies it.

    Returns:
        The flags the draft has now.

    Raises:
        SpecError: as `edit_draft`.
        StoreError: no repair is proposed, or the draft was changed since the model read it.
    """
    shown, opinion = store.drafts.get(draft), store.reviews.opinions([draft]).get(draft)
    if opinion is None or opinion.repair is None:
        raise StoreError("no_fix", draft=draft)
    if revision(shown.content) != opinion.judged:
        raise StoreError("fix_outdated", draft=draft, model=opinion.model)
    kept = still_fitting(shown.content.get(READINGS), opinion.repair, kind_of(shown.kind))
    return edit_draft(store, shown, {**opinion.repair, READINGS: kept}, who, f"repair by {opinion.model}")
