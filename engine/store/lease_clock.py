"""
The clock of leases: for a database on a server the server's, because the machines that share it may differ; for a file
this machine's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _LeaseTime(FunctionElement[float]):
    """Unix seconds: (the time by this machine)."""

    type = Float()
    inherit_cache = True
    name = "lease_time"


@compiles(_LeaseTime)
def _by_machine(element: _LeaseTime, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(_LeaseTime, "postgresql")
def _by_server(_element: _LeaseTime, _compiler: SQLCompiler, **_kw: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


def lease_time(at: float | ColumnElement[float]) -> ColumnElement[float]:
    """
    Now, in unix seconds, as leases are counted.

    Args:
        at: Now by this machine's clock; a database on a server has its own.
    """
    return _LeaseTime(literal(at, Float()) if isinstance(at, int | float) else at)
