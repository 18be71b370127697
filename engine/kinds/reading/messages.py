"""
The words of this kind for people: in English, and everything of it in Chinese.
"""

from __future__ import annotations

WORDS = {
    "title": "Title",
    "translation": "Translation",
    "text": "Text",
    "questions": "Question",
    "question": "Question",
    "type": "Type",
    "options": "Options",
    "answer": "Answer",
    "explanation": "Explanation",
    "main_idea": "Main idea",
    "detail": "Detail",
    "inference": "Inference",
    "vocabulary": "Vocabulary",
    "reference": "Reference",
    "readings": "Corrected readings (text=reading)",
}
"""Fields, values and parts by id."""

FLAG_NAMES = {
    "question_count": "Too few or too many questions",
    "question_types": "Types of questions",
    "answer_position": "The answer is always in one place",
    "answer_length": "The right option stands out by its length",
    "word_match": "The question contains its answer",
    "answer_in_question": "Another question contains the answer",
}
"""Flags by code."""

REFUSAL_NAMES = {
    "questions": "Questions and answers do not match",
}
"""Refusals by code."""

PRINTED: dict[str, tuple[str, str, str]] = {"translation": ("Translation", "訳", "译文")}
"""What worksheets and notes print, in en, ja, zh."""

TEMPLATES = {
    "refused.too_few_questions": "{count} questions; write at least {least}",
    "refused.question_empty": "question {question} has no text",
    "refused.too_few_options": "question {question} has {count} options; write 4",
    "refused.option_twice": "question {question} has the same option twice",
    "refused.answer_missing": "the answer of question {question} is not among its options",
    "draft.question_count": "{count} questions, asked {low} to {high}",
    "draft.question_types": "fewer than two types, or not exactly one question about the main idea",
    "draft.answer_position": "the right option is at the same position in all questions",
    "draft.answer_length": "question {questions}: the right option is twice as long as others",
    "draft.word_match": "question {questions}: it contains its answer and no other option",
    "draft.answer_in_question": "question {questions}: another question contains the answer",
}
"""Message code to English template."""

ZH = {
    "Corrected readings (text=reading)": "更正的读音（文字=读音）",
    "{count} questions; write at least {least}": "只有 {count} 个问题，至少要 {least} 个",
    "question {question} has no text": "第 {question} 题没有题干",
    "question {question} has {count} options; write 4": "第 {question} 题有 {count} 个选项，应为 4 个",
    "question {question} has the same option twice": "第 {question} 题有重复的选项",
    "the answer of question {question} is not among its options": "第 {question} 题的答案不在选项中",
    "Reading": "阅读理解",
    "Explanations in": "解释的语言",
    "English": "英语",
    "Japanese": "日语",
    "Chinese": "汉语",
    "By language": "随语言",
    "Title": "标题",
    "Translation": "译文",
    "Translation into": "翻译成",
    "No translation": "不要译文",
    "Text": "课文",
    "Question": "问题",
    "Questions": "问题",
    "Type": "类型",
    "Options": "选项",
    "Answer": "答案",
    "Explanation": "解释",
    "Main idea": "主旨",
    "Detail": "细节",
    "Inference": "推断",
    "Vocabulary": "词汇",
    "Reference": "指代",
    "CSV, one row per question": "CSV，每题一行",
    "{low} to {high} questions": "{low} 到 {high} 个问题",
    "Too few or too many questions": "问题过多或过少",
    "Types of questions": "题型",
    "The answer is always in one place": "答案总在同一位置",
    "The right option stands out by its length": "正确选项明显更长",
    "The question contains its answer": "题干含有答案",
    "Another question contains the answer": "其他题目透露了答案",
    "Questions and answers do not match": "问题与答案不匹配",
    "{count} questions, asked {low} to {high}": "有 {count} 个问题，要求 {low} 到 {high} 个",
    "fewer than two types, or not exactly one question about the main idea": "题型少于两种，或主旨题不是恰好一道",
    "the right option is at the same position in all questions": "所有题目的正确选项都在同一位置",
    "question {questions}: the right option is twice as long as others": "第 {questions} 题：正确选项比其他选项长一倍",
    "question {questions}: it contains its answer and no other option": "第 {questions} 题：题干只含有正确选项",
    "question {questions}: another question contains the answer": "第 {questions} 题：其他题目透露了答案",
}
"""English words and templates to Chinese."""
