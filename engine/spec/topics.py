"""
A typed or pasted list of topics, one per line.

What certainly is not part of a topic (list marks, numbering, quotes, a heading, spreadsheet columns) is removed and
reported. What may be a topic or not is a doubt: a person decides before money is spent.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from unicodedata import category

from engine.messages import Message
from engine.spec.topic_doubts import doubts_about

_ENGLISH_HEADINGS = "topic topics theme themes subject subjects title titles name names"
_EUROPEAN_HEADINGS = "thema themen tema temas sujet sujets"
_OTHER_HEADINGS = "主题 话题 题目 标题 主題 話題 題目 トピック テーマ お題 件名"
HEADINGS = frozenset(f"{_ENGLISH_HEADINGS} {_EUROPEAN_HEADINGS} {_OTHER_HEADINGS}".split())
_BULLETS = "•·・･∙⁃‣◦▪▸▶▷●○◎◉■□◆◇★☆※✦❖❯☐☑☒✓✔✖✗✘✅❌⬜🔹🔸📌👉➢►→⇒➔➜➤"
_BULLET = re.compile(rf"(?:(?:[-*+–—]|>+)[ \t]+|[{_BULLETS}]\ufe0f?[ \t]*)(?:\[[ xX]?\][ \t]*)?")
_BARE_DASH = re.compile(r"[-*#](?=\w)")
_NUMBER = re.compile(r"(?:\(?(\d{1,4})(?:[.)．）](?=\s|[^\W\d])|、)|（(\d{1,4})）|([①-⑳]))\s*")
_ORDINALS = (
    re.compile(r"[(（\[【#]?\s?([0-9０-９]{1,4})\s?(?:[.)．）\]】:：、]\s?|\s[-–—]\s|\s(?=\S))"),
    re.compile(r"([0-9])\ufe0f?\u20e3\s*"),
    re.compile(r"[(（]?([a-zA-Z])[.)）]\s+"),
    re.compile(r"[(（]?([ivxIVX]{1,5})[.)）]\s+"),
    re.compile(r"[(（第]?([一二三四五六七八九十]{1,3})[）)、.．：:]\s*"),
    re.compile(r"(?:topic|theme|subject|主题|话题|主題|トピック|テーマ)\s?#?([0-9]{1,4})[.:：)]\s*", re.IGNORECASE),
)
"""Numbers of other sorts: they count where every line has the next one."""
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_CHINESE = "一二三四五六七八九"
_SYMBOL = re.compile(r"([^\w\s\"'“”‘’「」『』«»„‹›《》【】()（）\[\]{}<>|`]{1,3}\ufe0f?)\s+(?=\S)")
_LINK = re.compile(r"\[([^\]]{1,200})\]\((?:https?:|/|#)[^)]*\)")
_LISTED = re.compile(r"<li\b[^>]*>(.*?)</li>", re.IGNORECASE | re.DOTALL)
_EMPTY = re.compile(r"(?:[-=*_~`]{3,}\w{0,8}|[\[\]],?)")
_CELL = re.compile(r"\|([^|]+)\|")
_ROUND = (("《", "》"), ("【", "】"), ("„", "“"), ("‹", "›"))
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "«": "»", "`": "`"}
_EMPHASIS = re.compile(r"(\*\*|__)(.+)\1")
_PAGE = re.compile(r"(.{1,200}?)\s*(?:\.{3,}|…+|·{3,}|(?:\. ){3,})\s*\d{1,4}")
_ARROWS = "→⇒⇨➔➜➝➞➤➡"
_RULE = re.compile(r"[\s|:\-=_]+")


@dataclass(frozen=True, slots=True)
class TopicList:
    """What a text says: its topics, what was removed from it, and what a person must decide."""

    topics: tuple[str, ...]
    removed: tuple[Message, ...] = ()
    doubts: tuple[Message, ...] = ()


def read_topic_list(text: str) -> TopicList:
    """
    Read a pasted list. Nothing is raised: what the topics must satisfy is checked by `check_topics`.

    Returns:
        One topic per line, without blank lines and without spaces around them.
    """
    removed: list[Message] = []
    doubts: list[Message] = []
    lines = [line.strip() for line in (_json_list(text) or _listed(_visible(text), removed)) if line.strip()]
    if all(cells := [_CELL.fullmatch(line) for line in lines]):
        lines = [cell[1].strip() for cell in cells if cell]
    lines = _without_rules(lines, removed)
    lines = _without_columns(lines, removed, doubts)
    lines = _without_heading(lines, removed)
    lines = _without_marks(lines, removed, doubts)
    lines = _without_pages(_without_quotes(lines, removed), removed)
    doubts += doubts_about(lines) if not doubts else ()
    return TopicList(_spaced(lines), tuple(removed), tuple(doubts))


def _visible(text: str) -> str:
    """The text without marks that paste brings and nobody sees: byte order marks and zero-width spaces."""
    return re.sub("[\ufeff\u200b]", "", text)


def _listed(text: str, removed: list[Message]) -> list[str]:
    """The entries of an HTML list, else the lines."""
    if found := _LISTED.findall(text):
        removed.append(Message("topics_frame"))
        return [re.sub(r"<[^<>]*>", "", one) for one in found]
    return text.splitlines()


def _without_rules(lines: list[str], removed: list[Message]) -> list[str]:
    """The lines without rules, brackets and code fences of their own."""
    kept = [line for line in lines if len(lines) < 2 or not _EMPTY.fullmatch(line)]
    if len(kept) < len(lines) and any(line.startswith(("```", "~~~")) for line in lines):
        removed.append(Message("topics_frame"))
    return kept


def topics_as_typed(text: str) -> TopicList:
    """Every line is a topic as it is; only spaces around it are not part of it."""
    return TopicList(_spaced(_visible(text).splitlines()))


def _spaced(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in lines if line.strip())


def _json_list(text: str) -> list[str] | None:
    """The texts of a list in JSON, of its objects' topics, or of an object a line."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        is_list = text.lstrip().startswith("[")
        items = json.loads(text) if is_list else [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        return None
    topics = [found for item in items if (found := _topic_of(item)) is not None]
    return topics if len(topics) == len(items) else None


def _topic_of(item: Any) -> str | None:
    if isinstance(item, dict):
        item = next((item[name] for name in item if _is_heading(name)), None)
    return item if isinstance(item, str) else None


def _without_columns(lines: list[str], removed: list[Message], doubts: list[Message]) -> list[str]:
    """The column of topics in a table: the one named by its heading, or the only one with text."""
    for delimiter in "\t|;,":
        rows = _table(lines, delimiter)
        if not rows:
            continue
        named = next((place for place, cell in enumerate(rows[0]) if _is_heading(cell)), None)
        if named is not None and len(rows) > 1:
            removed.append(Message("topics_column", {"column": rows[0][named].strip()}))
            return [row[named].strip() for row in rows[1:] if len(row) > named and row[named].strip()]
        if delimiter in "\t|":
            doubts.append(Message("topics_columns", {"columns": max(map(len, rows)), "line": lines[0][:60]}))
            return lines
    return lines


def _table(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The rows of a table, without its empty outer columns; empty where most lines have one cell."""
    rows = list(csv.reader((line.strip(delimiter) for line in lines), delimiter=delimiter))
    rows = [row for row in rows if not _RULE.fullmatch(delimiter.join(row))]
    many = sum(sum(1 for cell in row if cell.strip()) > 1 for row in rows)
    return rows if many and many >= len(rows) / 2 else []


def _without_heading(lines: list[str], removed: list[Message]) -> list[str]:
    if len(lines) < 2:
        return lines
    first = lines[0].rstrip()
    commented = [line for line in lines if re.match(r"#{1,6} ", line)]
    if commented and len(commented) < len(lines):
        if commented == lines[:1]:
            removed.append(Message("topics_heading", {"line": first[:60]}))
        else:
            removed.append(Message("topics_comments", {"count": len(commented), "line": commented[0][:60]}))
        return [line for line in lines if line not in commented]
    introduces = first.endswith((":", "：")) and all(_BULLET.match(line) or _NUMBER.match(line) for line in lines[1:])
    if not (_is_heading(first) or introduces):
        return lines
    removed.append(Message("topics_heading", {"line": first[:60]}))
    return lines[1:]


def _is_heading(cell: str) -> bool:
    return cell.strip().strip("#*:：\"' ").casefold() in HEADINGS


def _without_marks(lines: list[str], removed: list[Message], doubts: list[Message]) -> list[str]:
    lines = _without_last_remark(lines, removed)
    bare = len(lines) > 1 and all(_BARE_DASH.match(line) for line in lines)
    plain = [_BARE_DASH.sub("", line, count=1) if bare else _BULLET.sub("", line, count=1) for line in lines]
    plain = [after if _starts(before, after) else before for before, after in zip(lines, plain, strict=True)]
    plain = _without_ordinals(_without_symbol(plain))
    numbers = [_NUMBER.match(line) for line in plain]
    if _is_numbering(numbers, marked=[before != after for before, after in zip(lines, plain, strict=True)]):
        plain = [line[found.end() :] if found else line for line, found in zip(plain, numbers, strict=True)]
    elif any(numbers):
        example = next(line for line, found in zip(plain, numbers, strict=True) if found)
        doubts.append(Message("topics_number", {"line": example[:60]}))
    changed = sum(before != after for before, after in zip(lines, plain, strict=True))
    if changed:
        removed.append(Message("topics_marks", {"count": changed, "example": lines[0][:60]}))
    return plain


def _without_last_remark(lines: list[str], removed: list[Message]) -> list[str]:
    """A list without the sentence that a model writes behind it ("Let me know if you need more!")."""
    marked = [bool(_BULLET.match(line) or _NUMBER.match(line)) for line in lines]
    if (
        len(lines) < 3
        or not all(marked[:-1])
        or marked[-1]
        or not lines[-1].endswith((".", "!", "?", "。", "！", "？"))
    ):
        return lines
    removed.append(Message("topics_heading", {"line": lines[-1][:60]}))
    return lines[:-1]


def _without_symbol(lines: list[str]) -> list[str]:
    """The lines without the sign that all of them begin with, or a picture each."""
    found = [_SYMBOL.match(line) for line in lines]
    signs = {_ARROWS if one[1] in _ARROWS else one[1] for one in found if one}
    are_pictures = all(category(sign[0]) == "So" for sign in signs)
    if len(lines) < 2 or not all(found) or not (len(signs) == 1 or are_pictures):
        return lines
    return [line[one.end() :] for line, one in zip(lines, found, strict=True) if one]


def _without_ordinals(lines: list[str]) -> list[str]:
    """The lines without the numbers that count them from the first to the last."""
    for pattern in _ORDINALS if len(lines) > 1 else ():
        found = [pattern.match(line) for line in lines]
        values = [_ordinal(one[1]) for one in found if one]
        if len(values) == len(lines) and values == list(range(1, len(lines) + 1)):
            return [line[one.end() :].strip() for line, one in zip(lines, found, strict=True) if one]
    return lines


def _ordinal(text: str) -> int:
    text = text.lower()
    if text.isdecimal():
        return int(text)
    if text in _ROMANS and (len(text) > 1 or text == "i"):
        return _ROMANS.index(text) + 1
    if text[0] in "一二三四五六七八九十":
        tens, ten, ones = text.partition("十")
        if not ten:
            return _CHINESE.find(text) + 1
        return 10 * (_CHINESE.find(tens) + 1 if tens else 1) + (_CHINESE.find(ones) + 1 if ones else 0)
    return ord(text[0]) - ord("a") + 1


def _starts(before: str, after: str) -> bool:
    return before.endswith(after) and bool(after.strip())


def _is_numbering(numbers: Sequence[re.Match[str] | None], marked: Sequence[bool]) -> bool:
    """Whether the numbers in front of the lines count them: each line has a mark, or at least two count upwards."""
    found = [_value(number) for number in numbers if number]
    if len(numbers) > 1 and found and all(number or mark for number, mark in zip(numbers, marked, strict=True)):
        return True
    return len(found) > 1 and all(after == before + 1 for before, after in pairwise(found))


def _value(found: re.Match[str]) -> int:
    return int(found[1] or found[2]) if not found[3] else ord(found[3]) - ord("①") + 1


def _without_pages(lines: list[str], removed: list[Message]) -> list[str]:
    """The lines of a table of contents without the dots and page numbers behind them."""
    if not all(found := [_PAGE.fullmatch(line) for line in lines]) or not lines:
        return lines
    removed.append(Message("topics_pages", {"count": len(found)}))
    return [one[1].strip() for one in found if one]


def _without_quotes(lines: list[str], removed: list[Message]) -> list[str]:
    commas = len(lines) > 1 and all(line.endswith((",", "，", ";", "；")) for line in lines[:-1])
    plain = [_unquoted(line.rstrip(",，;；").rstrip() if commas else line) for line in lines]
    plain = _without_frame(plain)
    changed = sum(before != after for before, after in zip(lines, plain, strict=True))
    if changed:
        removed.append(Message("topics_quotes", {"count": changed}))
    return plain


def _without_frame(lines: list[str]) -> list[str]:
    """The lines without what surrounds each topic: a link, brackets of a title, a full stop."""
    if all(found := [_LINK.fullmatch(line) for line in lines]):
        return [one[1].strip() for one in found if one]
    if len(lines) < 2:
        return lines
    for left, right in _ROUND:
        if all(line.startswith(left) and line.endswith(right) for line in lines):
            return [line[len(left) : -len(right)].strip() for line in lines]
    if all(re.fullmatch(r"[^.。]{1,60}[.。;；]", line) for line in lines):
        return [line[:-1].strip() for line in lines]
    return lines


def _unquoted(line: str) -> str:
    if found := _EMPHASIS.fullmatch(line):
        line = found[2].strip()
    inner = line[1:-1].strip()
    if len(line) > 2 and _QUOTES.get(line[0]) == line[-1] and line[0] not in inner and line[-1] not in inner:
        return inner
    return line
