"""
The words of this kind for people: templates in English, and everything of it in Chinese.
"""

from __future__ import annotations

TEMPLATES: dict[str, str] = {}
"""Message code to English template."""

ZH = {
    "{low} to {high} blanks": "{low} 到 {high} 个空",
    "Cloze": "完形填空",
    "How often each type of blank is asked for": "各类空的比重",
    "Connectors": "连接词",
    "Collocations": "搭配",
    "Grammar": "语法",
    "Blanks in a text": "每篇的空数",
    "Number of blanks by level": "空的数量随级别",
    "Hints and explanations in": "提示和解释的语言",
    "By language": "随语言",
    "English": "英语",
    "Japanese": "日语",
    "Chinese": "汉语",
}
"""English words and templates to Chinese."""
