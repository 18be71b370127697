"""Which database a benchmark measures: a new file, or the one of $DRAFTMILL_BENCH_DATABASE, a URL of an empty one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine import Store

DATABASE_ENV = "DRAFTMILL_BENCH_DATABASE"


@contextmanager
def new_store() -> Iterator[Store]:
    """A store without a run."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(os.environ.get(DATABASE_ENV) or Path(folder) / "bench.db") as store,
    ):
        assert not store.runs.count(), f"${DATABASE_ENV} names a database that is not empty"
        yield store
