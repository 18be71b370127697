"""The doctor's judgements, and the settings it keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.doctor import Finding, worst
from engine.doctor.findings import (
    Timed,
    judge_account,
    judge_database,
    judge_day,
    judge_level_check,
    judge_model,
    judge_network,
)
from engine.errors import SpecError
from engine.messages import Message
from engine.messages.findings import FINDINGS
from engine.money.price import Price
from engine.profiles import save_profile
from engine.providers import Account, Catalog, Profile
from engine.store import Health, Store
from engine.store.journal import Unmatched

PROFILE = Profile("mine", "https://api.example.com/v1", key_env="MINE", default_model="m", prices={"m": Price(1, 1)})
LOST = Message("db_lost", {"runs": 0, "calls": 3, "time": "12:00"})
KEPT = Unmatched(2, ("draftmill-unmatched-1.jsonl",))
GB = 1_000_000_000


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("took_ms", "problems", "state", "code"),
    [
        ([80, 90, 100, 85, 95], [], "good", "network_steady"),
        ([2500] * 5, [], "warn", "network_slow"),
        ([80, 80, 80, 80, 4000], [], "warn", "network_uneven"),
        ([80, 90, 100, 85], ["reset"], "warn", "network_shaky"),
        ([80, 90], ["reset"] * 3, "bad", "network_shaky"),
        ([], ["refused"] * 5, "bad", "network_down"),
    ],
)
def test_the_network_is_judged_by_five_calls(took_ms: list[float], problems: list[str], state: str, code: str) -> None:
    """Failures weigh most, then slowness, then unevenness."""
    found = judge_network(PROFILE, Timed(took_ms, problems))
    assert (found.state, found.code, found.figures["failures"]) == (state, code, len(problems))


@pytest.mark.parametrize(
    ("account", "state", "code"),
    [
        (None, "note", "quota_not_told"),
        (Account(1.0, None, None), "good", "quota_unlimited"),
        (Account(1.0, 10.0, 9.0), "good", "quota_left"),
        (Account(9.8, 10.0, 0.2), "warn", "quota_low"),
        (Account(None, None, 0.5), "warn", "quota_low"),
        (Account(10.0, 10.0, 0.0), "bad", "quota_used_up"),
        (Account(None, None, 5.0, usable=False), "bad", "quota_used_up"),
    ],
)
def test_quota_is_judged_by_what_is_left(account: Account | None, state: str, code: str) -> None:
    """Nothing left is wrong, little left is a warning, nothing reported is a note."""
    found = judge_account("mine", account)
    assert (found.state, found.code) == (state, code)


def test_the_days_budget_is_told() -> None:
    """Without one there is nothing to say; a spent one is a warning."""
    assert judge_day("mine", 0.5, None) == []
    assert [found.code for found in (*judge_day("mine", 0.5, 1.0), *judge_day("mine", 1.0, 1.0))] == [
        "day_left",
        "day_spent",
    ]


def test_a_model_that_is_gone_is_wrong() -> None:
    """A list without the profile's model is wrong; no list says nothing; no price is a warning."""
    assert [found.code for found in judge_model(PROFILE, ["m", "n"])] == ["model_listed"]
    assert [found.code for found in judge_model(PROFILE, ["n"])] == ["model_gone"]
    bare = Profile("mine", "https://api.example.com/v1", key_env="MINE", default_model="m")
    assert [found.code for found in judge_model(bare, ["m"])] == ["model_listed", "price_unknown"]


@pytest.mark.parametrize(
    ("health", "codes", "state"),
    [
        (Health("a.db", 10, "", 2.0, 9 * GB), ["database_sound"], "good"),
        (Health("a.db", 10, "", 80.0, None), ["database_slow"], "warn"),
        (Health("a.db", 10, "", 2.0, GB // 2), ["database_sound", "disk_low"], "warn"),
        (Health("a.db", 10, "", 2.0, 1000), ["database_sound", "disk_full"], "bad"),
        (Health("a.db", 10, "row 7 missing", 2.0, 9 * GB), ["database_damaged"], "bad"),
        (Health("a.db", 10, "", 2.0, loss=LOST), ["database_sound", "database_lost"], "warn"),
        (Health("a.db", 10, "", 2.0, unmatched=KEPT), ["database_sound", "answers_unmatched"], "warn"),
    ],
)
def test_the_database_is_judged(health: Health, codes: list[str], state: str) -> None:
    """Damage and a full disk are wrong, slowness and little space warn."""
    found = judge_database(health)
    assert ([one.code for one in found], worst(found)) == (codes, state)


def test_a_level_check_that_is_off_is_named() -> None:
    """A language whose word list is missing is a warning that says what to install; with all lists it is well."""
    (found,) = judge_level_check([("en", "cefrpy")])
    assert found.state == "warn" and "install the package cefrpy" in str(found.message)
    assert [one.state for one in judge_level_check([])] == ["good"]


def test_every_finding_has_its_words() -> None:
    """Each code the doctor uses is a sentence whose fields its figures fill."""
    source = "".join(path.read_text("utf-8") for path in Path("engine/doctor").glob("*.py"))
    used = set(re.findall(r'"((?:key|quota|day|network|model|price|database|disk)_\w+|timed_out|not_started)"', source))
    assert used - {"key_env", "database_closed"} <= {code.removeprefix("finding.") for code in FINDINGS}
    assert str(judge_network(PROFILE, Timed([12.34, 5.0], [])).message).startswith("2 calls, none failed: 8.7 ms")
    assert str(Finding("key", "bad", "novel").message) == "novel"


def test_settings_are_kept_and_forgotten(store: Store, catalog: Catalog) -> None:
    """Changes are laid over what was kept; None forgets a field; nothing left forgets the provider."""
    save_profile(store, catalog, "deepseek", {"limits": {"rpm": 10}})
    save_profile(store, catalog, "deepseek", {"budget_day_usd": 2.0})
    kept = catalog.edited(store.profiles.all()).profile("deepseek")
    assert (kept.limits.rpm, kept.budget_day_usd) == (10, 2.0)
    save_profile(store, catalog, "deepseek", {"limits": None, "budget_day_usd": None})
    assert store.profiles.all() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"limits": {"rpm": -1}}, "rpm"),
        ({"limits": {"shape": "round"}}, "shape"),
        ({"budget_day_usd": 0}, "budget_day_usd"),
        ({"prices": {"m": {"input_usd": "free"}}}, "input_usd"),
        ({"prices": {str(n): {} for n in range(5001)}}, "prices"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_settings_out_of_bounds_are_refused(
    store: Store, catalog: Catalog, changes: dict[str, object], field: str
) -> None:
    """The engine checks what a page sends; nothing is kept of it."""
    with pytest.raises(SpecError, match=field):
        save_profile(store, catalog, "deepseek", changes)
    assert store.profiles.all() == {}
