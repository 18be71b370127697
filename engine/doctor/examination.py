"""
All checks side by side. Each has its own deadline, and one that fails does not stop the others.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from engine.doctor.findings import Finding, Question, judge_day, worst
from engine.doctor.machine import look_at_database, look_at_memory
from engine.doctor.provider import ask_account, ask_network, judge_missing
from engine.errors import DraftmillError, SpecError
from engine.job import PRACTICE, Job, Overrides
from engine.money.cost import midnight
from engine.practice import PracticeProcess, PracticeSettings
from engine.profiles import adjusted, edited, key_of
from engine.providers import Catalog, Key, Profile
from engine.store import Store

DEADLINE_S = 20.0  # of a check; five calls of eight seconds would outlast anybody's patience
UNCHANGED = Overrides()
Check = Callable[[], Awaitable[list[Finding]]]


@dataclass(frozen=True, slots=True)
class Report:
    """What an examination found, in the order of the questions."""

    at: float
    """Unix seconds."""
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; a warning does not count."""
        return worst(self.findings) != "bad"


def examine(
    store: Store, catalog: Catalog, providers: Sequence[str] | None = None, overrides: Overrides = UNCHANGED
) -> Report:
    """
    Check this machine and some providers. Awaits inside: not to be called from a running loop.

    Args:
        store: The database, and what the user edited of the profiles.
        catalog: The providers.
        providers: Whom to ask; None: practice and every one with a key, and a key that is missing is no fault. An
            empty sequence: this machine alone.
        overrides: What is changed of their profiles for this examination.

    Raises:
        SpecError: a provider is not known, or its profile is out of bounds.
    """
    known, changes = edited(catalog, store), overrides.given()
    profiles = [
        adjusted(known.profile(name), **changes) for name in (known.names() if providers is None else providers)
    ]
    own_practice = Job.is_own_practice(PRACTICE, overrides.base_url)
    return asyncio.run(_examine(store, profiles, named=providers is not None, own_practice=own_practice))


def providers_to_ask(catalog: Catalog) -> list[str]:
    """Practice, and the providers whose key is set: those that are examined by default."""
    return [name for name in catalog.names() if name == PRACTICE or _has_key(catalog.profile(name))]


async def _examine(store: Store, profiles: Sequence[Profile], *, named: bool, own_practice: bool) -> Report:
    def asked(profile: Profile) -> Coroutine[None, None, list[Finding]]:
        return _provider(store, profile, named=named, own_practice=own_practice)

    async with asyncio.TaskGroup() as tasks:
        checks = [
            tasks.create_task(_in_time("database", "", lambda: asyncio.to_thread(look_at_database, store))),
            tasks.create_task(_in_time("machine", "", lambda: asyncio.to_thread(look_at_memory))),
            *(
                tasks.create_task(_provider(store, profile, named=named, own_practice=own_practice))
                for profile in profiles
            ),
        ]
    return Report(time.time(), tuple(finding for check in checks for finding in check.result()))


async def _provider(store: Store, profile: Profile, *, named: bool, own_practice: bool) -> list[Finding]:
    if not named and not profile.key_env and profile.name != PRACTICE:
        return []  # a server of the user's own that may not even be running
    try:
        key = key_of(profile)
    except SpecError as problem:
        return [judge_missing(profile, problem, named=named)]
    if profile.name != PRACTICE or not own_practice:
        return await _asked(store, profile, key)
    process = PracticeProcess(PracticeSettings())
    try:
        await asyncio.to_thread(process.start)
        return await _asked(store, replace(profile, base_url=process.base_url), key)
    except DraftmillError as error:
        return [Finding("network", "bad", "not_started", {"problem": error.message}, profile.name)]
    finally:
        await asyncio.to_thread(process.stop)


async def _asked(store: Store, profile: Profile, key: Key | None) -> list[Finding]:
    async with asyncio.TaskGroup() as tasks:
        account = tasks.create_task(_in_time("key", profile.name, lambda: ask_account(profile, key)))
        network = tasks.create_task(_in_time("network", profile.name, lambda: ask_network(profile, key)))
    return [*account.result(), *_day(store, profile), *network.result()]


def _day(store: Store, profile: Profile) -> list[Finding]:
    if profile.budget_day_usd is None:
        return []
    return judge_day(profile.name, store.calls.spent_since(profile.name, midnight(time.time())), profile.budget_day_usd)


async def _in_time(question: Question, provider: str, check: Check) -> list[Finding]:
    try:
        async with asyncio.timeout(DEADLINE_S):
            return await check()
    except TimeoutError:
        return [Finding(question, "bad", "timed_out", {"deadline_s": DEADLINE_S}, provider)]
    except DraftmillError as error:
        return [Finding(question, "bad", "check_failed", {"problem": error.message}, provider)]


def _has_key(profile: Profile) -> bool:
    try:
        return key_of(profile) is not None
    except SpecError:
        return False
