"""
The few words a worksheet or a card prints around a draft, in the language of the draft.
"""

from __future__ import annotations

from engine.spec import LEVEL_NAMES, Lang

_PLACE: dict[Lang, int] = {"en": 0, "ja": 1, "zh": 2}
LANG_NAMES: dict[Lang, str] = {"en": "English", "ja": "日本語", "zh": "中文"}
KIND_NAMES = {"cloze": "Cloze", "shadowing": "Shadowing", "alignment": "Alignment"}

_WORDS: dict[str, tuple[str, str, str]] = {
    "key": ("Answer key", "解答", "答案"),
    "name": ("Name", "名前", "姓名"),
    "acceptable": ("also right", "別解", "也对"),
    "distractors": ("not", "不正解", "不选"),
    "roles": ("Roles", "登場人物", "角色"),
    "key_phrases": ("Key phrases", "重要表現", "重点表达"),
    "patterns": ("Patterns", "文型", "句型"),
    "hints": ("Hints", "ヒント", "提示"),
    "checklist": ("Checklist", "チェックリスト", "检查表"),
    "templates": ("Sentence starters", "書き出し", "句子开头"),
    "outline": ("Outline", "構成", "提纲"),
    "rubric": ("Rubric", "評価の観点", "评分标准"),
    "tips": ("Tips", "アドバイス", "提示"),
    "pacing": ("Pace", "速さ", "语速"),
    "slow": ("slow", "ゆっくり", "慢"),
    "medium": ("medium", "ふつう", "中"),
    "fast": ("fast", "速く", "快"),
    "shadow": ("Say it aloud, then turn over.", "声に出して言ってから裏を見ましょう。", "先大声说，再看背面。"),
    "level": ("Level", "レベル", "级别"),
}  # fmt: skip


def word(name: str, lang: str) -> str:
    """A word in the language of a draft; one that is not in the table as it is."""
    return _WORDS[name][_PLACE.get(lang, 0)] if name in _WORDS else name  # type: ignore[call-overload]


def level_name(level: int, lang: str) -> str:
    """A level by the name its language has for it: A2, N4, HSK 3."""
    names = LEVEL_NAMES.get(level, "").split(" / ")
    place = _PLACE.get(lang, 0)  # type: ignore[call-overload]
    return names[place] if len(names) > place else f"L{level}"
