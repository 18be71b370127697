"""
Drafts by their share of words above the level, in bands.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select

from engine.store.run_rows import count_if
from engine.store.tables import draft

BANDS: tuple[tuple[float, float], ...] = ((0.0, 0.05), (0.05, 0.15), (0.15, 0.30), (0.30, 1.01))
"""From and below: what the usual thresholds call good, a note, a flag, and far above."""


def read_above(conn: Connection, *conditions: ColumnElement[bool]) -> dict[str, int]:
    """
    Graded drafts by band, as "0.05": drafts from that share on; drafts that were not graded are in none.

    Args:
        conn: To read.
        conditions: Which drafts.
    """
    share = draft.c.above_share
    counts = [count_if(and_(share >= low, share < high)) for low, high in BANDS]
    row = conn.execute(select(*counts).where(*conditions, share.is_not(None))).one()
    return {str(low): count for (low, _high), count in zip(BANDS, row, strict=True)}
