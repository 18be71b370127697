"""
What a comparison says in words: its name, its arms, which arm is best for what and whether that is real.
"""

from __future__ import annotations

from dataclasses import replace

from dashboard import charts, labels
from dashboard.charts.page import Words, titles
from dashboard.labels import label
from dashboard.text import _, language, message_text, say, templates
from engine import compare
from engine.messages import Message, as_text
from engine.reports import PRESETS, Advice

TIMES = "\u00a0×\u00a0"
"""Between the figures of the grid: no line breaks there."""


def title(report: compare.ComparisonReport) -> str:
    """The name a person gave it, else its number."""
    return report.note or _("Comparison {number}", number=report.id)


def arm_name(name: str) -> str:
    """What an arm is called: a preset's word, or the grid's figures."""
    return compare.PARTS.join(_part(part) for part in name.split(compare.PARTS))


def _part(part: str) -> str:
    """A part of an arm's name: a model, a temperature, a preset or figures of the grid."""
    return label(labels.PRESET, part) if part in PRESETS else _unbroken(part)


def _unbroken(part: str) -> str:
    """Figures of the grid, or a temperature, without a place where a line could break; a model as it is."""
    whole = part.replace(" x ", TIMES)
    return whole.replace(" ", "\u00a0") if whole.startswith("T ") else whole


def speed_settings(arm: compare.ArmReport) -> str:
    """Calls at a time × drafts a call, after an arm's name where that does not say it: " · 4 × 3"."""
    tuning = arm.tuning
    return "" if tuning.auto or arm.name not in PRESETS else f" · {tuning.concurrency}{TIMES}{tuning.batch_size}"


def band(arm: compare.ArmReport) -> str:
    """The guide's speed-up for this arm."""
    if arm.guide_band is None:
        return charts.NONE
    low, high = arm.guide_band
    return f"{low:g}×" if low == high else f"{low:g}–{high:g}×"


def verdict(report: compare.ComparisonReport) -> list[tuple[str, str]]:
    """A title and Markdown for each question that the comparison answers."""
    said, named = compare.conclusions(report, strong), titles(_)
    return [(named[question], marked(message)) for question, message in said.items()]


def marked(message: Message) -> str:
    """A message as Markdown; a dollar sign is no formula."""
    return message_text(message).replace("$", r"\$")


def advice_words(advice: Advice) -> str:
    """Markdown: one piece of advice on the comparison."""
    named = {"arms": _(", ").join(arm_name(name) for name in compare.about(advice))}
    gain = _("It is {gain:.2f}× as fast as serial, or as the slowest if serial was not run.")
    settings = {f"setting.{name}": label(labels.SETTING, name) for name in advice.settings if name in labels.SETTING}
    message = replace(advice.message, values={**advice.message.values, **named})
    return charts.plain(as_text(message, {**templates(language()), **settings, "gain": gain}))


def page_words(lang: str | None = None) -> Words:
    """A language for the HTML export; None: the reader's."""
    spoken = lang or language()

    def said(table: labels.Table, key: str) -> str:
        word = table.get(key)
        return say(spoken, word) if word else key

    return Words(
        lang=spoken,
        translate=lambda msgid: say(spoken, msgid),
        message=lambda message: message_text(message, spoken),
        name=lambda name: said(labels.PRESET, name) if name in PRESETS else arm_name(name),
        kind=lambda kind: said(labels.KIND, kind),
        state=lambda state: said(labels.RUN_STATE, state),
        draft_lang=lambda lang: said(labels.LANG, lang),
    )


def strong(name: str) -> str:
    """Markdown: an arm's name, set off."""
    return f"**{charts.plain(arm_name(name))}**"
