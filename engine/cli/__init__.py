"""
The command line: the same engine and the same store as the dashboard.

Exit codes: 0 done, 2 bad input, 3 incomplete, 4 stopped or paused with a reason.
"""

from engine.cli.main import main

__all__ = ["main"]
