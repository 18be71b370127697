"""
The words of this kind for people: templates in English, and everything of it in Chinese.
"""

from __future__ import annotations

TEMPLATES: dict[str, str] = {}
"""Message code to English template."""

ZH = {
    "Shadowing": "跟读",
    "Genre": "体裁",
    "Dialogue": "对话",
    "Monologue": "独白",
    "News": "新闻",
    "Lecture": "讲座",
    "Register": "语体",
    "Casual": "随意",
    "Neutral": "中性",
    "Formal": "正式",
    "Sentences": "句数",
}
"""English words and templates to Chinese."""
