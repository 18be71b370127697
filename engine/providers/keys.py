"""
Finds a provider's key and checks what it looks like; how it is kept out of texts is in redaction.

A key is checked before it is used: one pasted with a line break would appear whole in the HTTP library's exception, one
pasted with quotes would be escaped in every echo of it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from engine.errors import SpecError
from engine.messages import Message
from engine.providers.profile import Profile
from engine.providers.redaction import HIDDEN, Redactor

LONGEST = 1000
_ASSIGNED = re.compile(r"[A-Z][A-Z0-9_]{2,40}=|\$\{?\w+\}?$|(?i:[\w-]{0,20}(?:key|token|secret|auth\w*)[=:](?=[^=]))")
"""A line of a shell in place of its value."""
SECRETS = ".streamlit/secrets.toml"
# Keys that plainly belong to somebody else: they would be sent to the wrong company before it could say no.
_FOREIGN = {"api.deepseek.com": ("sk-or-", "sk-ant-"), "openrouter.ai": ("sk-ant-",)}


class Key:
    """A secret that only `reveal` shows; equal keys are equal, so a gate can be kept for each."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return f"Key({HIDDEN})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._secret == other._secret

    def __hash__(self) -> int:
        return hash(self._secret)

    def __reduce__(self) -> str:
        raise TypeError("a Key is never written down")

    @property
    def mark(self) -> str:
        """What tells keys apart without telling them: 96 bits of a hash."""
        return hashlib.sha256(self._secret.encode()).hexdigest()[:24]

    def reveal(self) -> str:
        """The secret itself, for the one header that carries it."""
        return self._secret


def read_key(profile: Profile, env: Mapping[str, str], *secrets_files: Path | None) -> Key | None:
    """
    Find a profile's key: in the environment first, then in the secrets files.

    Args:
        profile: Names the variable; without one no key is needed.
        env: The environment.
        secrets_files: TOML files with `VARIABLE = "key"` at their top; the first that has it counts.

    Returns:
        The key without blanks around it, or None where the profile needs none.

    Raises:
        SpecError: no key is set, or it holds what no key holds; says where, never shows it.
    """
    name = profile.key_env
    if not name:
        return None
    where: object = Message("the_environment")
    raw = env.get(name, "").strip(" \t")
    for path in secrets_files:
        if not raw and path is not None:
            where, raw = SECRETS, _from_secrets(path, name)
    if not raw:
        label = profile.label or profile.name
        raise SpecError(name, "", "key_needed", provider=label, variable=name, secrets=SECRETS)
    _check(name, raw, where, profile)
    return Key(raw)


def redact(text: str, key: Key | None) -> str:
    """The text without this key and without anything that looks like one."""
    return Redactor(key.reveal() if key else "").message(text)


def _check(name: str, raw: str, where: object, profile: Profile) -> None:
    fault = None
    if "\n" in raw or "\r" in raw:
        fault = Message("key_line_break")
    elif any(char in raw for char in "\"'`\\"):
        fault = Message("key_quotes")
    elif raw.startswith(f"{name}=") or _ASSIGNED.match(raw):
        fault = Message("key_assignment")
    elif any(char.isspace() for char in raw):
        fault = Message("key_space")
    elif not raw.isascii() or not raw.isprintable() or raw[-1] in ",;":
        fault = Message("key_character")
    elif len(raw) > LONGEST:
        fault = Message("key_long", {"most": LONGEST})
    elif raw.startswith(_FOREIGN.get(urlsplit(profile.base_url).hostname or "", ())):
        fault = Message("key_foreign", {"provider": profile.label or profile.name})
    if fault:
        raise SpecError(name, HIDDEN, "key_paste", fault=fault, where=where)


def _from_secrets(path: Path, name: str) -> str:
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8-sig")).get(name, "")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, RecursionError) as exc:
        # Neither the parser's text nor the exception travels on: both may hold a key.
        raise SpecError(SECRETS, type(exc).__name__, "secrets_toml", variable=name) from None
    if not isinstance(value, str):
        raise SpecError(name, HIDDEN, "secrets_quotes", variable=name, secrets=SECRETS)
    return value.strip(" \t")
