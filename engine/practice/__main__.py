"""
`python -m engine.practice`: the practice provider alone, with all its flags.
"""

from __future__ import annotations

import sys

from engine.errors import DraftmillError
from engine.practice.flags import read_flags
from engine.practice.server import serve


def main() -> int:
    """Serve; returns 2 when the port is taken or a value is out of bounds."""
    try:
        flags = read_flags(sys.argv[1:])
        serve(flags.settings, flags.port, until_eof=flags.until_eof)
    except DraftmillError as exc:
        sys.stderr.write(f"practice: {exc}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
