"""
Tables of blind pair reviews: drafts of two arms for one slot, side by side.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from engine.store.fields import Columns, id_of, key, number, word


class PairingColumns(Columns):
    """One blind review of a comparison, from its start to the moment its arms are shown."""

    comparison: int = id_of("comparison")
    created_at: float
    ended_at: float | None
    """When the arms were shown; None: it goes on."""
    overlap: int = Field(default=1, nullable=False, sa_column_kwargs={"server_default": "1"})
    """How many reviewers see each pair."""


class PairingTable(PairingColumns, table=True):
    """Blind pair reviews."""

    __tablename__ = "pairing"
    __table_args__ = (Index("pairing_comparison", "comparison"),)

    id: int | None = key()


class PairColumns(Columns):
    """Two drafts of one slot and one trial, for one reviewer; the sides are drawn when the pairing starts."""

    pairing: int = id_of("pairing")
    place: int
    """In the order of the pairing."""
    repeat: int = number()
    """0 for the first reviewer of these drafts, 1 for the second, ..."""
    left_draft: int
    right_draft: int
    """No foreign keys: drafts may be cleaned away."""
    left_arm: str = word()
    right_arm: str = word()
    reviewer: str = word()
    """The identity of the person it was given to; empty: nobody yet."""
    choice: str = word()
    """left, right, both, neither, or empty."""
    answered_at: float | None


class PairTable(PairColumns, table=True):
    """Pairs."""

    __tablename__ = "pair"
    __table_args__ = (Index("pair_pairing", "pairing", "reviewer", "choice", "place"),)

    id: int | None = key()
    given_at: float | None
    """When its reviewer last had it on the screen."""


pairing = Columns.metadata.tables["pairing"]
pair = Columns.metadata.tables["pair"]
