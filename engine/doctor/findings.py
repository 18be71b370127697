"""
What a check found, judged by pure functions; the message of each code says what to do.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from engine.messages import TEMPLATES, Message
from engine.providers import Account, Profile
from engine.store import Health

Question = Literal["key", "quota", "network", "model", "database", "machine"]
State = Literal["good", "note", "warn", "bad"]
QUESTIONS: tuple[Question, ...] = get_args(Question)
STATES: tuple[State, ...] = get_args(State)

SLOW_MS = 2000.0  # a models list is small: what takes longer is the line, not the list
UNEVEN = 3.0  # the slowest of five against the middle one
FAILED_SHARE = 0.5
LOW_SHARE = 0.05
LOW_MONEY = 1.0
SLOW_COMMIT_MS = 50.0  # each call waits for three commits (engine/advice/rules.py)
LOW_DISK_BYTES = 1_000_000_000
FULL_DISK_BYTES = 50_000_000
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check; `figures` are raw: milliseconds, USD, counts, names. Never a key."""

    question: Question
    state: State
    code: str
    figures: Mapping[str, object] = field(default_factory=dict)
    provider: str = ""
    """Empty: of this machine."""

    @property
    def message(self) -> Message:
        """The finding as a sentence, its figures as text; a code that has no sentence is its own text."""
        values = {name: _shown(name, value) for name, value in self.figures.items()}
        known = f"finding.{self.code}" in TEMPLATES
        return Message(f"finding.{self.code}", values) if known else Message("said", {"text": self.code})


@dataclass(frozen=True, slots=True)
class Timed:
    """Some calls to the models list: what those that were answered took, and how the others failed."""

    took_ms: Sequence[float]
    problems: Sequence[str | Message]


def worst(findings: Iterable[Finding]) -> State:
    """The gravest state of some findings; of none: good."""
    return max((finding.state for finding in findings), key=STATES.index, default="good")


def judge_account(provider: str, account: Account | None) -> Finding:
    """Is there quota: what is left, of what."""
    if account is None:
        return Finding("quota", "note", "quota_not_told", provider=provider)
    figures = {"used": account.used, "limit": account.limit, "left": account.left, "currency": account.currency}
    if not account.usable or (account.left is not None and account.left <= 0):
        return Finding("quota", "bad", "quota_used_up", figures, provider)
    if account.left is None:
        return Finding("quota", "good", "quota_unlimited", figures, provider)
    low = account.left < LOW_MONEY if account.limit is None else account.left < LOW_SHARE * account.limit
    return Finding("quota", "warn" if low else "good", "quota_low" if low else "quota_left", figures, provider)


def judge_level_check(off: Sequence[tuple[str, str]]) -> list[Finding]:
    """The languages whose drafts cannot be checked for their level, each with the package that is missing."""
    if not off:
        return [Finding("machine", "good", "level_check")]
    return [Finding("machine", "warn", "level_check_off", {"lang": lang, "package": name}) for lang, name in off]


def judge_day(provider: str, spent_usd: float, budget_usd: float | None) -> list[Finding]:
    """What of the day's own budget is spent; nothing where there is none."""
    if budget_usd is None:
        return []
    figures = {"spent_usd": spent_usd, "budget_usd": budget_usd}
    full = spent_usd >= budget_usd
    return [Finding("quota", "warn" if full else "good", "day_spent" if full else "day_left", figures, provider)]


def judge_network(profile: Profile, timed: Timed) -> Finding:
    """Is the network stable: how many calls got through, how long they took, how far apart."""
    calls, failures = len(timed.took_ms) + len(timed.problems), len(timed.problems)
    figures: dict[str, object] = {"calls": calls, "failures": failures, "base_url": profile.base_url}
    if timed.problems:
        figures["problem"] = timed.problems[0]
    if not timed.took_ms:
        return Finding("network", "bad", "network_down", figures, profile.name)
    median_ms = statistics.median(timed.took_ms)
    spread_ms = max(timed.took_ms) - min(timed.took_ms)
    figures |= {"median_ms": median_ms, "spread_ms": spread_ms}
    if failures:
        state: State = "bad" if failures > FAILED_SHARE * calls else "warn"
        return Finding("network", state, "network_shaky", figures, profile.name)
    if median_ms > SLOW_MS:
        return Finding("network", "warn", "network_slow", figures, profile.name)
    if max(timed.took_ms) > max(SLOW_MS, UNEVEN * median_ms):
        return Finding("network", "warn", "network_uneven", figures, profile.name)
    return Finding("network", "good", "network_steady", figures, profile.name)


def judge_model(profile: Profile, listed: Sequence[str]) -> list[Finding]:
    """Is the profile's model served, and is its price known."""
    model = profile.default_model
    if not model:
        return []
    figures = {"model": model, "models": len(listed)}
    found = [Finding("model", "good", "model_listed", figures, profile.name)]
    if listed and model not in listed:
        found = [Finding("model", "bad", "model_gone", figures, profile.name)]
    if not profile.knows_price(model):
        found.append(Finding("model", "warn", "price_unknown", figures, profile.name))
    return found


def judge_database(health: Health) -> list[Finding]:
    """Is the database sound: what quick_check says, what a commit takes, how much space is left."""
    figures: dict[str, object] = {
        "where": health.where,
        "size_mb": health.bytes / _MB,
        "write_ms": health.write_ms,
        "problem": health.problem,
        "free_mb": None if health.free_bytes is None else health.free_bytes / _MB,
    }
    if health.problem:
        return [Finding("database", "bad", "database_damaged", figures), *_judge_losses(health)]
    slow = health.write_ms > SLOW_COMMIT_MS
    found = [Finding("database", "warn" if slow else "good", "database_slow" if slow else "database_sound", figures)]
    if health.free_bytes is not None and health.free_bytes < LOW_DISK_BYTES:
        full = health.free_bytes < FULL_DISK_BYTES
        found.append(Finding("database", "bad" if full else "warn", "disk_full" if full else "disk_low", figures))
    return [*found, *_judge_losses(health)]


def _judge_losses(health: Health) -> list[Finding]:
    """What was stored and is gone, and what was paid for and could not be stored."""
    found = []
    if health.loss.code:
        found.append(Finding("database", "warn", "database_lost", {"problem": health.loss}))
    if health.unmatched.answers:
        figures = {"answers": health.unmatched.answers, "files": ", ".join(health.unmatched.files)}
        found.append(Finding("database", "warn", "answers_unmatched", figures))
    return found


def _shown(name: str, value: object) -> str | Message:
    """A figure as text: ms and MB whole above ten, money with four digits, what is not known as a dash."""
    if isinstance(value, Message):
        return value
    if value is None:
        return "–"
    if isinstance(value, float):
        if name.endswith(("_ms", "_mb")):
            return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
