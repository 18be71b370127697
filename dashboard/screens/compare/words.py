"""
What a comparison says in words: its name, its arms, which arm is best for what and whether that is real.
"""

from __future__ import annotations

from dataclasses import replace

from dashboard import charts, labels
from dashboard.charts.page import Words
from dashboard.labels import label
from dashboard.text import _, language, message_text, say, templates
from engine import compare
from engine.messages import as_text
from engine.reports import PRESETS, Advice


def title(report: compare.ComparisonReport) -> str:
    """The name a person gave it, else its number."""
    return report.note or _("Comparison {number}", number=report.id)


def arm_name(name: str) -> str:
    """What an arm is called: a preset's word, or the grid's figures."""
    return label(labels.PRESET, name) if name in PRESETS else name.replace(" x ", " × ")


def dials(arm: compare.ArmReport) -> str:
    """Calls at a time × drafts a call, after an arm's name where that does not say it: " · 4 × 3"."""
    tuning = arm.tuning
    return "" if tuning.auto or arm.name not in PRESETS else f" · {tuning.concurrency} × {tuning.batch_size}"


def band(arm: compare.ArmReport) -> str:
    """The guide's speed-up for this arm."""
    if arm.guide_band is None:
        return charts.NONE
    low, high = arm.guide_band
    return f"{low:g}×" if low == high else f"{low:g}–{high:g}×"


def verdict(report: compare.ComparisonReport) -> str:
    """Markdown: the fastest arm and how sure that is, the cheapest, and the arms that lose drafts."""
    return message_text(compare.sentence(report.verdict, report.arms, _strong)).replace("$", r"\$")


def advice_words(advice: Advice) -> str:
    """Markdown: one piece of advice on the comparison."""
    named = {"arms": _(", ").join(arm_name(name) for name in compare.about(advice))}
    settings = {f"setting.{name}": label(labels.DIAL, name) for name in advice.settings if name in labels.DIAL}
    message = replace(advice.message, values={**advice.message.values, **named})
    return charts.plain(as_text(message, {**templates(language()), **settings}))


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


def _strong(name: str) -> str:
    return f"**{charts.plain(arm_name(name))}**"
