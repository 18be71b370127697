"""
Taking a proposed repair: the draft's content becomes the second model's, as an edit that can be taken back.
"""

from __future__ import annotations

from engine.errors import StoreError
from engine.kinds import check_item, search_text, title
from engine.opinion import revision
from engine.spec import RunSpec
from engine.store import Edit, Store
from engine.work import Flag


def mend(store: Store, draft: int, who: str = "") -> tuple[Flag, ...]:
    """
    Replace a draft's content by the repair its newest opinion proposes; its review state stays.

    Args:
        store: Where the draft and the opinion are.
        draft: The draft's id.
        who: The reviewer who takes it.

    Returns:
        The flags the draft has now.

    Raises:
        StoreError: no repair is proposed, or the draft was changed since the model read it.
    """
    shown, opinion = store.draft(draft), store.opinions([draft]).get(draft)
    if opinion is None or opinion.repair is None:
        raise StoreError(f"no repair is proposed for draft {draft}; edit it by hand")
    if revision(shown.content) != opinion.judged:
        raise StoreError(f"draft {draft} was changed since {opinion.model} read it; edit it by hand")
    checked = check_item(opinion.repair, RunSpec.from_json(store.run(shown.run).spec), shown.level)
    if checked.content is None:
        raise StoreError(f"the repair of draft {draft} is no valid draft ({checked.detail}); edit it by hand")
    edit = Edit(draft, checked.content, title(checked.content), search_text(checked.content), checked.flags)
    store.edit(edit, who, f"repair by {opinion.model}").result()
    return checked.flags
