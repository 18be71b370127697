"""
A comparison as one HTML page that needs no other file and no network: its verdict, the page's charts and its table,
in the language of the page.

Plotly's script is inside the page. Every name a person or a model wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape

from plotly.offline import get_plotlyjs

from dashboard.charts.comparison import Panel, Translate, panels
from dashboard.charts.paper import on_white
from dashboard.charts.worth import win_shares
from engine import Store
from engine.compare import (
    COLUMNS,
    ArmReport,
    ComparisonReport,
    Question,
    conclusions,
    pair_results,
    pairs_sentence,
    recommended,
)
from engine.messages import Message

MOST_BARS = 16
MOST_TOPICS = 10
NOT_MEASURED = "-"
MOST_COLUMNS = 8
"""Of a part of the table, beside the names of the arms."""
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #22272b; background: #fff; max-width: 1200px; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 0; } p { margin: .4rem 0; }
.soft { color: #6b7075; } .verdict { font-size: 1.1rem; margin: 1rem 0; } .wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .55rem; border-bottom: 1px solid #e0dbcc; text-align: right; white-space: nowrap; }
th { white-space: normal; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; } th { color: #6b7075; font-weight: 600; }
.plotly-graph-div { background: #fff; border-radius: 8px; }
@media (prefers-color-scheme: dark) { body { color: #e9e7df; background: #0f1517; } th, .soft { color: #9aa3a5; } }
"""


@dataclass(frozen=True, slots=True)
class Words:
    """The language of a page: its sentences, and how it says a message, an arm, a kind and a state."""

    lang: str = "en"
    translate: Translate = str
    message: Callable[[Message], str] = str
    name: Translate = str
    kind: Translate = str
    state: Translate = str
    draft_lang: Translate = str
    """What the language of drafts is called."""


ENGLISH = Words()


def to_html(report: ComparisonReport, words: Words = ENGLISH, store: Store | None = None) -> str:
    """
    The whole page.

    Args:
        report: The comparison.
        words: The language of the page; default: English.
        store: Where the calls are, for the chart over time; None: without it.
    """
    _ = words.translate
    number = _("Comparison {number}").format(number=report.id)
    title = escape(_("{name}: {text}").format(name=number, text=report.note) if report.note else number)
    found = "".join(f'<p class="verdict">{line}</p>' for line in _found(report, words))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n{_about(report, words)}"
        f"{found}\n{''.join(_charts(report, words, store))}\n"
        f"<h2>{escape(_('The performance table'))}</h2>{_table(report, words)}\n"
        f'<p class="soft">{escape(_formula(_))}</p>\n</body></html>\n'
    )


def _found(report: ComparisonReport, words: Words) -> Iterator[str]:
    """The arm to use, then a sentence for each question; escaped."""
    _ = words.translate
    if (chosen := recommended(report.arms, report.verdict, words.name)) is not None:
        yield f"<b>{escape(words.message(chosen.why))}</b>"
    for question, message in conclusions(report, words.name).items():
        yield escape(_("{name}: {text}").format(name=titles(_)[question], text=words.message(message)))


def titles(_: Translate) -> dict[Question, str]:
    """What each question of a comparison is called."""
    return {
        "speed": _("Speed"),
        "quality": _("Quality"),
        "cost": _("Cost per approved draft"),
        "tiering": _("Tiering"),
        "batch": _("Batch size"),
    }


def _formula(_: Translate) -> str:
    return _(
        "Drafts per second: drafts stored from the first call to the last reply, all trials together. Speed-up: over "
        "serial, else the slowest. Forecast: batch size × the smallest of concurrency / L, calls per second, tokens "
        "per second and parallel calls / L, in whole rounds; L is fitted to the calls."
    )


def _charts(report: ComparisonReport, words: Words, store: Store | None) -> Iterator[str]:
    measured = sorted((arm for arm in report.arms if arm.items_per_s), key=lambda arm: -(arm.items_per_s or 0.0))
    if not measured:
        return
    _ = words.translate
    yield f"<script>{get_plotlyjs()}</script>\n"
    if len(measured) > MOST_BARS:
        yield f'<p class="soft">{escape(_("The charts show the {n} fastest.").format(n=MOST_BARS))}</p>'
    for panel in panels(measured, MOST_BARS, words.name, _, store):
        yield _chart(panel)
    if store is not None and (made := _pairs(report, words, store)):
        yield _chart(made)


def _pairs(report: ComparisonReport, words: Words, store: Store) -> Panel | None:
    """The result of the last blind pair review; None while its arms are hidden."""
    newest, _ = store.pairs.newest(report.id), words.translate
    if newest is None or newest.ended_at is None:
        return None
    found = pair_results(store.pairs.all(newest.id))
    panel = win_shares(found, words.name, _)
    said = words.message(pairs_sentence(found, words.name))
    return replace(panel, sentence=_("{first} {second}").format(first=said, second=panel.sentence))


def _chart(panel: Panel) -> str:
    drawn = on_white(panel.figure).to_html(
        full_html=False, include_plotlyjs=False, div_id=panel.key, config={"displayModeBar": False, "responsive": True}
    )
    return f'<h2>{escape(panel.title)}</h2><p class="soft">{escape(panel.sentence)}</p>{drawn}\n'


def _about(report: ComparisonReport, words: Words) -> str:
    _, spec = words.translate, report.spec
    made = datetime.fromtimestamp(report.created_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    comma = _(", ")
    levels = comma.join(f"L{level}" for level in spec.levels)
    what = _("{n} drafts per run: {kind}, {lang}, {levels}; {model}").format(
        n=report.drafts,
        kind=words.kind(spec.kind),
        lang=words.draft_lang(spec.lang),
        levels=levels,
        model=f"{spec.provider} {spec.model}".strip(),
    )
    topics = comma.join(spec.topics[:MOST_TOPICS])
    if (more := len(spec.topics) - MOST_TOPICS) > 0:
        topics += _(" and {n} more").format(n=more)
    done = _("{have} of {all} runs").format(have=report.runs_done, all=report.runs)
    about = _("{name}: {text}").format(name=_("Topics"), text=topics)
    return (
        f'<p>{escape(what)}</p>\n<p class="soft">{escape(about)}</p>\n'
        f'<p class="soft">{escape(made)} · {escape(words.state(report.state))} · {escape(done)}</p>\n'
    )


def _table(report: ComparisonReport, words: Words) -> str:
    """The table in parts of some columns, each with the names of the arms: a wider one would be cut on paper."""
    names, rows_of = _columns(words.translate), [_cells(arm, words) for arm in report.arms]
    arm, *filled = [name for name in names if any(cells[name] != NOT_MEASURED for cells in rows_of)]
    parts = [[arm, *filled[at : at + MOST_COLUMNS]] for at in range(0, len(filled), MOST_COLUMNS)]
    notes = {words.message(one.limit_note) for one in report.arms if one.limit_note.code}
    said = "".join(f'<p class="soft">* {escape(note)}</p>' for note in notes)
    return "".join(_part(part, names, rows_of) for part in parts) + said


def _part(shown: Sequence[str], names: Mapping[str, str], rows_of: Sequence[Mapping[str, str]]) -> str:
    head = "".join(f"<th>{escape(names[name])}</th>" for name in shown)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cells[name])}</td>" for name in shown) + "</tr>" for cells in rows_of)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _columns(_: Translate) -> dict[str, str]:
    """The name of each column of the table on the command line, as the page says it."""
    return {
        "arm": _("Settings"),
        "calls x drafts": _("Parallel calls × drafts"),
        "items/s": _("Drafts per second"),
        "95 % interval": _("95 % CI"),
        "speed-up": _("Speed-up"),
        "guide": _("Guide"),
        "forecast": _("Forecast"),
        "% of limit": _("Of top speed"),
        "success": _("Success"),
        "errors": _("Errors"),
        "429": _("429 rate"),
        "tokens per draft": _("Tokens per draft"),
        "$ per draft": _("Cost per draft"),
        "accepted": _("Acceptance rate"),
        "95 % interval of accepted": _("95 % CI of acceptance"),
        "decided": _("Reviewed"),
        "flagged": _("Flagged"),
        "refused": _("Refused"),
        "above level": _("Words above the level"),
        "second model": _("Second model's score"),
        "$ per approved": _("Cost per approved draft"),
        "approved/h": _("Approved per hour"),
        "review min": _("Review minutes per approved draft"),
        "trials": _("Trials"),
    }


def _cells(arm: ArmReport, words: Words) -> dict[str, str]:
    """The figures of an arm by the names of the columns."""
    _ = words.translate
    cells = {column.name: column.cell(arm) for column in COLUMNS}
    cells["arm"] = words.name(arm.name)
    if arm.tuning.auto:
        cells["calls x drafts"] = _("chosen while it runs")
    return cells
