"""
Asking a provider how it is: what its account says, what it serves, how steady the line is. Nothing here is billed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from engine.doctor.findings import Finding, Timed, judge_account, judge_model, judge_network
from engine.errors import ProviderError, SpecError
from engine.messages import Message
from engine.providers import Key, Profile, read_account, read_answer
from engine.providers.chat import Chat
from engine.providers.envelope import read_models
from engine.providers.reply import Answer

ASK_S = 8.0
TIMED_CALLS = 5
REFUSED = (401, 403)


def judge_missing(profile: Profile, problem: SpecError, *, named: bool) -> Finding:
    """A key that is not set, or malformed; not set is a fault only if the user named the provider."""
    if problem.value == "":
        state = "bad" if named else "note"
        return Finding("key", state, "key_missing", {"variable": profile.key_env}, profile.name)  # type: ignore[arg-type]
    return Finding("key", "bad", "key_malformed", {"problem": problem.message}, profile.name)


async def ask_account(profile: Profile, key: Key | None) -> list[Finding]:
    """Is the key valid and what has it left: the account's page, where the provider has one, else the models list."""
    async with _line(profile, key) as chat:
        try:
            answer = await chat.get(profile.account_path or "/models")
            if answer.status in (404, 405) and profile.account_path:
                answer = await chat.get("/models")
        except ProviderError as error:
            return [_key(profile, "warn", "key_unproven", {"problem": error.problem})]
    return [_judge_key(profile, key, answer), judge_account(profile.name, read_account(answer))]


async def ask_network(profile: Profile, key: Key | None) -> list[Finding]:
    """Is the network stable, and is the model served: five timed calls to the models list, one after the other."""
    took_ms: list[float] = []
    problems: list[str | Message] = []
    listed: list[str] = []
    async with _line(profile, key) as chat:
        for _ in range(TIMED_CALLS):
            start = time.monotonic()
            try:
                answer = await chat.get("/models")
            except ProviderError as error:
                problems.append(error.problem)
                continue
            took_ms.append((time.monotonic() - start) * 1000)
            listed = listed or read_models(answer) or []
    found = [judge_network(profile, Timed(took_ms, problems))]
    return [*found, *judge_model(profile, listed)] if took_ms else found


def _line(profile: Profile, key: Key | None) -> Chat:
    return Chat(profile, key, deadline_s=ASK_S, connections=1)


def _judge_key(profile: Profile, key: Key | None, answer: Answer) -> Finding:
    if answer.status in REFUSED:
        return _key(profile, "bad", "key_refused", {"variable": profile.key_env, "status": answer.status})
    if answer.status >= 400:
        problem = f"{answer.status} {read_answer(answer).error_message}".strip()
        return _key(profile, "warn", "key_unproven", {"problem": problem})
    if key is None:
        return _key(profile, "good", "key_not_needed", {})
    return _key(profile, "good", "key_valid", {"variable": profile.key_env})


def _key(profile: Profile, state: Any, code: str, figures: Mapping[str, object]) -> Finding:
    return Finding("key", state, code, figures, profile.name)
