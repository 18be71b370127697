"""
The process of the dashboard's server, which `draftmill` starts as its child: its log, and its end.

    python -P -m engine.cli.serve [--verbose] [--log-file FILE] server.py [Streamlit's options]
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path

from engine.cli.logs import set_up_logging


def main() -> None:
    """Run Streamlit in this process until it ends, or until standard input does: then the parent has ended."""
    parser = ArgumentParser()
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--log-file", type=Path)
    own, rest = parser.parse_known_args()
    set_up_logging(own.verbose, own.log_file)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sys.argv = ["streamlit", "run", *rest]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def _end_with_stdin() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a thread that holds sys.stdin's lock would crash the exit
        pass
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
