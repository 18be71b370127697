"""
Finds text in which a model speaks about its task instead of writing.
"""

from __future__ import annotations

import re
from functools import cache

from engine.kinds.registry import kinds
from engine.kinds.text import fold

_META_SIGNS = (
    *("language model", "assistant", "ai model", "intelligence model", "large model", "sorry", "afraid"),
    *("here's", "here is", "here are", "rest of the", "lorem", "[", "<", "作为", "以下", "として"),
    *("word count", " words)", "字数"),
)
_META = (
    r"\bas an? (?:ai|artificial intelligence|large)(?: language)? (?:model|assistant)\b"
    r"|\bi(?:'m| am) (?:sorry|afraid),? (?:but )?i (?:can't|cannot|am not able to|am unable to)"
    r" (?:assist|fulfil|comply|generate|create|write|provide)"
    r"|\bhere(?:'s| is| are) (?:the|your|a|an) (?:requested |complete |revised )?"
    r"(?:{nouns}json|draft|exercise)"
    r"|\b(?:the )?rest of the (?:passage|text|dialogue|exercise) (?:goes|continues|here|follows)"
    r"|\blorem ipsum\b|\[(?:insert|your|continue|fill)\b[^\]]{{0,40}}\]|<(?:insert|your)\b[^>]{{0,40}}>"
    r"|作为(?:一个|一名|一款)?(?:ai|人工智能)(?:语言)?(?:模型|助手)|以下是(?:为您|为你|根据您|根据你|生成|修改后)"
    r"|\b(?:total )?word count ?[:=]|[(（]\d{{2,4}} words[)）]|(?:总|文)?字数(?:统计)? ?[:：=]"
    r"|(?:ai|人工知能)(?:言語モデル|アシスタント)として|以下(?:は|が)(?:生成|作成|ご依頼|ご要望)"
)


def meta_text(text: str) -> str:
    """The words in which a model speaks about itself or its task, "" when there are none."""
    folded = fold(text)
    if not any(sign in folded for sign in _META_SIGNS):
        return ""
    found = _pattern(tuple(noun for kind in kinds() for noun in kind.nouns)).search(folded)
    return found[0] if found else ""


@cache
def _pattern(nouns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_META.format(nouns="".join(f"{re.escape(noun)}|" for noun in nouns)))
