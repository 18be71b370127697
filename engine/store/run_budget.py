"""
Changing the budgets of a run that nobody works on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from engine.errors import StoreError, UnknownRun
from engine.process import holds_lease, lease_s
from engine.store.lease_clock import lease_time
from engine.store.tables import run


def change_budget(
    conn: Connection, run_id: int, now: float, budget_usd: float | None, budget_day_usd: float | None
) -> None:
    """Change the budgets in a run's spec and limits; see `Runs.set_budget`."""
    columns = [*(run.c[name] for name in ("state", "heartbeat_at", "spec", "limits")), lease_time(now).label("now")]
    row = conn.execute(select(*columns).where(run.c.id == run_id).with_for_update()).first()
    if row is None:
        raise UnknownRun(run_id)
    if is_worked_on(row.state, row.heartbeat_at, row.now):
        raise StoreError("run_going", run=run_id)
    values = {"spec": with_budget(row.spec, budget_usd), "limits": with_day_budget(row.limits or {}, budget_day_usd)}
    conn.execute(update(run).where(run.c.id == run_id).values(**values))


def is_worked_on(state: str, heartbeat_at: float | None, now: float) -> bool:
    """Whether a process works on the run or will soon: queued, or running within its lease."""
    return state == "queued" or (state == "running" and holds_lease(heartbeat_at, now, lease_s()))


def with_budget(spec: Mapping[str, Any], budget_usd: float | None) -> dict[str, Any]:
    """The spec with another budget; None leaves it unchanged."""
    return dict(spec) if budget_usd is None else {**spec, "budget_usd": budget_usd}


def with_day_budget(limits: Mapping[str, Any], budget_day_usd: float | None) -> dict[str, Any]:
    """The limits with another daily budget among their overrides; None leaves them unchanged."""
    if budget_day_usd is None:
        return dict(limits)
    return {**limits, "overrides": {**limits.get("overrides", {}), "budget_day_usd": budget_day_usd}}
