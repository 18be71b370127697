"""
The words of this kind for people: in English, and everything of it in Chinese.
"""

from __future__ import annotations

WORDS = {
    "title": "Title",
    "translation": "Translation",
    "passage": "Passage, with its blanks as {{1}}, {{2}}, ...",
    "blanks": "Blank",
    "answer": "Answer",
    "acceptable": "Also right",
    "type": "Type",
    "hint": "Hint",
    "distractors": "Distractors",
    "explanation": "Explanation",
    "connector": "Connector",
    "collocation": "Collocation",
    "grammar": "Grammar",
    "particle": "Particle",
    "vocabulary": "Vocabulary",
    "readings": "Corrected readings (text=reading)",
}
"""Fields, values and parts by id."""

FLAG_NAMES = {
    "answer_visible": "Answer appears elsewhere in the text",
    "blank_count": "Too few or too many blanks",
    "blank_order": "Blanks out of order",
    "distractor": "A distractor is no distractor",
    "distractor_count": "Not three distractors",
    "hint_leak": "The hint tells the answer",
    "answer_in_title": "The answer is in the title",
    "answer_in_hint": "The answer is in another hint",
    "answer_repeated": "One answer for several blanks",
}
"""Flags by code."""

REFUSAL_NAMES = {
    "blanks": "Blanks and answers do not match",
}
"""Refusals by code."""

PRINTED = {
    "translation": ("Translation", "訳", "译文"),
    "acceptable": ("also right", "別解", "也对"),
    "distractors": ("not", "不正解", "不选"),
}
"""What worksheets and notes print, in en, ja, zh."""

TEMPLATES = {
    "refused.blank_twice": "blank {blank} is listed twice",
    "refused.no_placeholders": "the passage has no placeholders such as {{{{1}}}}, and the blanks are {blanks}",
    "refused.no_blanks": "the passage has placeholders {placed}, and there are no blanks",
    "refused.placeholders": "the passage has placeholders {placed} and the blanks are {blanks}",
    "refused.odd_gaps": "the passage holds gaps that are not {{{{1}}}}, {{{{2}}}}, ...",
    "refused.no_answer": "blank {blank} has no answer",
    "refused.placeholder_in_answer": "the answer of blank {blank} holds a placeholder",
    "draft.blank_count": "{count} blanks, asked {low} to {high}",
    "draft.blank_order": "the blanks are not numbered 1, 2, 3 in reading order",
    "draft.answer_visible": "blank {blanks}: the answer appears elsewhere in the passage",
    "draft.answer_in_title": "blank {blanks}: the answer appears in the title",
    "draft.answer_in_hint": "blank {blanks}: the answer appears in the hint of another blank",
    "draft.answer_repeated": "blank {blanks}: the same answer",
    "draft.hint_leak": "blank {blanks}: the hint contains the answer",
    "draft.distractor": "blank {blanks}: a distractor equals an answer or another one",
    "draft.distractor_count": "blank {blanks}: not 3 distractors",
}
"""Message code to English template."""

ZH = {
    "Corrected readings (text=reading)": "更正的读音（文字=读音）",
    "blank {blank} is listed twice": "第 {blank} 空列了两次",
    "the passage has no placeholders such as {{{{1}}}}, and the blanks are {blanks}": (
        "文中没有 {{{{1}}}} 这样的占位符，而空是 {blanks}"
    ),
    "the passage has placeholders {placed}, and there are no blanks": "文中的占位符是 {placed}，却没有列出空",
    "the passage has placeholders {placed} and the blanks are {blanks}": "文中的占位符是 {placed}，而空是 {blanks}",
    "the passage holds gaps that are not {{{{1}}}}, {{{{2}}}}, ...": "文中有不是 {{{{1}}}}、{{{{2}}}} 的空",
    "blank {blank} has no answer": "第 {blank} 空没有答案",
    "the answer of blank {blank} holds a placeholder": "第 {blank} 空的答案里有占位符",
    "{count} blanks, asked {low} to {high}": "有 {count} 个空，要求 {low} 到 {high} 个",
    "the blanks are not numbered 1, 2, 3 in reading order": "空没有按阅读顺序编号",
    "blank {blanks}: the answer appears elsewhere in the passage": "第 {blanks} 空：答案在文中其他地方出现",
    "blank {blanks}: the answer appears in the title": "第 {blanks} 空：答案在标题里出现",
    "blank {blanks}: the answer appears in the hint of another blank": "第 {blanks} 空：答案在其他空的提示里出现",
    "blank {blanks}: the same answer": "第 {blanks} 空：答案相同",
    "The answer is in the title": "答案出现在标题里",
    "The answer is in another hint": "答案出现在其他提示里",
    "One answer for several blanks": "多个空的答案相同",
    "blank {blanks}: the hint contains the answer": "第 {blanks} 空：提示里含有答案",
    "blank {blanks}: a distractor equals an answer or another one": "第 {blanks} 空：干扰项与答案或另一干扰项相同",
    "blank {blanks}: not 3 distractors": "第 {blanks} 空：干扰项不是 3 个",
    "CSV, one row per blank": "CSV，每个空格一行",
    "Blanks": "空格",
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
    "Title": "标题",
    "Translation": "译文",
    "Translation into": "翻译成",
    "No translation": "不要译文",
    "Passage, with its blanks as {{1}}, {{2}}, ...": "短文，空写成 {{1}}、{{2}} ……",
    "Blank": "空",
    "Answer": "答案",
    "Also right": "也算对",
    "Type": "类型",
    "Hint": "提示",
    "Distractors": "干扰项",
    "Explanation": "解释",
    "Connector": "连接词",
    "Collocation": "搭配",
    "Particle": "助词",
    "Vocabulary": "词汇",
    "Blanks and answers do not match": "空和答案不对应",
    "Answer appears elsewhere in the text": "答案出现在文中别处",
    "Too few or too many blanks": "空太少或太多",
    "Blanks out of order": "空的顺序不对",
    "A distractor is no distractor": "干扰项不成立",
    "Not three distractors": "干扰项不是三个",
    "The hint tells the answer": "提示说出了答案",
}
"""English words and templates to Chinese."""
