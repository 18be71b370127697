"""
The secrets files: TOML files with keys at the top and the sign-in in the table [auth].

Neither the parser's text nor a value of such a file is ever shown: both may hold a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import HIDDEN, SpecError

AUTH = "auth"
COOKIE_SECRET_CHARS = 32
"""The least length of a cookie_secret: whoever guesses it can sign in as anybody (docs/sign-in.md)."""


def check_sign_in(auth: Mapping[str, Any]) -> None:
    """
    Check the table [auth] of a secrets file.

    Raises:
        SpecError: cookie_secret is missing or short, as the placeholder of the documentation is. It is not shown.
    """
    secret = auth.get("cookie_secret")
    if not isinstance(secret, str) or len(secret) < COOKIE_SECRET_CHARS:
        shown = HIDDEN if secret else ""
        raise SpecError("cookie_secret", shown, "cookie_secret_short", least=COOKIE_SECRET_CHARS)


def read_table(path: Path, name: str) -> Mapping[str, Any] | None:
    """A table of a secrets file; None where the file cannot be read or has no such table."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get(name)
    except (OSError, ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None
