"""
Makes refusals from codes and values. The detail is the English text; the model gets it when the item is asked again.
"""

from __future__ import annotations

from typing import Any

from engine.kinds.kind import Problem
from engine.messages import Message, as_text

TEMPLATES = {
    "refused.too_long": "{place} is far too long",
    "refused.missing": "{place} is missing",
    "refused.field": "{place}: {fault}",
    "refused.wrong_language": "only {share}% of the words are English function words; write English",
    "refused.repetition": "the text repeats itself: {text!r}; never repeat a sentence",
    "refused.meta": "the text speaks about the task: {text!r}",
}
ZH = {
    "{place} is far too long": "{place} 太长",
    "{place} is missing": "缺少 {place}",
    "{place}: {fault}": "{place}：{fault}",
    "only {share}% of the words are English function words; write English": "英语虚词只占 {share}%，请用英语写",
    "the text repeats itself: {text!r}; never repeat a sentence": "文章有重复：{text!r}；不要重复句子",
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
