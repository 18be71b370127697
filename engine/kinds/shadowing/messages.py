"""
The words of this kind for people: in English, and everything of it in Chinese.
"""

from __future__ import annotations

WORDS = {
    "title": "Title",
    "translation": "Translation",
    "roles": "Role",
    "label": "Label",
    "name": "Name",
    "gender": "Voice",
    "lines": "Lines, each as A: what A says",
    "key_phrases": "Key phrases",
    "pacing": "Pacing",
    "tips": "Tips",
    "female": "female",
    "male": "male",
    "unspecified": "any voice",
    "slow": "slow",
    "medium": "medium",
    "fast": "fast",
    "readings": "Corrected readings (text=reading)",
}
"""Fields, values and parts by id."""

FLAG_NAMES = {
    "key_phrases": "Key phrases are not in the text",
    "line_count": "Too few or too many lines",
    "role_count": "Too few or too many roles",
    "speaker_label": "A speaker's name inside a line",
    "stage_direction": "A stage direction inside a line",
}
"""Flags by code."""

REFUSAL_NAMES = {
    "roles": "Speakers and roles do not match",
}
"""Refusals by code."""

PRINTED = {
    "translation": ("Translation", "訳", "译文"),
    "roles": ("Roles", "登場人物", "角色"),
    "key_phrases": ("Key phrases", "重要表現", "重点表达"),
    "tips": ("Tips", "アドバイス", "提示"),
    "pacing": ("Pace", "速さ", "语速"),
    "slow": ("slow", "ゆっくり", "慢"),
    "medium": ("medium", "ふつう", "中"),
    "fast": ("fast", "速く", "快"),
    "shadow": ("Say it aloud, then turn over.", "声に出して言ってから裏を見ましょう。", "先大声说，再看背面。"),
}
"""What worksheets and notes print, in en, ja, zh."""

TEMPLATES = {
    "refused.no_phrase": "no key phrase occurs in the lines; copy them exactly from the lines",
    "refused.no_roles_in": "a {genre} has no roles and no speakers",
    "refused.needs_roles": "a dialogue needs 2 or 3 roles",
    "refused.labels": "every role needs a label of its own",
    "refused.unknown_speaker": "a line is spoken by {speaker!r}, who is not among the roles",
    "refused.one_speaker": "only one speaker speaks",
    "draft.speaker_label": "line {line} begins with a speaker label",
    "draft.stage_direction": "line {line} holds a remark in brackets, which is not spoken",
    "draft.key_phrases": "{where}key phrases not in the text: {phrases}",
    "draft.line_count": "{count} lines, asked {low} to {high}",
    "draft.role_count": "{count} roles, asked {low} to {high}",
}
"""Message code to English template."""

ZH = {
    "Corrected readings (text=reading)": "更正的读音（文字=读音）",
    "no key phrase occurs in the lines; copy them exactly from the lines": "重点表达都不在文中；请从文中原样抄录",
    "a {genre} has no roles and no speakers": "{genre} 没有角色，也没有说话人",
    "a dialogue needs 2 or 3 roles": "对话需要 2 到 3 个角色",
    "every role needs a label of its own": "每个角色都要有自己的标签",
    "a line is spoken by {speaker!r}, who is not among the roles": "有一行由 {speaker!r} 说，但角色里没有",
    "only one speaker speaks": "只有一个人说话",
    "line {line} begins with a speaker label": "第 {line} 行以说话人开头",
    "line {line} holds a remark in brackets, which is not spoken": "第 {line} 行的括号里是说明，不是要说的话",
    "{where}key phrases not in the text: {phrases}": "{where}文中没有的重点表达：{phrases}",
    "{count} lines, asked {low} to {high}": "有 {count} 行，要求 {low} 到 {high} 行",
    "{count} roles, asked {low} to {high}": "有 {count} 个角色，要求 {low} 到 {high} 个",
    "Shadowing": "跟读",
    "Genre": "体裁",
    "English": "英语",
    "Japanese": "日语",
    "Chinese": "汉语",
    "Dialogue": "对话",
    "Monologue": "独白",
    "News": "新闻",
    "Lecture": "讲座",
    "Register": "语体",
    "Casual": "随意",
    "Neutral": "中性",
    "Formal": "正式",
    "Sentences": "句数",
    "Title": "标题",
    "Translation": "译文",
    "Translation into": "翻译成",
    "No translation": "不要译文",
    "Role": "角色",
    "Label": "代号",
    "Name": "名称",
    "Voice": "声音",
    "Lines, each as A: what A says": "台词，每行写成 A: 说的话",
    "Key phrases": "关键短语",
    "Pacing": "语速",
    "Tips": "建议",
    "female": "女",
    "male": "男",
    "any voice": "不限",
    "slow": "慢",
    "medium": "中",
    "fast": "快",
    "Speakers and roles do not match": "说话人和角色不对应",
    "Key phrases are not in the text": "重点表达不在文中",
    "Too few or too many lines": "行数过多或过少",
    "Too few or too many roles": "角色太少或太多",
    "A speaker's name inside a line": "台词里夹着说话人的名字",
    "A stage direction inside a line": "台词里夹着舞台说明",
}
"""English words and templates to Chinese."""
