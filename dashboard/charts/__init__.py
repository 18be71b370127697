"""
Charts and figures, pure and without Streamlit. The caller brings the words, in the reader's language.

    figures     numbers with their units, and the series of sparklines (imported here)
    live        the speed of a run that is going on, under its limit (Vega-Lite)
    bars        arms beside each other: speed with its interval, shares against a target
    trade       speed by concurrency and batch size, speed against cost
    timeline    drafts over time, and one run's calls in lanes
    intervals   shares with their 95 % intervals
    worth       acceptance, cost per approved draft, batch size, blind pairs
    comparison  the charts of a comparison, each under its question
    page        a comparison as one HTML page
    paper       what the Plotly charts share: colours, axes, labels that do not collide
"""

from dashboard.charts.figures import (
    ENGLISH_UNITS,
    NONE,
    Sparks,
    TimeUnits,
    count,
    duration,
    money,
    percent,
    plain,
    rate,
    spark_image,
    sparkline,
    sparks,
)

__all__ = [
    "ENGLISH_UNITS",
    "NONE",
    "Sparks",
    "TimeUnits",
    "count",
    "duration",
    "money",
    "percent",
    "plain",
    "rate",
    "spark_image",
    "sparkline",
    "sparks",
]
