"""
A comparison as one HTML page that needs no other file and no network: its verdict, the page's charts and its table.

Plotly's script is inside the page. Every name a person or a model wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from plotly.offline import get_plotlyjs

from dashboard.charts.comparison import Panel, panels
from dashboard.charts.paper import on_white
from engine.compare import COLUMNS, ArmReport, ComparisonReport, sentence

MOST_BARS = 16
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #22272b; background: #fff; max-width: 1100px; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 0; } p { margin: .4rem 0; }
.soft { color: #6b7075; } .verdict { font-size: 1.1rem; margin: 1rem 0; } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .55rem; border-bottom: 1px solid #e0dbcc; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: #6b7075; font-weight: 600; }
.plotly-graph-div { background: #fff; border-radius: 8px; }
@media (prefers-color-scheme: dark) { body { color: #e9e7df; background: #0f1517; } th, .soft { color: #9aa3a5; } }
"""
FORMULA = (
    "items/s = drafts stored / (first call start to last answer), all trials together. Speed-up is over serial, else "
    "the slowest. Forecast: batch x min(calls in flight / L, starts a second, tokens a second, in-flight cap / L), in "
    "whole rounds, with L fitted to the measured calls."
)


def to_html(report: ComparisonReport) -> str:
    """The whole page."""
    title = escape(f"Comparison {report.id}" + (f": {report.note}" if report.note else ""))
    verdict = str(sentence(report.verdict, report.arms))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n{_about(report)}"
        f'<p class="verdict">{escape(verdict)}</p>\n{"".join(_charts(report))}\n<h2>Performance table</h2>'
        f'{_table(report)}\n<p class="soft">{FORMULA}</p>\n</body></html>\n'
    )


def _charts(report: ComparisonReport) -> Iterator[str]:
    measured = sorted((arm for arm in report.arms if arm.items_per_s), key=lambda arm: -(arm.items_per_s or 0.0))
    if not measured:
        return
    yield f"<script>{get_plotlyjs()}</script>\n"
    for panel in panels(measured, MOST_BARS, lambda name: name, lambda msgid: msgid):
        yield _chart(panel)


def _chart(panel: Panel) -> str:
    drawn = on_white(panel.figure).to_html(
        full_html=False, include_plotlyjs=False, div_id=panel.key, config={"displayModeBar": False, "responsive": True}
    )
    return f'<h2>{escape(panel.title)}</h2><p class="soft">{escape(panel.sentence)}</p>{drawn}\n'


def _about(report: ComparisonReport) -> str:
    spec = report.spec
    made = datetime.fromtimestamp(report.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    levels = ", ".join(str(level) for level in spec.levels)
    provider = f"{spec.provider} {spec.model}".strip()
    what = f"{report.drafts} {spec.kind} drafts ({spec.lang}, levels {levels}) in every run, by {provider}"
    more = len(spec.topics) - 10
    topics = ", ".join(spec.topics[:10]) + (f" and {more} more" if more > 0 else "")
    done = f"{report.runs_done} of {report.runs} runs done, {report.state}"
    return (
        f'<p>{escape(what)}</p>\n<p class="soft">Topics: {escape(topics)}</p>\n'
        f'<p class="soft">{escape(made)}; {escape(done)}</p>\n'
    )


def _table(report: ComparisonReport) -> str:
    head = "".join(f"<th>{escape(column.name)}</th>" for column in COLUMNS)
    rows = "".join(f"<tr>{_cells(arm)}</tr>" for arm in report.arms)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(arm: ArmReport) -> str:
    return "".join(f"<td>{escape(column.cell(arm))}</td>" for column in COLUMNS)
