"""
JSON lines: every field of a draft's row, one draft a line, for programs.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import BinaryIO

from engine.export.selection import Selection


def write(selection: Selection, out: BinaryIO) -> None:
    """One object a line, in UTF-8."""
    for marked in selection.drafts:
        line = {**asdict(marked.draft), "note": marked.note}
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
