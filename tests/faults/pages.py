"""
Every page of the dashboard as text, for who searches it: `python -m tests.faults.pages`, with DRAFTMILL_HOME set.

A process of its own, because the dashboard keeps one store a process.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import shared

DASHBOARD = Path(shared.__file__).parent


def texts() -> list[str]:
    """What each page sends to the browser: the fields of all its elements, for the list and for every run."""
    runs = [str(row.id) for row in shared.store().runs.page(limit=200)]
    pages = sorted(path.parent.name for path in DASHBOARD.glob("screens/*/page.py"))
    found = [_text(name) for name in pages]
    return found + [_text("runs", run=run) for run in runs]


def _text(page: str, **query: str) -> str:
    test = AppTest.from_file(str(DASHBOARD / "app.py"), default_timeout=60).run()
    for name, value in query.items():
        test.query_params[name] = value
    test.switch_page(f"screens/{page}/page.py").run()
    problems = [str(problem.proto) for problem in test.exception]
    return "\n".join([f"== {page} {query}", *problems, *(str(getattr(node, "proto", "")) for node in test._tree)])


if __name__ == "__main__":
    sys.stdout.write("\n".join(texts()))
    shared.runner().close()
    shared.store().close()
