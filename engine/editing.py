"""
Editing a draft: the new content is judged by its kind as a reply's item is, then stored beside the original.

How a form offers the fields is the business of the screen; undo is that of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import SpecError
from engine.kinds import check_item, search_text, title
from engine.spec import RunSpec
from engine.store import DraftRow, Edit, Store
from engine.work import Flag


def amend(store: Store, shown: DraftRow, content: Mapping[str, Any], who: str = "") -> tuple[Flag, ...]:
    """
    Replace a draft's content by an edited one that passes its kind's checks; the original is kept for undo.

    Args:
        store: Where the draft is.
        shown: The draft as it was on the screen.
        content: The edited content, whole; it is cleaned as a reply's item is.
        who: The reviewer.

    Returns:
        The flags the draft has now.

    Raises:
        SpecError: the content is refused, or says what it said before; `allowed` tells why and the way out.
        StoreError: the draft is gone, or somebody else changed it since it was shown.
    """
    spec = RunSpec.from_json(store.run(shown.run).spec)
    checked = check_item(content, spec, shown.level)
    if checked.content is None:
        raise SpecError("draft", shown.id, f"{checked.detail or checked.code}; mend it and store it again")
    if checked.content == shown.content:
        raise SpecError("draft", shown.id, "nothing was changed; change something, or leave the form")
    edit = Edit(shown.id, checked.content, title(checked.content), search_text(checked.content), checked.flags)
    store.edit(edit, who, shown=shown.revision).result()
    return checked.flags
