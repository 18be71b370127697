"""
SRT subtitles as running text: without numbers, times and tags; cues that break a sentence are joined.
"""

from __future__ import annotations

import re
from html import unescape

from engine.messages import Message
from engine.spec.texts.notes import left_out_note

_TIMES = re.compile(r"\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}\s*-->\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}.*")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,60}>|\{\\[^{}]{0,60}\}")
_SOUND = re.compile(r"[\[(（［【♪♫][^\])）］】♪♫]{0,80}[\])）］】♪♫]")
_DASH = re.compile(r"^[-–—]\s?")
_END = re.compile(r"[.!?。！？…][\"'”’」』)]*$")
_LONGEST_END = 12
"""Characters looked at for the end of a sentence."""
_WIDE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def subtitles_text(text: str) -> tuple[str, list[Message]]:
    """The spoken words, one sentence a line; sounds in brackets ("[door closes]") are left out and counted."""
    sentences: list[list[str]] = [[]]
    sounds = 0
    for cue in _cues(text):
        spoken, found = _SOUND.subn("", cue)
        sounds += found
        spoken = " ".join(spoken.split())
        if not spoken:
            continue
        sentences[-1].append(spoken)
        if _END.search(spoken[-_LONGEST_END:]):
            sentences.append([])
    notes = [left_out_note("sounds", sounds)] if sounds else []
    return "\n".join(_joined(parts) for parts in sentences if parts), notes


def _cues(text: str) -> list[str]:
    """The words of each cue; a number counts as one only above a line of times."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[list[str]] = [[]]
    for place, line in enumerate(lines):
        below = lines[place + 1] if place + 1 < len(lines) else ""
        if _TIMES.fullmatch(line):
            cues.append([])
        elif line.strip() and not (line.strip().isdecimal() and _TIMES.fullmatch(below)):
            cues[-1].append(_DASH.sub("", unescape(_TAG.sub("", line)).strip()))
    return [_joined(lines) for lines in cues]


def _joined(lines: list[str]) -> str:
    """The lines as one, a space between where the first ends in a letter of a language that has spaces."""
    parts = [part for line in lines if line for part in (line, "" if _WIDE.match(line[-1]) else " ")]
    return "".join(parts[:-1])
