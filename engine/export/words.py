"""
The few words a worksheet or a card prints around a draft, in the language of the draft.
"""

from __future__ import annotations

from engine.export.columns import above_level
from engine.kinds import kinds, printed
from engine.spec import LEVEL_NAMES, Lang
from engine.store import DraftRow

_PLACE: dict[Lang, int] = {"en": 0, "ja": 1, "zh": 2}
LANG_NAMES: dict[Lang, str] = {"en": "English", "ja": "日本語", "zh": "中文"}
_WORDS: dict[str, tuple[str, str, str]] = {
    "key": ("Answer key", "解答", "答案"),
    "name": ("Name", "名前", "姓名"),
    "level": ("Level", "レベル", "级别"),
    "above": ("{share}% of the words above it", "レベル外の語 {share}%", "超出级别的词 {share}%"),
}


def word(name: str, lang: str) -> str:
    """Translate a word into the language of a draft; a word that is in no table is returned as it is."""
    words = printed().get(name) or _WORDS.get(name)
    return words[_PLACE.get(lang, 0)] if words else name  # type: ignore[call-overload]


def kind_name(kind: str) -> str:
    """A kind by its English name; one that is no longer installed by its id."""
    return next((one.title for one in kinds() if one.name == kind), kind)


def level_name(level: int, lang: str) -> str:
    """A level by the name its language has for it: A2, N4, HSK 3."""
    names = LEVEL_NAMES.get(level, "").split(" / ")
    place = _PLACE.get(lang, 0)  # type: ignore[call-overload]
    return names[place] if len(names) > place else f"L{level}"


def about(draft: DraftRow) -> str:
    """The line under a draft's title: its topic, its level, and the share of its words above the level."""
    share = above_level(draft)
    above = [word("above", draft.lang).format(share=share)] if share else []
    return " · ".join([draft.topic, level_name(draft.level, draft.lang), *above])
