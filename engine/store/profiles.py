"""
Provider profiles as the user edited them. A key never belongs in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engine.store.access import StorePart
from engine.store.tables import profile


class Profiles(StorePart):
    """What the user edited of the providers' profiles."""

    def set(self, name: str, settings: Mapping[str, Any] | None) -> Future[None]:
        """Keep what the user edited of a provider's profile; None forgets it. A key never belongs in it."""
        row = {"name": name, "updated_at": self._access.clock.wall()}

        def op(conn: Connection) -> None:
            conn.execute(delete(profile).where(profile.c.name == name))
            if settings is not None:
                conn.execute(insert(profile), {**row, "settings": dict(settings)})

        return self._access.write(op)

    def all(self) -> dict[str, dict[str, Any]]:
        """What the user edited, by profile name."""
        with self._access.reading() as conn:
            return {row.name: row.settings for row in conn.execute(select(profile).order_by(profile.c.name))}
