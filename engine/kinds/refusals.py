"""
Makes refusals from codes and values. The detail is the English text; the model gets it when the item is asked again.
"""

from __future__ import annotations

from typing import Any

from engine.kinds.kind import Problem
from engine.messages import Message, as_text

TEMPLATES = {
    "refused.item_truncated": "the reply ended inside this item",
    "refused.item_json": "the item is not valid JSON",
    "refused.echoed": "the reply repeats the request; write the items",
    "refused.in_prose": "the reply is a refusal in words, without items",
    "refused.no_json": "the reply holds no JSON that can be read",
    "refused.no_item": "no item came back for this id",
    "refused.wrong_id": 'your answer used id "{used}"; use "{id}"',
    "refused.mixed_ids": 'ids and topics do not belong together; answer the entry "{id}" under its own id',
    "refused.no_id": 'your answer gave no id; use "{id}"',
    "refused.replayed": 'the answer belongs to another request (id "{used}")',
    "refused.replayed_text": "this is the text of {title!r} again; write a new one for the topic and level asked for",
    "refused.example": "this is the worked example of the request; write a new text",
    "refused.duplicate": "nearly the same text as {title!r}; tell another story",
    "refused.missing_word": 'these words are missing from the text: {words}; use every word of "words"',
    "refused.missing_blank": 'no blank has one of these words as its answer: {words}; blank every word of "words"',
    "refused.above_level": "{share}% of the words are above {name}; use simpler words than {words}",
    "refused.scores": "s must be {count} whole numbers from 0 to {most}",
    "refused.verdict": "v must be one of {choices}",
    "refused.verdict_reasons": "v is {verdict}, and reasons are missing",
    "refused.answers": "a must hold {count} texts, one for each gap",
    "refused.draft_gone": "the draft is not there any more",
    "refused.too_long": "{place} is far too long",
    "refused.missing": "{place} is missing",
    "refused.field": "{place}: {fault}",
    "shape.object": "it must be an object",
    "shape.text": "it must be a text",
    "shape.list": "it must be a list",
    "shape.number": "it must be a whole number from 0 to 999",
    "shape.long": "it is too long",
    "shape.choice": "it must be one of {choices}",
    "refused.not_latin": "{count} of {all} letters are Latin; write English",
    "refused.kana_in_chinese": "kana {character!r} in a Chinese text; write simplified Chinese",
    "refused.traditional": "traditional characters {characters}; write simplified Chinese",
    "refused.not_chinese": "{count} of {all} characters are Chinese; write Chinese",
    "refused.not_japanese": "{characters} is not Japanese; write Japanese",
    "refused.few_kana": "{count} of {all} characters are kana; write Japanese",
    "refused.wrong_language": "only {share}% of the words are English function words; write English",
    "refused.repetition": "the text repeats itself: {text!r}; never repeat a sentence",
    "refused.changed_text": "not the source's text: {wrote!r} in place of {right!r}; copy it exactly",
    "refused.answer_empty": "blank {blank} replaces nothing of the source",
    "refused.reading_form": "{line!r} is no corrected reading; write one a line, such as {example}",
    "refused.reading_unused": "{text!r} of the corrected readings is not in the draft",
    "refused.meta": "the text speaks about the task: {text!r}",
}
ZH = {
    "the reply ended inside this item": "回答在这一项中间结束",
    "the item is not valid JSON": "这一项不是有效的 JSON",
    "the reply repeats the request; write the items": "回答只是重复了请求，请写出内容",
    "the reply is a refusal in words, without items": "模型用文字拒绝，没有给出内容",
    "the reply holds no JSON that can be read": "回答里没有可读取的 JSON",
    "no item came back for this id": "回答里没有这个编号的内容",
    'your answer used id "{used}"; use "{id}"': "回答用了编号“{used}”，应为“{id}”",
    'ids and topics do not belong together; answer the entry "{id}" under its own id': (
        "编号与题目不对应；“{id}”的内容请写在它自己的编号下"
    ),
    'your answer gave no id; use "{id}"': "回答没有编号，应为“{id}”",
    'the answer belongs to another request (id "{used}")': "这是另一个请求的回答（编号“{used}”）",
    "this is the worked example of the request; write a new text": "照抄了请求里的范例，请写新的内容",
    "this is the text of {title!r} again; write a new one for the topic and level asked for": (
        "又是 {title!r} 的原文，请按所要求的题目和级别另写一篇"
    ),
    "nearly the same text as {title!r}; tell another story": "与 {title!r} 几乎相同，请写另一个故事",
    'these words are missing from the text: {words}; use every word of "words"': (
        "文中没有用到这些词：{words}；“words”里的词都要用上"
    ),
    'no blank has one of these words as its answer: {words}; blank every word of "words"': (
        "没有空以这些词为答案：{words}；“words”里的词都要挖空"
    ),
    "{share}% of the words are above {name}; use simpler words than {words}": "{share}% 的词超出 {name}，"
    "请换用比 {words} 更简单的词",
    "s must be {count} whole numbers from 0 to {most}": "s 应为 {count} 个 0 到 {most} 的整数",
    "v must be one of {choices}": "v 应为 {choices} 之一",
    "v is {verdict}, and reasons are missing": "v 为 {verdict}，但没有写理由",
    "a must hold {count} texts, one for each gap": "a 应有 {count} 个文本，每空一个",
    "the draft is not there any more": "这份草稿已不存在",
    "{place} is far too long": "{place} 太长",
    "{place} is missing": "缺少 {place}",
    "{place}: {fault}": "{place}：{fault}",
    "it must be an object": "应为对象",
    "it must be a text": "应为文本",
    "it must be a list": "应为列表",
    "it must be a whole number from 0 to 999": "应为 0 到 999 的整数",
    "it is too long": "过长",
    "it must be one of {choices}": "应为 {choices} 之一",
    "{count} of {all} letters are Latin; write English": "{all} 个字母中只有 {count} 个是拉丁字母，请用英语写",
    "kana {character!r} in a Chinese text; write simplified Chinese": "中文里出现了假名 {character!r}，请用简体中文写",
    "traditional characters {characters}; write simplified Chinese": "有繁体字 {characters}，请用简体中文写",
    "{count} of {all} characters are Chinese; write Chinese": "{all} 个字符中只有 {count} 个是汉字，请用中文写",
    "{characters} is not Japanese; write Japanese": "{characters} 不是日语用字，请用日语写",
    "{count} of {all} characters are kana; write Japanese": "{all} 个字符中只有 {count} 个是假名，请用日语写",
    "only {share}% of the words are English function words; write English": "英语虚词只占 {share}%，请用英语写",
    "the text repeats itself: {text!r}; never repeat a sentence": "文章有重复：{text!r}；不要重复句子",
    "not the source's text: {wrote!r} in place of {right!r}; copy it exactly": "正文与原文不符："
    "原文 {right!r} 写成了 {wrote!r}，请逐字照抄",
    "blank {blank} replaces nothing of the source": "第 {blank} 空没有对应原文的任何内容",
    "{line!r} is no corrected reading; write one a line, such as {example}": (
        "{line!r} 不是读音更正；每行写一条，例如 {example}"
    ),
    "{text!r} of the corrected readings is not in the draft": "读音更正里的 {text!r} 不在草稿中",
    "the text speaks about the task: {text!r}": "文中谈到了任务本身：{text!r}",
}


def refused(code: str, sentence: str, **values: Any) -> Problem:
    """
    A refusal.

    Args:
        code: Why, as rows and reports have it; one code may have several sentences.
        sentence: Which sentence: the template `refused.<sentence>`.
        values: What the template needs.
    """
    message = Message(f"refused.{sentence}", values)
    return Problem(code, as_text(message), message)
