"""
What a run learned about its server's form of a request, as lines for providers.toml: the next run need not learn it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from engine.errors import SpecError
from engine.job import job_of
from engine.messages import Message
from engine.process import data_folder
from engine.providers import Catalog, Profile
from engine.providers.catalog import USER_FILE
from engine.store import Failure, RunRow, Store

_LEARNED: dict[str, tuple[str, Any]] = {
    "adapt_no_format": ("json_mode", "none"),
    "adapt_tokens_field": ("completion_tokens", True),
    "adapt_temperature": ("send_temperature", False),
}
"""Code of an adaptation (engine.generate.adapting), and the field of a profile that makes it unnecessary."""


def profile_advice(store: Store, row: RunRow) -> str:
    """What to write into providers.toml after a run, several lines; empty if its server took everything."""
    learned = learned_of(store.calls.failures(row.id))
    if not learned or row.why.code in (
        "bad_request",
        "bad_answer",
    ):  # the call was refused in every form: nothing is known
        return ""
    return f"the server refused parts of a request; write this into {data_folder() / USER_FILE}:\n" + "\n".join(
        _lines(row, Catalog.load(), learned)
    )


def learned_of(failures: Sequence[Failure]) -> dict[str, Any]:
    """Fields of a profile and their values, from the refusals of a run's calls; a newer one replaces an older one."""
    learned = {}
    for failure in sorted(failures, key=lambda one: one.newest_call):
        for message in _chain(failure.why):
            if message.code == "adapt_format":
                learned["json_mode"] = message.values["mode"]
            elif message.code in _LEARNED:
                name, value = _LEARNED[message.code]
                learned[name] = value
    return learned


def _chain(message: Message) -> Iterator[Message]:
    """A message and those that follow it."""
    following: Any = message
    while isinstance(following, Message):
        yield following
        following = following.values.get("then")


def _lines(row: RunRow, catalog: Catalog, learned: dict[str, Any]) -> list[str]:
    """The table of the run's profile; for an address without a profile, a new one."""
    if _is_known(row, catalog):
        return [f"[{row.provider}]", *_fields(learned)]
    name = re.sub(r"[^a-z0-9]+", "-", urlsplit(row.base_url).netloc.lower()).strip("-")[:40]
    own = {"base_url": row.base_url, "key_env": _key_env(row, catalog), "default_model": row.model}
    private = {"private_network": True} if job_of(row).overrides.private_network else {}
    return [f"[{name}]", *_fields({**private, **own, **learned}), f"# then: --provider {name}"]


def _is_known(row: RunRow, catalog: Catalog) -> bool:
    return row.provider in catalog.names() and catalog.profile(row.provider).base_url == row.base_url


def _key_env(row: RunRow, catalog: Catalog) -> str:
    try:
        profile: Profile | None = job_of(row).profile(catalog)
    except SpecError:  # the profile was removed since
        profile = None
    return profile.key_env if profile else ""


def _fields(values: dict[str, Any]) -> list[str]:
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
