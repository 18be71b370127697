"""
The words of this kind for people: in English, and everything of it in Chinese.
"""

from __future__ import annotations

WORDS = {
    "title": "Title",
    "D1": "Easy dialogue",
    "D2": "Rich dialogue",
    "T3": "Discussion",
    "W4": "Short writing",
    "T5": "Task",
    "W6": "Long writing",
    "prompt": "Prompt",
    "exemplar": "Model text",
    "key_phrases": "Key phrases",
    "patterns": "Patterns",
    "hints": "Hints",
    "checklist": "Checklist",
    "templates": "Templates",
    "outline": "Outline",
    "rubric": "Rubric",
    "fluency": "Fluency",
    "relevance": "Relevance",
    "style": "Style",
    "length": "Length",
    "readings": "Corrected readings (text=reading)",
}
"""Fields, values and parts by id."""

FLAG_NAMES = {
    "key_phrases": "Key phrases are not in the text",
    "step_length": "A step is too short",
    "same_prompt": "Steps with the same prompt",
    "turns": "Too few or too many turns",
}
"""Flags by code."""

REFUSAL_NAMES = {
    "steps": "A step is missing",
    "dialogue": "No dialogue where one was asked for",
}
"""Refusals by code."""

PRINTED = {
    "key_phrases": ("Key phrases", "重要表現", "重点表达"),
    "patterns": ("Patterns", "文型", "句型"),
    "hints": ("Hints", "ヒント", "提示"),
    "checklist": ("Checklist", "チェックリスト", "检查表"),
    "templates": ("Sentence starters", "書き出し", "句子开头"),
    "outline": ("Outline", "構成", "提纲"),
    "rubric": ("Rubric", "評価の観点", "评分标准"),
}
"""What worksheets and notes print, in en, ja, zh."""

TEMPLATES = {
    "refused.not_a_dialogue": "the exemplar of {step} is not a dialogue with lines A: and B:",
    "refused.repeats_prompt": "the exemplar of {step} repeats its prompt",
    "refused.too_short": "the {name} of {step} has {count} {unit}; write at least {least}",
    "draft.step_length": "{step} ({count}) is shorter than {other} ({low})",
    "draft.same_prompt": "{steps}: the same prompt",
    "draft.key_phrases": "{where}key phrases not in the text: {phrases}",
    "draft.turns": "{step} has {count} turns, expected {low} to {high}",
}
"""Message code to English template."""

ZH = {
    "Corrected readings (text=reading)": "更正的读音（文字=读音）",
    "the exemplar of {step} is not a dialogue with lines A: and B:": "{step} 的范文不是 A:、B: 形式的对话",
    "the exemplar of {step} repeats its prompt": "{step} 的范文重复了题目",
    "the {name} of {step} has {count} {unit}; write at least {least}": "{step} 的 {name} 只有 {count}，至少 {least}",
    "No dialogue where one was asked for": "要求对话，却不是对话",
    "{step} ({count}) is shorter than {other} ({low})": "{step}（{count}）比 {other}（{low}）短",
    "{where}key phrases not in the text: {phrases}": "{where}文中没有的重点表达：{phrases}",
    "{step} has {count} turns, expected {low} to {high}": "{step} 有 {count} 个话轮，应为 {low} 到 {high} 个",
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
    "Title": "标题",
    "Easy dialogue": "简单对话",
    "Rich dialogue": "丰富对话",
    "Discussion": "讨论",
    "Short writing": "短文写作",
    "Task": "任务",
    "Long writing": "长文写作",
    "Prompt": "题目",
    "Model text": "范文",
    "Key phrases": "关键短语",
    "Patterns": "句型",
    "Hints": "提示",
    "Checklist": "检查表",
    "Templates": "模板",
    "Outline": "提纲",
    "Rubric": "评分标准",
    "Fluency": "流利",
    "Relevance": "切题",
    "Style": "语气",
    "A step is missing": "缺少一个步骤",
    "Key phrases are not in the text": "重点表达不在文中",
    "A step is too short": "有一步太短",
    "Steps with the same prompt": "几个步骤的题目相同",
    "{steps}: the same prompt": "{steps}：题目相同",
    "Too few or too many turns": "话轮过多或过少",
}
"""English words and templates to Chinese."""
