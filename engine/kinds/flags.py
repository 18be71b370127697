"""
Makes flags from codes and values, and the words in a draft that a flag points at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.messages import Message, as_text
from engine.work import Flag

WHOLE = "\0"
"""Stands for the whole of a place, such as a step that is too short; no text holds it."""
Mark = tuple[str, tuple[str, ...]]
"""A place of the card (Prose.place, "hint 3") and the words marked there."""

TEMPLATES = {
    "draft.length": "{count} {unit}, asked {low} to {high}",
    "draft.duplicate": "{share} % the same as {name}",
    "draft.similar": "{share} % the same as {name}",
    "draft_of_run": "draft {number} of this run",
    "draft.unknown_id": "the reply does not use our ids: mapped by position",
    "draft.open_thoughts": "the model's thoughts never end; the draft is the JSON at the end of them",
    "draft.unpunctuated": "capital letters or full stops are missing, or all letters are capitals",
    "draft.title_missing": "the title is missing; the topic is used",
    "draft.markup": "the text holds markup",
    "draft.garbled": "{at}: damaged text ({piece!r})",
    "draft.spaced": "spaces stand between the characters",
    "draft.odd_characters": "characters that do not belong to the language: {characters}",
    "draft.language_doubtful": "the text may not be English",
    "draft.foreign_sentence": "a sentence may be in another language: {text!r}",
    "draft.foreign_choice": "{at}: {word!r} is not in the language of the text",
    "draft.foreign_title": "{at}: {text!r} is not in the language of the text",
    "draft.steps_in_order": "{names}: without labels, read in order",
    "draft.help_missing": "{at}: empty",
    "draft.help_language": "{at}: not in the language of explanations ({language})",
    "draft.translation_missing": "the translation has {count} texts, the draft {wanted} lines or sentences",
    "draft.translation_language": "the translation is not in {language}: {text!r}",
    "draft.assumed": "{at}: {given!r} is not one of the choices and is read as {used!r}",
    "draft.missing_word": "words of the list that are missing: {words}",
    "draft.above_level": "{share} % of the words are above {name}: {words}",
    "draft.level_words": "{share} % of the characters belong to {grade} or below",
}
ZH = {
    "{share} % the same as {name}": "与 {name} 有 {share} % 相同",
    "draft {number} of this run": "本次运行的第 {number} 篇",
    "the reply does not use our ids: mapped by position": "回答没有使用给定的编号，按顺序对应",
    "the model's thoughts never end; the draft is the JSON at the end of them": "模型的思考没有结束标记，"
    "草稿取自末尾的 JSON",
    "capital letters or full stops are missing, or all letters are capitals": "缺少大写字母或句号，或全部大写",
    "{count} {unit}, asked {low} to {high}": "实际 {count}，要求 {low} 到 {high}",
    "the title is missing; the topic is used": "没有标题，暂用主题代替",
    "the text holds markup": "文中含有标记符号",
    "{at}: damaged text ({piece!r})": "{at}：文字损坏（{piece!r}）",
    "spaces stand between the characters": "字与字之间有空格",
    "characters that do not belong to the language: {characters}": "有不属于该语言的字：{characters}",
    "the text may not be English": "文章可能不是英语",
    "a sentence may be in another language: {text!r}": "有一句可能是别的语言：{text!r}",
    "{at}: {word!r} is not in the language of the text": "{at}：{word!r} 不是文章所用的语言",
    "{at}: {text!r} is not in the language of the text": "{at}：{text!r} 不是文章所用的语言",
    "{names}: without labels, read in order": "{names}：没有标注，按顺序对应",
    "{at}: empty": "{at}：没有内容",
    "{at}: not in the language of explanations ({language})": "{at}：不是要求的解释语言（{language}）",
    "the translation has {count} texts, the draft {wanted} lines or sentences": "译文有 {count} 句，原文有 {wanted} 句",
    "the translation is not in {language}: {text!r}": "译文不是要求的语言（{language}）：{text!r}",
    "{at}: {given!r} is not one of the choices and is read as {used!r}": "{at}：{given!r} 不在选项中，按 {used!r} 处理",
    "words of the list that are missing: {words}": "缺少词表里的词：{words}",
    "{share} % of the words are above {name}: {words}": "{share} % 的词超出 {name}：{words}",
    "{share} % of the characters belong to {grade} or below": "{share} % 的字属于 {grade} 及以下",
}
_MARKUP = re.compile(r"\*\*|__|`+|</?[A-Za-z][^<>]{0,200}>|\]\(|\$\$|^#{1,6} ", re.MULTILINE)


def flag(code: str, severity: str = "flagged", **values: Any) -> Flag:
    """A flag with its values; the detail is its English text."""
    return Flag(code, as_text(Message(f"draft.{code}", values)), severity, values)


def markup_marks(texts: Mapping[str, object]) -> Iterable[Mark]:
    """The markup in the texts of some places."""
    return [(place, tuple(_MARKUP.findall(str(text)))) for place, text in texts.items()]
