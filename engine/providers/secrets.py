"""
The secrets files: TOML files with keys at the top and the sign-in in the table [auth].

Neither the parser's text nor a value of such a file is ever shown: both may hold a secret.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import HIDDEN, SpecError
from engine.process import data_folder

AUTH = "auth"
SECRETS = Path(".streamlit/secrets.toml")
COOKIE_SECRET_CHARS = 32
"""The least length of a cookie_secret: whoever guesses it can sign in as anybody (docs/sign-in.md)."""

SECRET_CHARS = 32
"""The least length of a secret of Draftmill's own."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where the sign-in is set up: `file` decides, `own_file` is the data folder's."""

    file: Path
    own_file: Path
    is_set_up: bool
    ignored: tuple[Path, ...] = ()
    """Other files with [auth], which do not count."""


def secrets_files() -> tuple[Path, ...]:
    """
    Where secrets may be: in the data folder, in the folder Draftmill was started in, in the home folder.

    A key is read from the first file that has it; the first file that exists decides about the sign-in.
    """
    home = data_folder()
    return home / "secrets.toml", home / SECRETS, SECRETS.absolute(), Path.home() / SECRETS


def find_sign_in() -> SignIn:
    """
    Whether a sign-in is set up, by the first secrets file that exists; one that cannot be read counts as set up.

    Raises:
        SpecError: its cookie_secret is missing or too short.
    """
    files = secrets_files()
    there = [path for path in dict.fromkeys(files) if path.exists()]
    file, *others = there or [files[0]]
    table = read_table(file, AUTH)
    if table:
        try:
            check_sign_in(table)
        except SpecError as error:
            raise error.renamed(f"{file}: {error.field}") from None
    own = file if file in files[:2] else files[0]
    return SignIn(file, own, table is not None, tuple(path for path in others if read_table(path, AUTH)))


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


def read_secret(name: str, env: Mapping[str, str]) -> str:
    """
    A secret of Draftmill's own, such as DRAFTMILL_API_TOKEN: from the environment, else the first secrets file that
    has it.

    Returns:
        The secret; empty: none is set.

    Raises:
        SpecError: it is too short to be safe. It is not shown.
    """
    found = env.get(name, "").strip()
    for path in secrets_files():
        found = found or _text_of(path, name)
    if found and len(found) < SECRET_CHARS:
        raise SpecError(name, HIDDEN, "token_short", least=SECRET_CHARS)
    return found


def _text_of(path: Path, name: str) -> str:
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8-sig")).get(name, "")
    except (OSError, ValueError, RecursionError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def read_table(path: Path, name: str) -> Mapping[str, Any] | None:
    """A table of a secrets file; None where there is none. Of a file that cannot be read: an empty table."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get(name)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else None
