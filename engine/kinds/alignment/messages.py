"""
The words of this kind for people: templates in English, and everything of it in Chinese.
"""

from __future__ import annotations

TEMPLATES: dict[str, str] = {}
"""Message code to English template."""

ZH = {
    "Alignment": "对齐练习",
    "Formality": "正式程度",
    "Casual": "随意",
    "Neutral": "中性",
    "Formal": "正式",
    "Tone": "语气",
    "Friendly": "友好",
    "Polite": "礼貌",
    "Direct": "直接",
    "Length": "长度",
    "Short": "短",
    "Medium": "中",
    "Long": "长",
}
"""English words and templates to Chinese."""
