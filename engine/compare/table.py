"""
The guide's performance table with the measured figures: its columns as text. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.compare.figures import ArmReport
from engine.compare.shares import Share


@dataclass(frozen=True, slots=True)
class ArmColumn:
    """A column of the table: a figure of every arm."""

    name: str
    cell: Callable[[ArmReport], str]
    wide: bool = False
    """Left out in the terminal, which is too narrow for it."""


def number(value: float | None, places: int = 2) -> str:
    """1,234.50, or a dash."""
    return "-" if value is None else f"{value:,.{places}f}"


def percent(share: float | None) -> str:
    """97.0 %, or a dash."""
    return "-" if share is None else f"{share:.1%}".replace("%", " %")


def shares(share: Share) -> str:
    """The interval of a share: 81-96 %, or a dash."""
    low, high = share.interval
    return f"{100 * low:.0f}-{100 * high:.0f} %" if share.whole else "-"


def times(ratio: float | None) -> str:
    """3.8 x, or a dash."""
    return "-" if ratio is None else f"{ratio:.2f} x"


def guide(band: tuple[float, float] | None) -> str:
    """The guide's band: 3-4 x, 1 x, or a dash."""
    if band is None:
        return "-"
    return f"{band[0]:g} x" if band[0] == band[1] else f"{band[0]:g}-{band[1]:g} x"


def _settings(arm: ArmReport) -> str:
    return "chosen as it goes" if arm.tuning.auto else f"{arm.tuning.concurrency} x {arm.tuning.batch_size}"


def _interval(arm: ArmReport) -> str:
    return "-" if arm.ci_low is None or arm.ci_high is None else f"{arm.ci_low:.2f}-{arm.ci_high:.2f}"


COLUMNS = (
    ArmColumn("arm", lambda arm: arm.name),
    ArmColumn("calls x drafts", _settings, wide=True),
    ArmColumn("items/s", lambda arm: number(arm.items_per_s)),
    ArmColumn("95 % interval", _interval),
    ArmColumn("speed-up", lambda arm: times(arm.speedup)),
    ArmColumn("guide", lambda arm: guide(arm.guide_band)),
    ArmColumn("forecast", lambda arm: number(arm.predicted_items_per_s)),
    ArmColumn("% of limit", lambda arm: percent(arm.share_of_limit) + ("*" if arm.limit_note.code else "")),
    ArmColumn("success", lambda arm: percent(arm.success_rate)),
    ArmColumn("errors", lambda arm: percent(arm.error_rate)),
    ArmColumn("429", lambda arm: percent(arm.rate_429)),
    ArmColumn("tokens per draft", lambda arm: number(arm.tokens_an_item, 0)),
    ArmColumn("$ per draft", lambda arm: number(arm.cost_a_draft, 6)),
    ArmColumn("$ per approved draft", lambda arm: number(arm.cost_an_approved_draft, 6), wide=True),
    ArmColumn("accepted", lambda arm: percent(arm.acceptance), wide=True),
    ArmColumn("95 % interval of accepted", lambda arm: shares(arm.quality.accepted), wide=True),
    ArmColumn("decided", lambda arm: str(arm.quality.accepted.whole or "-"), wide=True),
    ArmColumn("flagged", lambda arm: percent(arm.quality.flagged.value), wide=True),
    ArmColumn("refused", lambda arm: percent(arm.quality.refused.value), wide=True),
    ArmColumn("above level", lambda arm: percent(arm.quality.above), wide=True),
    ArmColumn("second model", lambda arm: number(arm.quality.score, 1), wide=True),
    ArmColumn("$ per approved", lambda arm: number(arm.cost_per_approved, 6), wide=True),
    ArmColumn("approved/h", lambda arm: number(arm.approved_per_h, 0), wide=True),
    ArmColumn("review min", lambda arm: number(arm.quality.minutes_per_approved, 1), wide=True),
    ArmColumn("trials", lambda arm: str(arm.trials_done)),
)
