"""
What a comparison says in words: its name, its arms, which arm is best for what and whether that is real.
"""

from __future__ import annotations

from dashboard import charts, labels
from dashboard.labels import label
from dashboard.text import _
from engine import compare
from engine.reports import PRESETS, SUCCESS_TARGET


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
    """Markdown: the fastest arm and how sure that is, then the cheapest and the most reliable where they differ."""
    found = report.verdict
    if found is None:
        return _("The verdict needs two settings with a finished trial each.")
    best, second, times = _strong(found.best), _strong(found.second), f"**{found.ratio:.2f}×**"
    if found.ci_low is None or found.ci_high is None:
        said = _("{best} is the fastest: {times} as fast as {second}.", best=best, times=times, second=second)
        said += " " + _("One trial of each proves nothing: run three or more.")
    else:
        said = _("{best} is the fastest: {times} as fast as {second}.", best=best, times=times, second=second)
        range_ = f"{found.ci_low:.2f}–{found.ci_high:.2f}×"
        real = _("The difference is significant (95 % CI {range}).", range=range_)
        chance = _("The difference may be chance (95 % CI {range}): run more trials.", range=range_)
        said += " " + (real if found.real else chance)
    return f"{said} {_cheapest(report, found)} {_unreliable(report)}".strip()


def _cheapest(report: compare.ComparisonReport, found: compare.ComparisonVerdict) -> str:
    if found.cheapest == found.best:
        return _("It is also the cheapest.")
    cost = next(arm.cost_a_draft for arm in report.arms if arm.name == found.cheapest)
    if not cost:
        return _("{arm} takes the fewest tokens.", arm=_strong(found.cheapest))
    return _(
        "{arm} is the cheapest at {cost} per draft.", arm=_strong(found.cheapest), cost=charts.plain(charts.money(cost))
    )


def _unreliable(report: compare.ComparisonReport) -> str:
    below = [arm.name for arm in report.arms if arm.success_rate is not None and arm.success_rate < SUCCESS_TARGET]
    if not below:
        return ""
    return _("Below the target of 95 %: {arms}.", arms=", ".join(_strong(name) for name in below))


def _strong(name: str) -> str:
    return f"**{charts.plain(arm_name(name))}**"
