"""
Who works on runs: the process they are submitted in, or `draftmill worker` processes.
"""

from __future__ import annotations

import os
from typing import Literal

WORKERS_ENV = "DRAFTMILL_WORKERS"
"""Set to 1: runs are left to workers."""

Role = Literal["alone", "offers", "serves"]


def default_role() -> Role:
    """What the environment says about this process's runs."""
    return "alone" if os.environ.get(WORKERS_ENV, "") in ("", "0") else "offers"
