"""`python -m benchmarks [name ...]`: run the benchmarks, print one line a claim; exit 1 if one does not hold."""

from __future__ import annotations

import sys
import time
from importlib import import_module

from benchmarks.kit import timed

NAMES = (
    "plan",
    "store",
    "load",
    "limits",
    "auto",
    "compare",
    "desk",
    "keys",
    "ledger",
    "near",
    "levels",
    "words",
    "export",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    started, broken = time.monotonic(), 0
    for name in names or NAMES:
        for claim in import_module(f"benchmarks.bench_{name}").claims():
            print(claim, flush=True)
            broken += not claim.holds
    print(f"{broken} claims broken, {timed(started)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
