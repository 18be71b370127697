"""
JSON lines: every field of a draft's row, one draft a line, for programs.
"""

from __future__ import annotations

import json
from typing import BinaryIO

from engine.export.selection import Selection


def write(selection: Selection, out: BinaryIO) -> None:
    """One object a line, in UTF-8."""
    for marked in selection.drafts:
        facts = marked.draft.model_dump()
        line = {**facts, "copy": facts.pop("copy_number"), "note": marked.note}
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
