"""`python -m benchmarks [name ...]`: run the benchmarks, print one line a claim; exit 1 if one does not hold."""

from __future__ import annotations

import sys
import time

from benchmarks import bench_auto, bench_compare, bench_limits, bench_load, bench_near, bench_plan
from benchmarks.kit import timed

ROOMS = {
    "plan": bench_plan,
    "load": bench_load,
    "limits": bench_limits,
    "near": bench_near,
    "auto": bench_auto,
    "compare": bench_compare,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    started, broken = time.monotonic(), 0
    for name in names or list(ROOMS):
        for claim in ROOMS[name].claims():
            print(claim, flush=True)
            broken += not claim.holds
    print(f"{broken} claims broken, {timed(started)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
