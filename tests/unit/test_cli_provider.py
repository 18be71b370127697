"""The options of a provider: the same in every command that uses one, and what a run learned about its server."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from engine.cli.adapted import learned_of, profile_advice
from engine.cli.main import load
from engine.cli.overrides import LIMITS, SERVER, read_overrides
from engine.errors import SpecError
from engine.job import Job, Overrides
from engine.messages import Message
from engine.money.cost import cost_usd
from engine.money.price import FREE, UNKNOWN
from engine.money.usage import Usage
from engine.profiles import Catalog, adjusted, key_of
from engine.spec import Tuning
from engine.store import NewRun, Settlement, Store
from engine.work import plan
from tests.unit.test_store_kit import prints, sent, spec

URL = "http://192.168.1.5:8000/v1"
REFUSED = [
    ("no_schema", Message("adapt_format", {"format": "json_schema", "mode": "schema"})),
    ("no_schema", Message("adapt_no_format")),
    ("no_max_tokens", Message("adapt_tokens_field")),
    ("no_temperature", Message("adapt_temperature")),
]


@pytest.mark.parametrize("command", ["run", "compare", "review", "doctor", "prices"])
def test_every_command_with_a_provider_offers_the_same(command: str) -> None:
    """Address, key and length of a reply can be set wherever a provider is used, limits wherever drafts are made."""
    offered = {parameter.name for parameter in load(command).params}
    assert set(SERVER) <= offered
    assert set(LIMITS) <= offered or command in ("doctor", "prices")


def test_no_key_is_an_empty_variable() -> None:
    """--no-key sends no key whatever the profile says; a variable beside it is refused."""
    given = {"base_url": URL, "private_network": True, "max_tokens": 512}
    overrides = read_overrides(api_key_env=None, no_key=True, **given)
    assert overrides == Overrides(base_url=URL, key_env="", private_network=True, max_tokens=512)
    assert key_of(adjusted(Catalog.load().profile("openrouter"), **overrides.given())) is None
    with pytest.raises(SpecError, match="--no-key"):
        read_overrides(api_key_env="MY_KEY", no_key=True, **given)


def test_a_missing_key_names_the_server_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of the run is named, not the provider whose profile it starts from."""
    monkeypatch.delenv("MY_KEY", raising=False)
    profile = adjusted(Catalog.load().profile("practice"), base_url="https://llm.example.com/v1", key_env="MY_KEY")
    with pytest.raises(SpecError, match=r"llm\.example\.com needs a key; set it with: export MY_KEY"):
        key_of(profile)


def test_what_is_free_is_no_estimate() -> None:
    """Only a cost that was computed from prices is one."""
    assert cost_usd(Usage(100, 100), FREE) == (0.0, False)
    assert cost_usd(Usage(100, 100), UNKNOWN)[1]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path))
    return tmp_path


def refused_run(store: Store, provider: str, base_url: str, overrides: Overrides) -> int:
    """A run whose server refused the usual form four times."""
    made = spec()
    job = Job(made, Tuning(), overrides=overrides)
    slots = plan(made)
    new = NewRun(made, Tuning(), "tiny", base_url=base_url, limits=job.settings())
    run = store.runs.create(new, slots, prints(slots)).result()
    for reason, advice in REFUSED:
        message = Message(reason, {"said": "The provider answers 400."}).then(advice)
        store.calls.settle(Settlement(sent(store, run, 0), "failed", reason, message, ended_at=101.0)).result()
    return run


def test_what_a_run_learned_is_offered_for_the_profile(home: Path) -> None:
    """The lines after a run are a profile of the server that needs no adaptation."""
    with Store.open(home / "a.db") as store:
        overrides = Overrides(base_url=URL, key_env="", private_network=True)
        row = store.runs.get(refused_run(store, "practice", URL, overrides))
        assert learned_of(store.calls.failures(row.id)) == {
            "json_mode": "none",
            "completion_tokens": True,
            "send_temperature": False,
        }
        said = profile_advice(store, row)
    first, _, table = said.partition("\n")
    assert str(home / "providers.toml") in first
    (home / "providers.toml").write_text(table)
    (name,) = tomllib.loads(table)
    profile = Catalog.load().profile(name)
    assert (profile.base_url, profile.default_model, profile.key_env) == (URL, "tiny", "")
    assert (profile.json_mode, profile.completion_tokens, profile.send_temperature) == ("none", True, False)


def test_a_server_that_takes_everything_is_not_mentioned(home: Path) -> None:
    """Without a refusal there is nothing to write."""
    with Store.open(home / "a.db") as store:
        made = spec()
        run = store.runs.create(NewRun(made, Tuning(), "tiny"), plan(made), prints(plan(made))).result()
        assert profile_advice(store, store.runs.get(run)) == ""
