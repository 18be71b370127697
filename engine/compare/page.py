"""
A report as one HTML page that stands alone: no script, no other file, light and dark, all of it escaped. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from engine.compare.figures import ArmReport
from engine.compare.report import Report
from engine.compare.table import COLUMNS, number
from engine.compare.verdict import sentence

WIDTH, ROW, LEFT, RIGHT = 760, 34, 170, 90

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --line: #d9dee3; --paper: #fff; --bar: #2f6fb3;
  --whisker: #14202b; --mark: #c2571a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a3adb7; --line: #353c44; --paper: #14181c;
  --bar: #5b9bdc; --whisker: #f2f5f7; --mark: #f0955a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1400px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; } p { margin: .4rem 0; } .soft { color: var(--soft); }
.verdict { font-size: 1.1rem; margin: 1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .55rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 600; }
svg { width: 100%; height: auto; max-width: 760px; margin: 1rem 0; }
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.bar { fill: var(--bar); } .whisker { stroke: var(--whisker); stroke-width: 2; }
.mark { stroke: var(--mark); stroke-width: 3; }
"""


def to_html(report: Report) -> str:
    """The whole page."""
    title = f"Comparison {report.id}" + (f": {report.note}" if report.note else "")
    verdict = (
        sentence(report.verdict, report.arms)
        if report.verdict
        else "Nothing to compare yet: fewer than two arms have ended."
    )
    head = "".join(f"<th>{escape(column.name)}</th>" for column in COLUMNS)
    rows = "".join(f"<tr>{_cells(arm)}</tr>" for arm in report.arms)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n{_about(report)}"
        f'<p class="verdict">{escape(verdict)}</p>\n{_bars(report.arms)}'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n'
        f'<p class="soft">items/s = drafts stored / (first call start to last answer), all trials together. Speed-up '
        f"is over serial, else the slowest. Forecast: batch x min(calls in flight / L, starts a second, "
        f"tokens a second, in-flight cap / L), in whole rounds with their stragglers, with L fitted to the measured "
        f"calls.</p>\n</body></html>\n"
    )


def _about(report: Report) -> str:
    spec = report.spec
    made = datetime.fromtimestamp(report.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    levels = ", ".join(str(level) for level in spec.levels)
    provider = f"{spec.provider} {spec.model}".strip()
    what = f"{report.drafts} {spec.kind} drafts ({spec.lang}, levels {levels}) in every run, by {provider}"
    stand = f"{report.runs_done} of {report.runs} runs done, {report.state}"
    shown, more = spec.topics[:10], len(spec.topics) - 10
    topics = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return (
        f'<p>{escape(what)}</p>\n<p class="soft">Topics: {escape(topics)}</p>\n'
        f'<p class="soft">{escape(made)}; {escape(stand)}</p>\n'
    )


def _cells(arm: ArmReport) -> str:
    return "".join(f"<td>{escape(column.cell(arm))}</td>" for column in COLUMNS)


def _bars(arms: tuple[ArmReport, ...]) -> str:
    """A bar an arm: its speed, the interval as a whisker, the forecast as a mark."""
    most = max((max(arm.items_per_s or 0, arm.ci_high or 0, arm.predicted_items_per_s or 0) for arm in arms), default=0)
    if not most:
        return ""
    scale = (WIDTH - LEFT - RIGHT) / most
    height = ROW * len(arms) + 28
    drawn = "".join(_bar(arm, ROW * place, scale) for place, arm in enumerate(arms))
    key = f'<text x="{LEFT}" y="{height - 6}">items/s; line: 95 % interval; upright mark: forecast</text>'
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Speed of each arm">{drawn}{key}</svg>\n'


def _bar(arm: ArmReport, top: int, scale: float) -> str:
    middle, name = top + ROW / 2, arm.name if len(arm.name) <= 22 else arm.name[:21] + "…"
    parts = [f'<text x="{LEFT - 10}" y="{middle + 5:.0f}" text-anchor="end">{escape(name)}</text>']
    end = LEFT + (arm.items_per_s or 0) * scale
    parts.append(f'<rect class="bar" x="{LEFT}" y="{top + 6}" width="{end - LEFT:.1f}" height="{ROW - 12}" rx="2"/>')
    if arm.ci_low is not None and arm.ci_high is not None:
        low, high = LEFT + arm.ci_low * scale, LEFT + arm.ci_high * scale
        parts.append(f'<line class="whisker" x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}"/>')
        end = max(end, high)
    if arm.predicted_items_per_s is not None:
        at = LEFT + arm.predicted_items_per_s * scale
        parts.append(f'<line class="mark" x1="{at:.1f}" y1="{top + 3}" x2="{at:.1f}" y2="{top + ROW - 3}"/>')
        end = max(end, at)
    parts.append(f'<text x="{end + 8:.1f}" y="{middle + 5:.0f}">{number(arm.items_per_s)}</text>')
    return "".join(parts)
