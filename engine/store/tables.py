"""
The tables as Core statements use them.

`draft` and `call` hold the facts, `run` what was asked for. Their columns are in run_tables.py, draft_tables.py and
text_tables.py, the read models in views.py and review_rows.py. Times are unix seconds, money is USD. The order of the
columns in a database is that of its migrations: long columns come last, so that counting a run's rows does not read
them.
"""

from __future__ import annotations

from engine.store.draft_tables import draft, opinion, overlap, review, shingle
from engine.store.fields import Columns
from engine.store.library_tables import material
from engine.store.pair_tables import pair, pairing
from engine.store.run_tables import breaker, call, change, comparison, event, profile, reply, request, run, saved_filter
from engine.store.share_tables import share
from engine.store.text_tables import source_text

__all__ = [
    "breaker",
    "call",
    "change",
    "comparison",
    "draft",
    "event",
    "material",
    "metadata",
    "opinion",
    "overlap",
    "pair",
    "pairing",
    "profile",
    "reply",
    "request",
    "review",
    "run",
    "saved_filter",
    "share",
    "shingle",
    "source_text",
]

metadata = Columns.metadata
