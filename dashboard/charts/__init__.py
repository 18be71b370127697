"""
Summaries to what the eye reads. Pure, and without streamlit: the words around the figures are text.py's.

`figures` (here) makes numbers and sparklines; the charts themselves are in the modules beside it: `speed`, `quality`,
`trade` and `time` for the comparison (Plotly), `live` for a run that goes on (Vega-Lite).
"""

from dashboard.charts.figures import (
    NONE,
    Span,
    Sparks,
    count,
    duration,
    money,
    percent,
    plain,
    rate,
    smooth,
    sparkline,
    sparks,
)

__all__ = [
    "NONE",
    "Span",
    "Sparks",
    "count",
    "duration",
    "money",
    "percent",
    "plain",
    "rate",
    "smooth",
    "sparkline",
    "sparks",
]
