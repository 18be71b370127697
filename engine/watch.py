"""
What this process takes of the machine: its memory, now and at most.

How long its commits take is known by the store; what to do about either is the business of advice.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_STATM = Path("/proc/self/statm")
_MB = 1024 * 1024


def rss_mb() -> float:
    """Memory this process holds now, in MB of 1,048,576 bytes; where the system does not tell, the most it held."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return _most_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / _MB


def peak_rss_mb() -> float:
    """The most memory this process has held since it started, in MB; 0.0 where the system does not tell."""
    return max(_most_mb(), rss_mb())  # the system notes its peak a little late


def _most_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MB if sys.platform == "darwin" else peak / 1024
